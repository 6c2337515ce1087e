# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`onion-sieve audit`: trails of the real daemon, and made-up ones that mean harm."""

import contextlib
import gzip
import json
import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest

from harness import SieveTestCase, for_me
from harness.case import real_tor, temporary_directory
from harness.processes import end, eventually, run_bounded, spawn
from harness.sanitizer import needs_plain_memory, needs_small_files

PROFILE = for_me(commands={"GETINFO": ["version"]})
REMOTE_JOURNAL = "/lib/systemd/systemd-journal-remote"
HOSTILE = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>\r\n\u202etxt\u2066\x9b31m\x00" + "A" * 10240


def record(event="command", at="2026-11-21T17:35:02.123456Z", **parts):
    return {"schema": 1, "time": at, "event": event, **parts}


def refused(arguments="address", profile="onionshare", uid=1000, **parts):
    client = {"transport": "unix", "uid": uid, "user": f"user{uid}"}
    return record(
        session=1, client=client, profile=profile, decision="filter", command="GETINFO", arguments=arguments,
        reason="no rule matches", **parts
    )  # fmt: skip


def lines(*records):
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


class AuditCase(SieveTestCase):
    def audit(self, *arguments, status=0, said=None, seconds=20, **options):
        done = run_bounded([os.environ["ONION_SIEVE"], "audit", *map(str, arguments)], seconds, **options)
        self.assertEqual(status, done.returncode, done.stderr.decode() + done.stdout.decode())
        errors = done.stderr.decode("ascii")
        if said is None:
            self.assertEqual("", errors)
        else:
            self.assertIn(said, errors)
        return done.stdout

    def summary(self, *arguments, **options):
        return json.loads(self.audit("--json", *arguments, **options))

    def trail(self, content, name="trail"):
        path = self.directory / name
        path.write_bytes(content)
        return path

    def following(self, *arguments, **options):
        """A process, and a function for what it has printed so far."""
        output, errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        process = spawn(
            [os.environ["ONION_SIEVE"], "audit", "--follow", *map(str, arguments)],
            stdout=output, stderr=errors, **options
        )  # fmt: skip
        self.addCleanup(end, process)

        def printed(file=output):
            return os.pread(file.fileno(), 1 << 30, 0).decode()

        return process, printed, lambda: printed(errors)


class RealTrailTests(AuditCase):
    def test_a_trail_of_the_daemon_is_told_and_followed(self):
        tor = real_tor(self)
        trail = self.directory / "audit.log"
        process, printed, said = self.following(trail)
        eventually(lambda: "waiting for it" in said(), "the file is missed")
        daemon = self.sieve(tor, "--audit", trail, profile=PROFILE)
        client = self.session(daemon)
        client.ask("GETINFO version")
        self.assertFiltered(client, "GETINFO address")
        client.ask("QUIT")
        # Whether the daemon listens was tried before with a connection that ended, too.
        shown = ("filter: GETINFO address (no rule matches)", "forward: GETINFO version (a rule allows it", "QUIT", "disconnected")
        eventually(lambda: all(text in printed() for text in shown), lambda: f"{shown} are shown: {printed()}")
        process.send_signal(signal.SIGINT)
        self.assertEqual(-signal.SIGINT, process.wait(5))
        text = self.audit(trail).decode()
        self.assertIn("GETINFO address", text)
        everything = self.summary(trail)
        self.assertEqual(len(trail.read_bytes().splitlines()), everything["records"])
        self.assertEqual(0, self.summary("--since", "now", trail)["records"])
        self.assertEqual(everything["records"], self.summary("--since", "2h", trail)["records"])
        self.assertEqual(1, self.summary("--decision", "filter", trail)["records"])
        self.assertEqual(0, self.summary("--decision", "filter", "--until", "1h", trail)["records"])


