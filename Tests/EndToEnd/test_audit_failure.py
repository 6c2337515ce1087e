# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the audit trail cannot be written: nothing passes unrecorded, or everything does, as the administrator says."""

import json
import os
import pathlib
import shutil
import socket
import time
import unittest

from harness import SieveTestCase, for_me, requires_root
from harness.processes import end, eventually, run_bounded, spawn
from harness.sanitizer import PATIENCE
from harness.trail import AUDIT_FAILED, SmallDisk, count, events, in_namespace, mount_over, unmount, whole_records

PROFILE = for_me(commands={"GETINFO": ["version", "address"], "SIGNAL": ["NEWNYM"]})
CANNOT = "cannot be written"


class FailureTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()

    def assertSevered(self, client, command, heard):
        """The command gets `551 Audit failed` and the session ends; tor has heard no more than before."""
        client.command(command)
        self.assertEqual([AUDIT_FAILED], client.reply())
        client.expect_closed()
        self.assertEqual(heard, len(self.tor.heard("GETINFO")))

    def assertNobodyGetsIn(self, daemon, clients=3):
        for _ in range(clients):
            client = self.client(daemon)
            client.command("AUTHENTICATE")
            self.assertEqual(AUDIT_FAILED + b"\r\n", client.rest())

    def await_service(self, daemon):
        """The trail can be written again, which is found out with the next client."""

        def works():
            with daemon.client() as client:
                client.command("AUTHENTICATE")
                return client.reply() == [b"250 OK"]

        eventually(works, lambda: f"clients are served again{daemon.tail()}")

    def assertSaidOnce(self, daemon, text=CANNOT):
        self.assertEqual(1, daemon.log().count(text), daemon.tail())


