# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs send, as Tests/Programs keeps it (its README says how), and as the daemon logs it."""

import json
import os
import pathlib
import re
import shlex
import shutil
from typing import NamedTuple

from harness.processes import run_bounded

KEPT = pathlib.Path(__file__).resolve().parents[2] / "Programs"
SHIPPED = KEPT.parents[1] / "profiles.d"

# `own`: forwarded, since it is about what the session has made itself; refused where it has made nothing.
DECISIONS = ("forward", "rewrite", "answer", "filter", "own")

_LOGGED = re.compile(
    r"^onion-sieve: session \d+: (forward|rewrite|answer|filter): (.*?)(?: -> .*)? \([^()]*(?:\([^()]*\)[^()]*)*\)"
    r"(?: \(\d+ times\))?$",
    re.MULTILINE,
)

FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"
# OnionShare asks with this one whether tor knows ClientAuthV3 at all.
_PROBE = "E2GOT5LTUTP3OAMRCRXO4GSH6VKJEUOXZQUC336SRKAHTTT5OVSA"

# What differs from run to run, and what the log hides, as something of the same form.
_RANDOM = [
    (r"\b[a-z2-7]{56}\b", "a" * 56),
    (r"\b[0-9A-F]{40}\b(?:,[0-9A-F]{40}\b)*", FINGERPRINT),
    (rf"(?:SERVER={FINGERPRINT} )+", f"SERVER={FINGERPRINT} "),
    (r" \(\d+ bytes of data\)$", ""),
    # As txtorcon sends it for localhost:8083. A target that is a host name is not read, and the log shows a length.
    (r"^ADD_ONION \(132 bytes\)$", f"ADD_ONION ED25519-V3:{'A' * 86}== Port=80,localhost:8083"),
    (r"\bPort=80,176\d\d\b", "Port=80,17600"),
    (r"\bPort=1,1 ClientAuthV3=\[secret\]", f"Port=1,1 ClientAuthV3={_PROBE}"),
    (r"\bClientAuthV3=\[secret\]", "ClientAuthV3=" + "A" * 52),
    (r"\bED25519-V3:\[secret\]", "ED25519-V3:" + "A" * 86 + "=="),
]


class Sent(NamedTuple):
    decision: str
    command: str


def logged(log):
    """What was sent by all sessions of a daemon's log, each thing once, in the order in which they first came."""
    sent = dict.fromkeys(Sent(decision, _normalised(command)) for decision, command in _LOGGED.findall(log))
    subscriptions = [_events(entry) for entry in sent if entry.command.startswith("SETEVENTS")]
    return [entry for entry in sent if not _is_on_the_way(entry, subscriptions)]


def _events(entry):
    return set(entry.command.split(" ")[1:])


def _is_on_the_way(entry, subscriptions):
    """Whether it subscribes to a part of what is subscribed to later: libraries add one event after the other."""
    return (
        entry.command.startswith("SETEVENTS")
        and entry.decision != "filter"
        and any(_events(entry) < other for other in subscriptions)
    )


def _normalised(command):
    for pattern, replacement in _RANDOM:
        command = re.sub(pattern, replacement, command)
    keyword, *arguments = command.split(" ")
    # stem keeps events in a set.
    return " ".join([keyword, *sorted(arguments)]) if keyword == "SETEVENTS" else command


class KeptCommands:
    """One file. `reasons` are the comments before a command."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.header, self.sent, self.reasons = [], [], {}
        comments = []
        for number, line in enumerate(self.path.read_text().splitlines(), 1):
            if not line or line.startswith("#"):
                comments.append(line)
                continue
            decision, _, command = line.partition(" ")
            assert decision in DECISIONS, f"{self.path}:{number}: {decision!r} is none of {', '.join(DECISIONS)}"
            entry = Sent(decision, command.strip(" ") if command.strip() else command)
            if not self.sent:
                blank = max((place for place, text in enumerate(comments) if not text), default=len(comments))
                self.header, comments = comments[:blank], comments[blank + 1 :]
            self.sent.append(entry)
            self.reasons[entry.command] = [text for text in comments if text]
            comments = []
        self.header = self.header or comments

    def __repr__(self):
        return self.path.name

    def _said(self, name):
        found = [line for line in self.header if line.startswith(f"# {name}: ")]
        assert len(found) == 1, f"{self.path} has {len(found)} lines '# {name}: ...'"
        return found[0].partition(": ")[2]

    @property
    def profiles(self):
        return self._said("profiles").split(", ")

    @property
    def client(self):
        """Options of `explain`: a client of the kind that the profiles are for."""
        return shlex.split(self._said("client"))

    def explained(self, directory):
        """What the shipped profiles say of each command, as objects of `explain --json`."""
        return explain(directory, self.profiles, self.client, [entry.command for entry in self.sent])

    def replace(self, sent, directory):
        """Writes down what was sent instead; comments stay with their commands."""
        answers = explain(directory, self.profiles, self.client, [entry.command for entry in sent])
        lines = [*self.header, ""]
        for entry, answer in zip(sent, answers, strict=True):
            is_own = entry.decision == "forward" and answer["decision"] == "filter" and "rule" in answer
            lines += self.reasons.get(entry.command, [])
            lines.append(f"{'own' if is_own else entry.decision:<7} {entry.command}")
        self.path.write_text("\n".join(lines) + "\n")


def load_all():
    return [KeptCommands(path) for path in sorted(KEPT.glob("*.commands"))]


def explain(directory, profiles, client, commands):
    """`explain` with these shipped profiles and no others; `directory` is for copies of them."""
    for name in profiles:
        shutil.copy(SHIPPED / name, directory)
    done = run_bounded(
        [os.environ["ONION_SIEVE"], "explain", "--profiles", directory, *client, "--json"],
        input="".join(f"{command}\n" for command in commands).encode(),
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(commands), f"{len(answers)} answers to {len(commands)} commands: {done.stderr.decode()}"
    return answers