class InputTests(AuditCase):
    def test_what_is_no_record_is_counted_and_left_out(self):
        content = lines(refused(), {"schema": 7, "of": "tomorrow"}) + b"tor[1]: Bootstrapped\n\xff\xfe\n{}\n" + b"x" * (2 << 20)
        content += b"\n" + lines(refused()) + lines(refused())[:100]
        summary = self.summary(self.trail(content))
        self.assertEqual(2, summary["records"])
        text = json.dumps(summary)
        not_understood = summary["not_understood"]
        self.assertEqual((4, 1, 1), tuple(not_understood[key] for key in ("foreign", "later", "cut")), text)

    def test_a_last_line_without_its_end_is_a_record_if_it_is_whole(self):
        self.assertEqual(2, self.summary(self.trail(lines(refused(), refused())[:-1]))["records"])

    def test_packed_and_rotated_files_and_standard_input(self):
        old = self.trail(gzip.compress(lines(refused())) + gzip.compress(lines(refused())), "trail.2.gz")
        new = self.trail(lines(refused()), "trail.1")
        self.assertEqual(3, self.summary(old, new)["records"])
        with open(old, "rb") as file:
            self.assertEqual(2, self.summary("-", stdin=file)["records"])
        with open(new, "rb") as file:
            self.assertEqual(1, self.summary("-", stdin=file)["records"])
        cut = self.trail(old.read_bytes()[:-12], "cut.gz")
        self.audit(cut, status=1, said="cannot be unpacked to its end")
        self.audit(self.trail(b"\xfd7zXZ\0rest", "trail.xz"), status=1, said="xzcat FILE | onion-sieve audit -")

    def test_what_cannot_be_read_is_said_and_the_rest_is_read(self):
        good = self.trail(lines(refused()))
        for bad, said in (
            (self.directory / "none\x1b[2J", "No such file"),
            (self.directory, "is a directory"),
            ("/dev/zero", "is a device"),
            ("/dev/full", "is a device"),
        ):
            with self.subTest(bad):
                self.assertEqual(1, self.summary(bad, good, status=1, said=said)["records"])
        self.assertEqual(0, self.summary("/dev/null", self.trail(b"", "empty"))["records"])
        with open("/dev/zero", "rb") as zero:
            self.audit("-", status=1, said="is a device", stdin=zero)

    def test_a_fifo_is_read_to_its_end(self):
        path = self.directory / "fifo"
        os.mkfifo(path)
        process = spawn([os.environ["ONION_SIEVE"], "audit", "--json", str(path)], stdout=subprocess.PIPE)
        self.addCleanup(end, process)
        with open(path, "wb") as fifo:
            fifo.write(lines(refused()))
        self.assertEqual(1, json.loads(process.communicate(timeout=10)[0])["records"])

    def test_a_file_that_grows_without_end_is_read_as_it_was(self):
        path = self.trail(lines(refused()) * 1000)
        self.trail(lines(refused()) * 5000, "trail.more")
        writer = spawn(["/bin/sh", "-c", 'while cat "$0.more" >> "$0"; do sleep 0.01; done', str(path)])
        try:
            eventually(lambda: path.stat().st_size > 4_000_000, "it grows", seconds=60)
            summary = self.summary(path, seconds=60)
        finally:
            end(writer)
        self.assertEqual(0, summary["not_understood"]["cut"])
        self.assertGreater(path.stat().st_size, summary["records"] * len(lines(refused())))

    def test_wrong_usage(self):
        path = self.trail(b"")
        for arguments in (
            [],
            ["--journal", path],
            ["-", "-"],
            ["--decision", "maybe", path],
            ["--since", "soon", path],
            ["--since", "2026-02-30", path],
            ["--follow", "--html", "x", path],
            ["--json", "--html", "x", path],
            ["--force", path],
            ["--journal-unit", "x", path],
        ):
            with self.subTest(arguments):
                self.audit(*arguments, status=2, said="Error: ")

    def test_filters(self):
        path = self.trail(
            lines(
                refused(),
                refused(profile="other", uid=1001, at="2026-11-22T00:00:00Z"),
                record("tor-lost", session=1, client={"transport": "remote", "address": "10.1.2.3", "port": 9}),
            )
        )
        for arguments, count in (
            (["--profile", "other"], 1),
            (["--profile", "other", "--profile", "onionshare"], 2),
            (["--profile", "other", "--decision", "forward"], 0),
            (["--client", "user1000"], 1),
            (["--client", "1001", "--client", "10.1.0.0/16"], 2),
            (["--since", "2026-11-22T00:00:00Z"], 1),
            (["--until", "2026-11-22T00:00:00Z"], 2),
            (["--since", "2026-11-22"], 1),
            (["--since", "2026-11-21 17:36"], 1),
        ):
            with self.subTest(arguments):
                environment = {**os.environ, "TZ": "UTC"}
                self.assertEqual(count, self.summary(*arguments, path, env=environment)["records"])