@requires_root
class FullDiskTests(FailureTestCase):
    def start(self, *arguments):
        self.disk = SmallDisk(self.directory)
        daemon = self.sieve(
            self.tor, "--audit", self.disk.path / "audit.log", *arguments, profile=PROFILE, prefix=self.disk.prefix
        )
        self.trail = self.disk.of(daemon) / "audit.log"
        return daemon

    def exhaust(self, daemon):
        """Fills the disk, and then what is left of the trail's own last page, by refusals that cannot be folded."""
        self.disk.fill(daemon)
        made = 0
        for number in range(100):
            client = self.client(daemon)
            client.command("AUTHENTICATE")
            reply = client.reply()
            made += 1
            if reply == [AUDIT_FAILED]:
                client.expect_closed()
                return
            client.close()
        self.fail(f"the disk is not full{daemon.tail()}")

    def test_nothing_passes_while_the_disk_is_full_and_all_is_well_when_it_is_not(self):
        daemon = self.start()
        old, other = self.session(daemon), self.session(daemon)
        self.assertWorks(old)
        self.assertWorks(other)
        heard = len(self.tor.heard("GETINFO"))
        self.exhaust(daemon)
        full = self.trail.read_bytes()
        self.assertSevered(old, "GETINFO version", heard)
        self.assertSevered(other, "GETINFO config-text", heard)
        self.assertNobodyGetsIn(daemon)
        self.assertEqual(full, self.trail.read_bytes(), "the disk was not full")
        self.assertSaidOnce(daemon)
        self.assertIn("No space left on device; sessions end until it can (--audit-failure)", daemon.log())
        self.assertFalse(daemon.has_ended())

        self.disk.free(daemon)
        self.await_service(daemon)
        self.assertWorks(self.session(daemon))
        self.assertSaidOnce(daemon)
        self.assertSaidOnce(daemon, "is written again; records that are missing:")
        content = self.trail.read_bytes()
        self.assertTrue(content.startswith(full))
        self.assertTrue(content.endswith(b"\n"))
        records, broken = whole_records(content)
        self.assertLessEqual(broken, 1)
        failed = [r for r in records if r["event"] == "audit-failed"]
        self.assertEqual(1, len(failed))
        self.assertEqual("No space left on device", failed[0]["reason"])
        self.assertIn(f"records that are missing: {failed[0]['repeated']}", daemon.log())
        # Each session that was severed or not let in misses its decision or coming, and its end.
        gone = {r["session"] for r in records if r["event"] == "connected"} - {
            r["session"] for r in records if r["event"] == "disconnected"
        }
        self.assertGreaterEqual(failed[0]["repeated"], 2 * 2 + 3 * 2)
        position = events(records).index("audit-failed")
        self.assertTrue(gone)
        self.assertTrue(all(r["time"] >= failed[0]["time"] for r in records[position:]))

    def test_half_a_line_is_ended_before_the_next_one(self):
        daemon = self.start()
        self.exhaust(daemon)
        content = self.trail.read_bytes()
        # A page has no room for a whole number of lines, unless chance will have it so.
        self.assertFalse(content.endswith(b"\n"))
        self.disk.free(daemon)
        self.await_service(daemon)
        lines = self.trail.read_bytes()[len(content) :].split(b"\n")
        self.assertEqual(b"", lines[0])
        self.assertIn(b'"event":"audit-failed"', lines[1])

    def test_the_count_of_what_is_missing_is_exact(self):
        daemon = self.start("--audit-failure", "continue")
        client = self.session(daemon)
        self.disk.fill(daemon)
        # Rather more than fits into the rest of a page, one by one and many in a turn.
        for _ in range(40):
            self.assertWorks(client)
        client.send("GETINFO version\r\n" * 50)
        for _ in range(50):
            client.reply()
        daemon.await_log(CANNOT)
        self.disk.free(daemon)
        self.assertWorks(client)
        records, broken = whole_records(self.trail.read_bytes())
        failed = [r for r in records if r["event"] == "audit-failed"]
        self.assertEqual(1, len(failed))
        self.assertLessEqual(broken, 1)
        self.assertEqual(91, count(records, command="GETINFO") + failed[0]["repeated"])

    def test_sessions_go_on_where_that_is_wanted(self):
        daemon = self.start("--audit-failure", "continue")
        old = self.session(daemon)
        self.disk.fill(daemon)
        for number in range(60):
            self.assertFiltered(old, f"GETINFO ip-to-country/192.0.2.{number}")
        daemon.await_log("what is asked and refused goes unrecorded until it can (--audit-failure)")
        self.assertWorks(old)
        self.assertWorks(self.session(daemon))
        self.assertSaidOnce(daemon)
        self.disk.free(daemon)
        self.assertWorks(old)
        records, _ = whole_records(self.trail.read_bytes())
        self.assertIn("audit-failed", events(records))
        self.assertEqual("GETINFO", records[-1]["command"])

    def test_refusals_that_would_only_be_counted_end_the_session_too(self):
        daemon = self.start()
        client = self.session(daemon)
        self.assertFiltered(client, "GETINFO config-text")
        self.exhaust(daemon)
        self.assertSevered(client, "GETINFO config-text", 0)


@requires_root
class GoneFileTests(FailureTestCase):
    def test_a_file_that_cannot_be_made_anew_is_like_a_full_disk(self):
        place = self.directory / "log"
        place.mkdir()
        daemon = self.sieve(
            self.tor,
            "--audit",
            place / "audit.log",
            profile=PROFILE,
            prefix=in_namespace(f"mount -t tmpfs tmpfs {place}"),
        )
        inside = pathlib.Path(f"/proc/{daemon.pid}/root{place}")
        client, other = self.session(daemon), self.session(daemon)
        self.assertWorks(client)
        (inside / "audit.log").unlink()
        mount_over(daemon, place)
        time.sleep(1.1)
        self.assertSevered(client, "GETINFO version", 1)
        self.assertNobodyGetsIn(daemon)
        self.assertSaidOnce(daemon)
        self.assertIn("Read-only file system", daemon.log())
        daemon.reload()
        daemon.await_log("cannot be opened anew")
        self.assertSevered(other, "GETINFO address", 1)
        unmount(daemon, place)
        self.await_service(daemon)
        records, broken = whole_records((inside / "audit.log").read_bytes())
        self.assertEqual((0, "audit-failed"), (broken, records[0]["event"]))


