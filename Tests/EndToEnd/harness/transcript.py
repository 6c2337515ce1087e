# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the files of Tests/Transcripts, as Tests/SessionsTests/TranscriptParser.swift does."""

import dataclasses
import pathlib
import re

DIRECTORY = pathlib.Path(__file__).resolve().parents[2] / "Transcripts"

HAPPENINGS = {
    "client closes",
    "client vanishes",
    "client stops reading",
    "client reads on",
    "tor closes",
    "tor goes",
    "tor returns",
    "tor tells its listeners",
    "nothing more",
    "tor hears nothing",
    "authenticated",
    "shut down",
}
SPEAKERS = {"C>": "client sends", "C<": "client gets", "T>": "tor gets", "T<": "tor sends"}


@dataclasses.dataclass
class Step:
    line: int
    action: str
    argument: object = None


@dataclasses.dataclass
class Transcript:
    name: str
    profiles: list = dataclasses.field(default_factory=list)
    client: str = "unix"
    tor: str = "ready"
    options: str = ""
    listeners: str = "known"
    cookie: str = ""
    # Why it cannot run on the daemon.
    excuse: str = ""
    steps: list = dataclasses.field(default_factory=list)


def load_all():
    return [load(path) for path in sorted(DIRECTORY.glob("*.txt"))]


def load(path):
    transcript = Transcript(path.stem)
    lines = list(enumerate(path.read_text().split("\n"), 1))
    while lines:
        number, line = lines.pop(0)
        if not line or line.startswith("#"):
            continue
        key, colon, value = line.partition(":")
        value = value.removeprefix(" ")
        if colon and key == "profile" and value == "|":
            block = []
            while lines and (not lines[0][1] or lines[0][1].startswith(" ")):
                block.append(lines.pop(0)[1])
            transcript.profiles.append("\n".join(block) + "\n")
        elif colon and key == "profile":
            transcript.profiles.append((DIRECTORY / "profiles" / f"{value}.yml").read_text())
        elif colon and key in ("client", "tor", "options", "listeners", "cookie"):
            setattr(transcript, key, value)
        elif colon and key == "not on the daemon":
            transcript.excuse = value
        elif colon and key in ("own sources", "credential"):
            # What the kernel and tor say of others is not the transcript's to tell the daemon.
            assert transcript.excuse, f"{path}:{number}: {key} cannot be played on the daemon"
        else:
            transcript.steps.append(_step(path, number, line))
    return transcript


def _step(path, number, line):
    if line in HAPPENINGS:
        return Step(number, line)
    for key in ("closed", "audit", "timer"):
        if line.startswith(key + ": "):
            return Step(number, key, line[len(key) + 2 :])
    action, text = SPEAKERS.get(line[:2]), line[2:]
    raw = text[:1] == line[1:2]
    text = text[1:] if raw else text
    if action is None or text[:1] not in ("", " "):
        raise ValueError(f"{path}:{number}: not a line of a transcript: {line}")
    text = text[1:]
    return Step(number, action, unescape(text) if raw else text.encode() + b"\r\n")


def unescape(text):
    r"""`\r`, `\n`, `\t`, `\\`, `\xNN`, and `\*N(TEXT)` for the text N times."""
    pattern = re.compile(r"\\\*(\d+)\(([^)]*)\)|\\x([0-9A-Fa-f]{2})|\\([rnt\\])|([^\\])")
    result, position = b"", 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise ValueError(f"no escape: {text[position:]}")
        count, repeated, byte, letter, plain = match.groups()
        if count:
            result += unescape(repeated) * int(count)
        elif byte:
            result += bytes([int(byte, 16)])
        elif letter:
            result += {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}[letter]
        else:
            result += plain.encode()
        position = match.end()
    return result