class HostileTextTests(AuditCase):
    def records(self):
        client = {
            "transport": "socket", "socket": HOSTILE, "address": HOSTILE, "uid": 1000, "user": HOSTILE, "exe": HOSTILE,
            "exe_claimed": HOSTILE, "exe_doubt": HOSTILE, "apparmor": HOSTILE, "apparmor_mode": HOSTILE, "unit": HOSTILE,
            "unit_doubt": HOSTILE,
        }  # fmt: skip
        texts = dict.fromkeys(["command", "arguments", "forwarded", "rule", "reason", "name", "version"], HOSTILE)
        kinds = ["connected", "rejected", "command", "reply-filtered", "event-dropped", "tor-ready", "tor-failed", "tor-back"]
        kinds += ["disconnected", "reloaded", "folded", "audit-failed", HOSTILE]
        return [
            record(kind, session=1, client=client, profile=HOSTILE, decision="filter", left_out=[HOSTILE], **texts)
            for kind in kinds
        ] + [record(kind, reason=HOSTILE, decision="filter", command=HOSTILE) for kind in kinds]

    def test_it_is_shown_escaped_in_every_form(self):
        path = self.trail(lines(*self.records()))
        process, printed, _ = self.following(path, "--since", "2020-01-01")
        eventually(lambda: len(printed().splitlines()) >= len(self.records()), "all is shown")
        end(process)
        for text in (self.audit(path), printed().encode(), self.audit("--json", path)):
            for line in text.splitlines():
                self.assertTrue(all(0x20 <= byte <= 0x7E or byte >= 0x80 for byte in line), line[:200])
                for bad in ("\u202e", "\u2066", "\x9b"):
                    self.assertNotIn(bad, line.decode())
        self.assertLess(max(map(len, printed().splitlines())), 3000)
        page = self.audit("--html", "-", path).decode()
        self.assertNotIn("<script", page)
        self.assertNotIn("\x1b", page)

    def test_json_lines_hold_what_the_records_hold(self):
        records = self.records()
        path = self.trail(lines(*records))
        process, printed, _ = self.following(path, "--json", "--since", "2020-01-01")
        eventually(lambda: printed().count("\n") >= len(records), "all is shown", seconds=60, pause=0.5)
        end(process)
        for given, shown in zip(records, map(json.loads, printed().splitlines())):
            self.assertEqual(given, shown)


class FollowTests(AuditCase):
    def awaits(self, printed, *texts):
        eventually(lambda: all(text in printed() for text in texts), f"{texts} in what is shown", seconds=5)

    def append(self, path, content):
        with open(path, "ab") as file:
            file.write(content)

    def test_half_a_line_is_waited_for_and_rotation_and_truncation_are_survived(self):
        path = self.trail(lines(refused("before")))
        process, printed, said = self.following(path, "--decision", "filter")
        self.awaits(printed, "before")
        whole = lines(refused("first"))
        self.append(path, whole[:50])
        time.sleep(0.3)
        self.append(path, whole[50:])
        self.awaits(printed, "GETINFO first")
        moved = self.directory / "trail.1"
        path.rename(moved)
        self.append(moved, lines(refused("still-in-the-old")))
        self.awaits(printed, "still-in-the-old")
        path.touch()
        time.sleep(0.3)
        self.append(moved, lines(refused("late-in-the-old")))
        self.awaits(printed, "late-in-the-old")
        self.append(path, lines(refused("in-the-new"), record("tor-lost")))
        self.awaits(printed, "in-the-new")
        path.write_bytes(b"")
        time.sleep(0.3)
        self.append(path, lines(refused("after-truncation")))
        self.awaits(printed, "after-truncation")
        self.assertNotIn("was lost", printed())
        self.assertEqual(6, len(printed().splitlines()), printed())
        self.assertIn("made shorter", said())

    def test_the_last_ten_come_first(self):
        path = self.trail(lines(*(refused(f"number-{number}-") for number in range(5000))) * 3)
        _, printed, _ = self.following(path)
        self.awaits(printed, "number-4999-")
        self.assertEqual([f"number-{number}-" in printed() for number in range(4988, 5000)], [False] * 2 + [True] * 10)

    def test_it_is_idle_and_ends_quietly_when_nobody_reads(self):
        path = self.trail(lines(refused()))
        reader, writer = os.pipe()
        process = spawn(
            [os.environ["ONION_SIEVE"], "audit", "--follow", str(path)], stdout=writer, stderr=subprocess.PIPE
        )
        self.addCleanup(end, process)
        os.close(writer)
        self.assertIn(b"GETINFO", os.read(reader, 1000))
        os.close(reader)
        self.append(path, lines(refused()))
        self.assertEqual(b"", process.communicate(timeout=5)[1])

    def test_what_cannot_be_followed(self):
        self.audit("--follow", self.directory, status=1, said="is a directory")
        self.audit("--follow", self.trail(gzip.compress(b"")), status=1, said="is packed")