class StandardErrorTests(FailureTestCase):
    """Standard error is a pipe that nobody reads."""

    reader = None

    def tearDown(self):
        self.leave()
        super().tearDown()

    def leave(self):
        if self.reader is not None:
            os.close(self.reader)
            self.reader = None

    def start(self, *arguments):
        self.leave()
        self.pipe = self.directory / "stderr"
        os.mkfifo(self.pipe)
        self.reader = os.open(self.pipe, os.O_RDWR | os.O_NONBLOCK)
        self.said = b""
        return self.sieve(
            self.tor,
            *arguments,
            profile=PROFILE,
            prefix=["sh", "-c", f'exec "$@" 2>{self.pipe}', "sh"],
        )

    def block(self):
        self.read()
        for size in (4096, 1):
            try:
                while True:
                    os.write(self.reader, b"#" * size)
            except BlockingIOError:
                pass

    def read(self):
        try:
            while True:
                self.said += os.read(self.reader, 65536)
        except BlockingIOError:
            pass

    def test_a_reader_who_does_not_read_hangs_nobody_and_nothing_passes(self):
        for place in ("stderr", "log"):
            with self.subTest(place):
                (self.directory / "stderr").unlink(missing_ok=True)
                self.tor.sessions.clear()
                daemon = self.start("--audit", place)
                old, other = self.session(daemon), self.session(daemon)
                self.assertWorks(old)
                self.block()
                begin = time.monotonic()
                self.assertSevered(old, "GETINFO version", 1)
                self.assertSevered(other, "GETINFO config-text", 1)
                self.assertNobodyGetsIn(daemon, clients=10)
                self.assertLess(time.monotonic() - begin, 8 * PATIENCE)
                self.assertFalse(daemon.has_ended())
                self.read()
                self.await_service(daemon)
                self.assertWorks(self.session(daemon))
                self.read()
                self.assertIn(b"audit-failed" if place == "stderr" else b"records are missing here", self.said)
                daemon.stop()

    def test_messages_that_nobody_reads_hang_nobody(self):
        trail = self.directory / "audit.log"
        daemon = self.start("--audit", trail)
        client = self.session(daemon)
        self.block()
        begin = time.monotonic()
        for _ in range(5):
            daemon.reload()
            time.sleep(0.2)
            self.assertWorks(client)
        self.assertWorks(self.session(daemon))
        self.assertLess(time.monotonic() - begin, 10 * PATIENCE)

    def test_a_reader_who_goes_away_ends_no_daemon_and_nothing_passes(self):
        daemon = self.start("--audit", "stderr")
        old = self.session(daemon)
        self.assertWorks(old)
        self.leave()
        self.assertSevered(old, "GETINFO version", 1)
        self.assertNobodyGetsIn(daemon)
        self.assertFalse(daemon.has_ended())

    def test_standard_error_that_is_closed_is_no_place_for_a_trail(self):
        for place in ("stderr", "log"):
            with self.subTest(place):
                self.write_profile(PROFILE)
                daemon = self.unstarted_sieve(
                    self.tor, "--audit", place, prefix=["sh", "-c", 'exec "$@" 2>&-', "sh"]
                )
                daemon.launch()
                self.assertEqual(1, daemon.wait())

    def test_nothing_of_ours_takes_the_number_of_a_standard_error_that_is_closed(self):
        trail = self.directory / "audit.log"
        daemon = self.sieve(
            self.tor, "--audit", trail, profile=PROFILE, prefix=["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
        )
        client = self.session(daemon)
        self.assertWorks(client)
        for descriptor in range(3):
            self.assertEqual("/dev/null", os.readlink(f"/proc/{daemon.pid}/fd/{descriptor}"))
        daemon.reload()
        eventually(lambda: trail.read_text().count('"reloaded"') == 2, "the profiles were read again")
        self.assertNotIn("onion-sieve:", trail.read_text())
        self.assertWorks(client)


JOURNALD = pathlib.Path("/lib/systemd/systemd-journald")
requires_journald = unittest.skipUnless(
    JOURNALD.exists() and shutil.which("journalctl"), "systemd-journald is not installed"
)


@requires_root
class JournalSocketTests(FailureTestCase):
    """The journal's socket is the test's own."""

    def setUp(self):
        super().setUp()
        self.place = self.directory / "journal"
        self.place.mkdir()
        self.journal = None
        self.addCleanup(lambda: self.journal and self.journal.close())

    def listen(self):
        (self.place / "socket").unlink(missing_ok=True)
        self.journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.journal.bind(str(self.place / "socket"))
        self.journal.settimeout(5)

    def start(self, *arguments):
        setup = (
            "mount -t tmpfs tmpfs /run\nmkdir -p /run/systemd/journal\n"
            f"mount --bind {self.place} /run/systemd/journal"
        )
        return self.sieve(self.tor, "--audit", "journal", *arguments, profile=PROFILE, prefix=in_namespace(setup))

    def entry(self, **fields):
        """The next entry with these fields."""
        while True:
            data = self.journal.recv(1 << 18)
            self.assertTrue(data.endswith(b"\n"))
            lines = data.decode("ascii").split("\n")[:-1]
            for line in lines:
                self.assertRegex(line, r"^[A-Z][A-Z0-9_]{0,63}=[ -~]*$")
            found = dict(line.split("=", 1) for line in lines)
            if all(found.get(name) == value for name, value in fields.items()):
                return found

    def drain(self):
        self.journal.setblocking(False)
        try:
            while True:
                self.journal.recv(1 << 18)
        except BlockingIOError:
            pass
        self.journal.settimeout(5)

    def test_each_member_is_a_field(self):
        self.listen()
        daemon = self.start()
        self.assertEqual("true", self.entry(ONION_SIEVE_EVENT="reloaded")["ONION_SIEVE_START"])
        self.drain()
        client = self.session(daemon)
        self.assertFiltered(client, "GETINFO config-text")
        entry = self.entry(ONION_SIEVE_DECISION="filter")
        self.assertEqual("onion-sieve", entry["SYSLOG_IDENTIFIER"])
        self.assertEqual("5", entry["PRIORITY"])
        self.assertIn("filter: GETINFO config-text (no rule matches)", entry["MESSAGE"])
        self.assertEqual("1", entry["ONION_SIEVE_SCHEMA"])
        self.assertEqual("GETINFO", entry["ONION_SIEVE_COMMAND"])
        self.assertEqual("config-text", entry["ONION_SIEVE_ARGUMENTS"])
        self.assertEqual(str(os.getuid()), entry["ONION_SIEVE_CLIENT_UID"])
        self.assertEqual("unix", entry["ONION_SIEVE_CLIENT_TRANSPORT"])

    def test_what_is_decided_is_sent_before_its_effect(self):
        self.listen()
        client = self.session(self.start())
        self.assertFiltered(client, "GETINFO config-text")
        self.journal.setblocking(False)
        self.entry(ONION_SIEVE_ARGUMENTS="config-text")

    def test_without_a_journal_the_daemon_does_not_start(self):
        self.listen()
        self.journal.close()
        (self.place / "socket").unlink()
        self.write_profile(PROFILE)
        daemon = self.unstarted_sieve(
            self.tor, "--audit", "journal", prefix=in_namespace("mount -t tmpfs tmpfs /run")
        )
        daemon.launch()
        self.assertEqual(1, daemon.wait())
        self.assertIn("cannot be written to /run/systemd/journal/socket: No such file", daemon.log())

    def test_a_journal_that_goes_away_and_comes_back(self):
        self.listen()
        daemon = self.start()
        client, other = self.session(daemon), self.session(daemon)
        self.journal.close()
        self.assertSevered(client, "GETINFO version", 0)
        (self.place / "socket").unlink()
        self.assertSevered(other, "GETINFO version", 0)
        self.assertNobodyGetsIn(daemon)
        self.listen()
        self.await_service(daemon)
        missing = self.entry(ONION_SIEVE_EVENT="audit-failed")
        self.assertGreaterEqual(int(missing["ONION_SIEVE_REPEATED"]), 4)
        self.assertEqual("3", missing["PRIORITY"])

    def test_a_journal_that_was_only_started_anew_is_not_noticed(self):
        self.listen()
        client = self.session(self.start())
        self.assertWorks(client)
        self.journal.close()
        self.listen()
        self.assertWorks(client)
        self.entry(ONION_SIEVE_COMMAND="GETINFO")

    def test_a_journal_whose_queue_is_full_hangs_nobody_and_nothing_passes(self):
        self.listen()
        daemon = self.start()
        queue = int(pathlib.Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
        begin = time.monotonic()
        client = self.client(daemon)
        client.command("AUTHENTICATE")
        client.reply()
        reply = None
        for number in range(queue + 10):
            client.command("GETINFO version")
            reply = client.reply()
            if reply == [AUDIT_FAILED]:
                break
        self.assertEqual([AUDIT_FAILED], reply)
        client.expect_closed()
        self.assertNobodyGetsIn(daemon, clients=5)
        self.assertLess(time.monotonic() - begin, 15 * PATIENCE)
        self.drain()
        self.await_service(daemon)
        self.entry(ONION_SIEVE_EVENT="audit-failed")


@requires_root
@requires_journald
class JournaldTests(FailureTestCase):
    """The journal is systemd's, in a mount namespace with nothing of this machine's /run."""

    CONFIGURATION = "[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\nRateLimitIntervalSec=0\nRateLimitBurst=0\n"

    def test_journalctl_finds_what_was_refused(self):
        configuration = self.directory / "journald.conf"
        configuration.write_text(self.CONFIGURATION)
        setup = (
            "mount -t tmpfs tmpfs /run\nmkdir -p /run/systemd/journal /run/systemd/journald.conf.d\n"
            f"cp {configuration} /run/systemd/journald.conf.d/50-test.conf"
        )
        with open(self.directory / "journald.stderr", "wb") as log:
            journald = spawn(
                [*in_namespace(setup), "unshare", "-n", JOURNALD], stdout=log, stderr=log
            )
        self.addCleanup(end, journald)
        inside = ["nsenter", "-t", str(journald.pid), "-m"]
        eventually(
            lambda: run_bounded([*inside, "test", "-S", "/run/systemd/journal/socket"]).returncode == 0,
            lambda: "journald listens: " + (self.directory / "journald.stderr").read_text(),
        )
        daemon = self.sieve(self.tor, "--audit", "journal", profile=PROFILE, prefix=inside)
        client = self.session(daemon)
        self.assertWorks(client)
        self.assertFiltered(client, "GETINFO config-text")
        self.assertFiltered(client, "GETINFO circuit-status")

        def found(*matches):
            done = run_bounded([*inside, "journalctl", "-q", "-D", "/run/log/journal", "-o", "json", *matches])
            return [json.loads(line) for line in done.stdout.splitlines()]

        eventually(lambda: len(found("ONION_SIEVE_DECISION=filter")) == 2, lambda: f"{found()}")
        entries = found("ONION_SIEVE_DECISION=filter", f"ONION_SIEVE_CLIENT_UID={os.getuid()}")
        self.assertEqual(["config-text", "circuit-status"], [e["ONION_SIEVE_ARGUMENTS"] for e in entries])
        self.assertEqual({str(daemon.pid)}, {e["_PID"] for e in entries})
        self.assertEqual(1, len(found("ONION_SIEVE_DECISION=forward")))
        shown = run_bounded([*inside, "journalctl", "-q", "-D", "/run/log/journal", "ONION_SIEVE_DECISION=filter"])
        self.assertIn(b"filter: GETINFO config-text (no rule matches)", shown.stdout)