class ReportFileTests(AuditCase):
    @needs_small_files
    def test_a_limit_of_file_sizes_is_told_and_leaves_nothing(self):
        path, page = self.trail(lines(refused())), self.directory / "report.html"
        limited = ["prlimit", "--fsize=4096", os.environ["ONION_SIEVE"], "audit", "--html", page, path]
        done = run_bounded(limited)
        self.assertEqual((1, f"onion-sieve: error: {page}: File too large\n".encode()), (done.returncode, done.stderr))
        self.assertEqual([path], [entry for entry in self.directory.iterdir() if entry != self.profiles])

    def test_a_report_is_whole_private_and_replaces_only_a_report(self):
        path, page = self.trail(lines(refused())), self.directory / "report.html"
        self.assertEqual(b"", self.audit("--html", page, path))
        self.assertTrue(page.read_text().startswith("<!DOCTYPE html>"))
        self.assertEqual(0o600, stat.S_IMODE(page.stat().st_mode))
        self.audit("--html", page, path)
        other = self.trail(b"precious", "other.html")
        self.audit("--html", other, path, status=1, said="is no report")
        self.assertEqual(b"precious", other.read_bytes())
        self.audit("--html", other, "--force", path)
        self.assertTrue(other.read_text().startswith("<!DOCTYPE html>"))
        link = self.directory / "link.html"
        link.symlink_to(path)
        self.audit("--html", link, "--force", path, status=1, said="no regular file")
        self.audit("--html", self.directory / "none" / "x", path, status=1, said="No such file")
        self.assertEqual(
            {"trail", "report.html", "other.html", "link.html"},
            {entry.name for entry in self.directory.iterdir()} - {self.profiles.name},
        )


@unittest.skipUnless(os.path.exists(REMOTE_JOURNAL), "systemd-journal-remote is not installed")
@unittest.skipUnless(shutil.which("journalctl"), "journalctl is not installed")
class JournalTests(AuditCase):
    """Journals as journald writes them, with the fields that it adds made up."""

    def journal(self, *entries):
        directory = self.directory / "journal"
        directory.mkdir()
        stream = b""
        for number, entry in enumerate(entries):
            moment = 1_795_282_502_000_000 + number
            fields = {
                "__REALTIME_TIMESTAMP": moment, "__MONOTONIC_TIMESTAMP": number + 1,
                "_BOOT_ID": "0123456789abcdef0123456789abcdef", "SYSLOG_IDENTIFIER": "onion-sieve", **entry,
            }  # fmt: skip
            for name, value in fields.items():
                for one in value if isinstance(value, list) else [value]:
                    data = str(one).encode()
                    if b"\n" in data:
                        stream += name.encode() + b"\n" + len(data).to_bytes(8, "little") + data + b"\n"
                    else:
                        stream += name.encode() + b"=" + data + b"\n"
            stream += b"\n"
        subprocess.run(
            [REMOTE_JOURNAL, "--output", str(directory / "made-up.journal"), "-"], input=stream, check=True, capture_output=True
        )
        return directory

    @staticmethod
    def fields(one, prefix="ONION_SIEVE_"):
        flat = {}
        for name, value in one.items():
            if isinstance(value, dict):
                flat |= JournalTests.fields(value, prefix + name.upper() + "_")
            else:
                flat[prefix + name.upper()] = value
        return flat

    def test_only_entries_of_the_daemon_count(self):
        ours = {"_UID": 106, "_SYSTEMD_UNIT": "onion-sieve.service"}
        directory = self.journal(
            {**self.fields(refused("ours")), **ours},
            {**self.fields(refused("by-root")), "_UID": 0},
            {"MESSAGE": json.dumps(refused("caught")), **ours},
            {"MESSAGE": "the daemon is ready", **ours},
            {**self.fields(refused("folded", repeated=12)), **ours},
            {**self.fields({"schema": 9}), **ours},
            {
                **self.fields(refused("forged")), "_UID": 4242, "_SYSTEMD_UNIT": "user@4242.service",
                "_SYSTEMD_USER_UNIT": "onion-sieve.service", "_COMM": "onion-sieve", "_EXE": "/tmp/\x1b[2Jevil",
            },
            {"MESSAGE": json.dumps(refused("forged")), "_UID": 4242},
            {**self.fields(refused("two\nlines " + "x" * 5000)), **ours},
        )  # fmt: skip
        place = ["--journal-directory", directory]
        left_out = "left out 2 records that somebody else than the daemon sent, last uid=4242"
        summary = self.summary(*place, said=left_out)
        self.assertEqual(5, summary["records"])
        self.assertEqual(1, summary["not_understood"]["later"])
        self.assertNotIn("forged", self.audit(*place, said=left_out).decode())
        self.assertEqual(7, self.summary(*place, "--journal-user", 4242)["records"])
        self.assertEqual(3, self.summary(*place, "--journal-unit", "x.service", "--journal-user", 4242, said="left out")["records"])
        self.assertEqual(0, self.summary(*place, "--client", "nobody", said=left_out)["records"])

    def test_since_is_handed_on(self):
        directory = self.journal({**self.fields(refused()), "_UID": 0})
        place = ["--journal-directory", directory]
        self.assertEqual(1, self.summary(*place, "--since", "2026-11-21T17:35:02Z", "--until", "2026-11-21T17:35:03Z")["records"])
        self.assertEqual(0, self.summary(*place, "--since", "2026-11-21T17:35:03Z")["records"])
        self.assertEqual(0, self.summary(*place, "--until", "2026-11-21T17:35:02Z")["records"])

    def test_a_journal_that_is_not_there(self):
        self.audit("--journal-directory", self.directory / "none", status=1, said="the journal: journalctl")

    def test_it_is_followed_and_journalctl_ends_with_us(self):
        directory = self.journal({**self.fields(refused("ours")), "_UID": 0})
        process, printed, _ = self.following("--journal-directory", directory)
        eventually(lambda: "GETINFO ours" in printed(), "the entry is shown")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        self.assertEqual(1, len(children))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(-signal.SIGTERM, process.wait(5))

        def is_gone():
            with contextlib.suppress(FileNotFoundError):
                return pathlib.Path(f"/proc/{children[0]}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
            return True

        eventually(is_gone, "journalctl has ended")


class VolumeTests(AuditCase):
    @needs_plain_memory
    def test_memory_does_not_grow_with_the_trail(self):
        block = lines(*(refused(f"number-{number}-" + "x" * 200) for number in range(1000)))

        def memory(blocks):
            path = self.directory / f"fifo-{blocks}"
            os.mkfifo(path)
            process = spawn([os.environ["ONION_SIEVE"], "audit", "--json", str(path)], stdout=subprocess.PIPE)
            self.addCleanup(end, process)
            with open(path, "wb") as fifo:
                for _ in range(blocks):
                    fifo.write(block)
                fifo.flush()
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            self.assertEqual(1000 * blocks, json.loads(process.stdout.read())["records"])
            process.wait(30)
            return int(status.split("VmHWM:")[1].split()[0])

        self.assertLess(memory(40), memory(10) + 4096)

    @needs_plain_memory
    def test_a_hole_in_a_trail_costs_no_memory(self):
        path = self.trail(lines(refused()))
        with open(path, "r+b") as file:
            file.seek(150 << 20)
            file.write(b"\n" + lines(refused()))
        summary = self.summary(path, seconds=60, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (128 << 20,) * 2))
        self.assertEqual((2, 1), (summary["records"], summary["not_understood"]["foreign"]))
