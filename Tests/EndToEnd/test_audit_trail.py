# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit trail: what is in it, when it is written, where it goes, and log rotation."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import threading
import time
import unittest

from harness import SieveTestCase, for_me
from harness.processes import eventually, run_bounded
from harness.trail import await_records, count, events, parse, whole_records

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROFILE = for_me(name="test", commands={"GETINFO": ["version", "address"]}, events={"BW": {"suppress": True}})


class TrailTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.trail = self.directory / "audit.log"
        self.tor = self.fake_tor()

    def audited(self, *arguments, tor=None, profile=PROFILE, place=None, **options):
        """A daemon whose trail is in a file."""
        return self.sieve(
            tor or self.tor, "--audit", place or self.trail, *arguments, profile=profile, **options
        )

    def records(self):
        return parse(self.trail)

    def commands(self):
        return [record for record in self.records() if record["event"] == "command"]


class RecordTests(TrailTestCase):
    def test_a_session_is_told_from_its_beginning_to_its_end(self):
        daemon = self.audited()
        with self.session(daemon) as client:
            self.assertWorks(client)
            self.assertFiltered(client, "GETINFO circuit-status")
            client.ask("QUIT")
            client.expect_closed()
        await_records(self.trail, lambda records: "disconnected" in events(records), "the end of the session")
        daemon.stop()
        records = self.records()
        start = records[0]
        self.assertEqual(("reloaded", 1, True), (start["event"], start["profiles"], start["start"]))
        session = next(r["session"] for r in records if r.get("command") == "GETINFO")
        told = [r for r in records if r.get("session") == session]
        self.assertEqual(["connected", "command", "command", "command", "command", "disconnected"], events(told))
        for record in records:
            self.assertEqual(1, record["schema"])
            self.assertRegex(record["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        for record in told:
            self.assertEqual("test", record["profile"])
            self.assertEqual(os.getuid(), record["client"]["uid"])
            self.assertEqual("unix", record["client"]["transport"])
        self.assertEqual(
            [
                ("answer", "AUTHENTICATE", None),
                ("forward", "GETINFO", "version"),
                ("filter", "GETINFO", "circuit-status"),
                ("answer", "QUIT", None),
            ],
            [(r["decision"], r["command"], r.get("arguments")) for r in told if r["event"] == "command"],
        )
        self.assertTrue(told[2]["rule"].endswith("40_test.yml:1:1") or ":" in told[2]["rule"])
        self.assertEqual(sorted(r["time"] for r in records), [r["time"] for r in records])

    def test_each_level_has_what_it_says(self):
        profile = for_me(
            commands={"GETINFO": ["version"], "SETEVENTS": []},
            events={"BW": {"response": [{"pattern": ".*", "replacement": ""}]}},
        )
        expected = {
            "decisions": {"forward", "filter", "answer"},
            "filtered": {"filter"},
            "all-with-events": {"forward", "filter", "answer"},
        }
        for level, decisions in expected.items():
            with self.subTest(level):
                self.trail.unlink(missing_ok=True)
                daemon = self.audited("--audit-level", level, profile=profile)
                client = self.session(daemon)
                self.assertWorks(client)
                self.assertFiltered(client, "GETINFO address")
                self.assertAnswers(client, "SETEVENTS BW", "250 OK")
                self.tor.emit("650 BW 471147114711 4712\r\n")
                self.assertWorks(client)
                client.close()
                daemon.stop()
                records = self.records()
                self.assertEqual(decisions, {r["decision"] for r in records if r["event"] == "command"})
                self.assertIn("connected", events(records))
                self.assertIn("disconnected", events(records))
                self.assertEqual(level == "all-with-events", "event-dropped" in events(records))
                self.assertEqual(level == "all-with-events", "tor-ready" in events(records))
                self.assertNotIn(b"471147114711", self.trail.read_bytes())

    def test_what_passes_in_complain_mode_only_is_recorded_even_where_only_refusals_are(self):
        daemon = self.audited("--audit-level", "filtered", "--complain")
        client = self.session(daemon)
        self.assertWorks(client)
        client.ask("GETINFO config-text")
        daemon.stop()
        self.assertEqual([("config-text", True)], [(r["arguments"], r.get("complain")) for r in self.commands()])

    def test_nothing_is_written_where_there_is_to_be_no_trail(self):
        before = set(os.listdir(self.directory))
        daemon = self.sieve(self.tor, "--audit", "none", profile=PROFILE)
        self.assertFiltered(self.session(daemon), "GETINFO config-text")
        daemon.stop()
        self.assertNotIn("config-text", daemon.log())
        self.assertNotIn("GETINFO", daemon.log())
        new = set(os.listdir(self.directory)) - before - {"sieve.socket"}
        self.assertFalse([name for name in new if "audit" in name], new)

    def test_every_record_and_member_is_in_the_manual_and_no_other(self):
        sources = ROOT / "Sources" / "Audit"
        if not sources.exists():
            self.skipTest("the sources are not here")
        manual = (ROOT / "man" / "onion-sieve-audit.5").read_text()
        kinds = set(re.findall(r'case \.\w+: "([a-z-]+)"', (sources / "Reading/TrailRecord.swift").read_text()))
        members = set(re.findall(r'\("([a-z_]+)", ', (sources / "Reading/TrailRecord+Fields.swift").read_text()))
        client = set(re.findall(r'\("([a-z_]+)", [.a-z]', (sources / "Records/AuditedClient.swift").read_text()))
        section = manual[manual.index(".Sh EVENTS") : manual.index(".Ss Clients")]
        items = re.findall(r"(?m)^\.It Cm ([a-z_-]+)(?: Pq (?:number|text|texts|true|object))?$", section)
        self.assertLess(10, len(kinds))
        self.assertEqual(kinds, {name for name in items if name in kinds or "-" in name})
        head = manual[manual.index(".Ss Members of every") : manual.index(".Sh EVENTS")]
        told = {name for name in items if name not in kinds or name == "command"}
        told |= set(re.findall(r"(?m)^\.It Cm ([a-z_]+) Pq", head)) | set(re.findall(r"\.Cm (\w+) Pq", section))
        told |= {"reason", "version", "repeated"} & set(re.findall(r"\.Cm (\w+)", section))
        self.assertEqual(members, told)
        clients = manual[manual.index(".Ss Clients") : manual.index(".Sh PLACES")]
        listed = re.findall(r"(?m)^\.It Cm (.*)$", clients)
        names = {name for line in listed for name in re.sub(r" Pq \w+|,|\bCm\b", " ", line).split()}
        self.assertEqual(client, names)

    def test_it_says_which_program_a_client_is_though_no_profile_asks(self):
        profile = {"users": ["*"], "sockets": [{"name": "app"}], "commands": {"GETINFO": ["version"]}}
        with self.session(self.audited(profile=profile)) as client:
            client.ask("GETINFO version")
        # Not the first that connected: that one has only looked whether there is a daemon, and may have gone before it was.
        told = next(record["client"] for record in self.commands() if record["command"] == "GETINFO")
        self.assertEqual(os.path.realpath("/proc/self/exe"), told.get("exe") or told.get("exe_claimed"), told)


class OrderTests(TrailTestCase):
    def test_a_command_is_on_record_before_tor_gets_it(self):
        seen = []

        def answer(session, arguments):
            seen.append((arguments, [r.get("arguments") for r in self.commands()]))
            return f"250-{arguments}=x\r\n250 OK\r\n".encode()

        self.tor.answers["GETINFO"] = answer
        client = self.session(self.audited())
        for key in ("version", "address") * 20:
            client.ask(f"GETINFO {key}")
        client.send("GETINFO version\r\nGETINFO address\r\n" * 30)
        for _ in range(60):
            client.reply()
        self.assertEqual(100, len(seen))
        for number, (arguments, recorded) in enumerate(seen):
            recorded = [text for text in recorded if text]
            self.assertLess(number, len(recorded))
            self.assertEqual(arguments, recorded[number])

    def test_a_refusal_is_on_record_before_the_client_hears_of_it(self):
        client = self.session(self.audited())
        for number in range(50):
            self.assertFiltered(client, f"GETINFO ip-to-country/192.0.2.{number}")
            self.assertEqual(f"ip-to-country/192.0.2.{number}", self.commands()[-1]["arguments"])

    def test_a_turn_of_many_commands_is_few_writes(self):
        daemon = self.audited()
        client = self.session(daemon)
        self.assertWorks(client)
        with self.traced_writes(daemon) as lines:
            client.send("GETINFO version\r\n" * 50)
            for _ in range(50):
                client.reply()
        writes = [line for line in lines if '"{\\"schema' in line]
        self.assertLess(0, len(writes))
        self.assertLess(len(writes), 25, "a write for each command")
        self.assertEqual(51, count(self.commands(), arguments="version"))

    def test_what_two_sessions_ask_in_a_turn_is_one_write_before_tor_hears_of_any_of_it(self):
        daemon = self.audited()
        first, second = self.session(daemon), self.session(daemon)
        self.assertWorks(first)
        self.assertWorks(second)
        with self.traced_writes(daemon) as lines:
            # Both have asked before the daemon looks.
            os.kill(daemon.pid, signal.SIGSTOP)
            eventually(lambda: self.is_stopped(daemon.pid), "the daemon stops")
            first.send("GETINFO version\r\n")
            second.send("GETINFO address\r\n")
            os.kill(daemon.pid, signal.SIGCONT)
            first.reply()
            second.reply()
        records = [number for number, line in enumerate(lines) if '"{\\"schema' in line]
        self.assertEqual(1, len(records), lines)
        self.assertIn('\\"arguments\\":\\"version\\"', lines[records[0]])
        self.assertIn('\\"arguments\\":\\"address\\"', lines[records[0]])
        asked = [number for number, line in enumerate(lines) if '"GETINFO ' in line]
        self.assertEqual(2, len(asked), lines)
        self.assertLess(records[0], asked[0])

    @staticmethod
    def is_stopped(pid):
        """Whether each of its threads is, of which a signal tells one after the other."""
        states = [path.read_text().rpartition(")")[2].split()[0] for path in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
        return all(state in "Tt" for state in states)

    @contextlib.contextmanager
    def traced_writes(self, daemon):
        """What the daemon writes meanwhile, call by call."""
        if run_bounded(["sh", "-c", "command -v strace"]).returncode != 0:
            self.skipTest("strace is not installed")
        log = self.directory / "strace"
        tracer = subprocess.Popen(
            ["strace", "-f", "-q", "-s", "8192", "-e", "trace=write,writev", "-o", str(log), "-p", str(daemon.pid)],
            stderr=subprocess.DEVNULL,
        )
        lines = []
        try:
            eventually(lambda: f"TracerPid:\t{tracer.pid}" in pathlib.Path(f"/proc/{daemon.pid}/status").read_text(),
                       "strace has begun")
            yield lines
        finally:
            tracer.terminate()
            tracer.wait(10)
        lines += log.read_text().splitlines()


class FileTests(TrailTestCase):
    def test_the_file_is_for_its_owner_and_group_whatever_the_umask(self):
        for mask in ("0000", "0022", "0077", "0777"):
            with self.subTest(mask):
                self.trail.unlink(missing_ok=True)
                daemon = self.audited(prefix=["sh", "-c", f'umask {mask}; exec "$@"', "sh"])
                self.assertEqual(0o640, stat.S_IMODE(self.trail.stat().st_mode))
                daemon.stop()

    def test_a_file_that_is_there_is_appended_to_and_keeps_its_mode(self):
        for mode in (0o600, 0o640, 0o644):
            for before in (b"", b"what was there before\n", b"half a line"):
                with self.subTest(mode=oct(mode), before=before):
                    self.trail.write_bytes(before)
                    self.trail.chmod(mode)
                    daemon = self.audited()
                    self.session(daemon)
                    daemon.stop()
                    self.assertEqual(mode, stat.S_IMODE(self.trail.stat().st_mode))
                    content = self.trail.read_bytes()
                    self.assertTrue(content.startswith(before))
                    rest = content[len(before) :]
                    if before and not before.endswith(b"\n"):
                        self.assertEqual(b"\n", rest[:1])
                        rest = rest[1:]
                    self.assertEqual("reloaded", parse(rest)[0]["event"])

    def test_what_is_no_plain_file_of_ours_is_refused_and_says_why(self):
        target = self.directory / "target"
        target.write_text("")
        target.chmod(0o644)
        (self.directory / "link").symlink_to(target)
        (self.directory / "dangling").symlink_to(self.directory / "nowhere")
        os.mkfifo(self.directory / "fifo")
        (self.directory / "open").write_text("")
        (self.directory / "open").chmod(0o666)
        places = {
            "link": "it is a symbolic link",
            "dangling": "it is a symbolic link",
            "fifo": "it is not a regular file",
            "": "Is a directory",
            "open": "everybody can write to it",
            "missing/audit.log": "No such file or directory",
            "target/audit.log": "Not a directory",
            "/dev/null": "it is not a regular file",
        }
        if os.getuid() == 0:
            (self.directory / "other").write_text("")
            os.chown(self.directory / "other", 65534, 65534)
            places["other"] = "it belongs to uid 65534"
        for name, reason in places.items():
            with self.subTest(name):
                place = name if name.startswith("/") else f"{self.directory}/{name}"
                self.write_profile(PROFILE)
                daemon = self.unstarted_sieve(self.tor, "--audit", place)
                daemon.launch()
                self.assertEqual(1, daemon.wait())
                self.assertIn(f"the audit trail cannot be written to {place}: {reason}", daemon.log())
        self.assertEqual("", target.read_text())
        self.assertFalse((self.directory / "nowhere").exists())

    def test_places_without_a_slash_are_words(self):
        done = run_bounded([os.environ["ONION_SIEVE"], "serve", "--audit", "audit.log"])
        self.assertEqual(2, done.returncode)
        self.assertIn(b"expected a path with a slash, stderr, journal, log or none", done.stderr)


class RotationTests(TrailTestCase):
    def await_reloads(self, number):
        await_records(
            self.trail, lambda records: events(records).count("reloaded") >= number, "the profiles were read again"
        )

    def test_rotation_loses_no_record_and_no_session(self):
        daemon = self.audited()
        client = self.session(daemon)
        total, old = 0, []
        for number in range(5):
            for _ in range(20):
                self.assertWorks(client)
                total += 1
            moved = self.directory / f"audit.log.{number}"
            self.trail.rename(moved)
            for _ in range(20):
                self.assertWorks(client)
                total += 1
            # Until it is told it writes where it did.
            self.assertEqual(b"", self.trail.read_bytes() if self.trail.exists() else b"")
            daemon.reload()
            self.await_reloads(1)
            old.append((moved, moved.read_bytes()))
            self.assertEqual("reloaded", self.records()[0]["event"])
            self.assertNotIn("start", self.records()[0])
            self.assertEqual(0o640, stat.S_IMODE(self.trail.stat().st_mode))
        self.assertWorks(client)
        daemon.stop()
        records = [record for _, content in old for record in parse(content)] + self.records()
        self.assertEqual(total + 1, count(records, command="GETINFO"))
        for path, content in old:
            self.assertEqual(content, path.read_bytes(), "an old file was written to")
        self.assertEqual(sorted(r["time"] for r in records), [r["time"] for r in records])

    def test_rotation_under_load_loses_nothing(self):
        daemon = self.audited()
        stop, sent = threading.Event(), []

        def work():
            with daemon.session() as client:
                while not stop.is_set():
                    client.ask("GETINFO version")
                    sent.append(1)

        workers = [threading.Thread(target=work, daemon=True) for _ in range(4)]
        for worker in workers:
            worker.start()
        for number in range(10):
            self.trail.rename(self.directory / f"audit.log.{number}")
            daemon.reload()
            self.await_reloads(1)
        stop.set()
        for worker in workers:
            worker.join(10)
        daemon.stop()
        files = [self.directory / f"audit.log.{number}" for number in range(10)] + [self.trail]
        records = [record for path in files for record in parse(path)]
        self.assertEqual(len(sent), count(records, command="GETINFO"))

    def test_a_reload_without_rotation_goes_on_in_the_same_file(self):
        daemon = self.audited()
        before = self.trail.read_bytes()
        daemon.reload()
        self.await_reloads(2)
        self.assertTrue(self.trail.read_bytes().startswith(before))

    def test_what_was_copied_and_truncated_goes_on_at_its_beginning(self):
        daemon = self.audited()
        client = self.session(daemon)
        os.truncate(self.trail, 0)
        self.assertWorks(client)
        self.assertEqual(["GETINFO"], [r["command"] for r in self.commands()])

    def test_half_a_line_that_others_have_left_takes_no_record_with_it(self):
        daemon = self.audited()
        client = self.session(daemon)
        os.truncate(self.trail, self.trail.stat().st_size - 30)
        time.sleep(1.1)
        self.assertWorks(client)
        with self.trail.open("ab") as other:
            other.write(b"half of another's")
        time.sleep(1.1)
        self.assertWorks(client)
        self.assertWorks(client)
        records, broken = whole_records(self.trail.read_bytes())
        self.assertEqual(2, broken)
        self.assertEqual(3, sum(record.get("command") == "GETINFO" for record in records))

    def test_a_file_that_was_removed_is_made_anew_and_the_log_says_so(self):
        daemon = self.audited()
        client = self.session(daemon)
        self.trail.unlink()
        time.sleep(1.1)
        self.assertWorks(client)
        self.assertEqual(["GETINFO"], [r["command"] for r in self.commands()])
        self.assertEqual(0o640, stat.S_IMODE(self.trail.stat().st_mode))
        self.assertEqual(1, daemon.log().count("was removed, and begins anew"))

    def test_where_the_new_file_cannot_be_opened_the_old_one_goes_on(self):
        daemon = self.audited()
        client = self.session(daemon)
        moved = self.directory / "moved"
        self.trail.rename(moved)
        self.trail.symlink_to(self.directory / "elsewhere")
        daemon.reload()
        daemon.await_log("cannot be opened anew, and goes on as it was: it is a symbolic link")
        self.assertWorks(client)
        self.assertEqual("GETINFO", [r for r in parse(moved) if r["event"] == "command"][-1]["command"])
        self.assertFalse((self.directory / "elsewhere").exists())


class ManualTests(TrailTestCase):
    """The examples of onion-sieve-audit(5)."""

    MANUAL = (ROOT / "man" / "onion-sieve-audit.5").read_text()

    @unittest.skipUnless(shutil.which("logrotate") and os.getuid() == 0, "needs root and logrotate")
    def test_logrotate_as_the_manual_has_it(self):
        snippet = re.search(r"(?ms)^/var/log/onion-sieve/audit\.log \{.*?^\}\n", self.MANUAL)[0]
        daemon = self.audited()
        client = self.session(daemon)
        self.assertWorks(client)
        configuration = self.directory / "logrotate.conf"
        snippet = snippet.replace("/var/log/onion-sieve/audit.log", str(self.trail))
        snippet = re.sub("systemctl kill .*", f"kill -HUP {daemon.pid}", snippet)
        configuration.write_text(snippet)
        configuration.chmod(0o644)
        done = run_bounded(["logrotate", "-f", "-s", self.directory / "state", configuration])
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        await_records(self.trail, lambda records: events(records)[:1] == ["reloaded"], "the new file")
        self.assertWorks(client)
        old = self.directory / "audit.log.1"
        self.assertEqual(1, count(parse(old), command="GETINFO"))
        self.assertEqual(1, count(self.records(), command="GETINFO"))

    @unittest.skipUnless(shutil.which("jq"), "jq is not installed")
    def test_jq_as_the_manual_has_it(self):
        daemon = self.audited()
        client = self.session(daemon)
        for _ in range(10):
            self.assertFiltered(client, "GETINFO config-text")
        daemon.stop()
        text = self.MANUAL.replace("\\e\n", "").replace("/var/log/onion-sieve/audit.log", str(self.trail))
        programs = re.findall(r"(?s)jq (?:-\w )?'.*?' *\S+", text)
        self.assertEqual(2, len(programs))
        first, second = (run_bounded(["sh", "-c", program]) for program in programs)
        self.assertIn(b"GETINFO\tconfig-text", first.stdout)
        self.assertEqual([2, 10], json.loads(second.stdout))


class EndTests(TrailTestCase):
    def test_what_was_counted_is_told_when_the_session_ends(self):
        daemon = self.audited()
        client = self.session(daemon)
        for _ in range(50):
            self.assertFiltered(client, "GETINFO config-text")
        self.assertEqual(1, len([r for r in self.commands() if r["decision"] == "filter"]))
        client.close()
        records = await_records(self.trail, lambda records: count(records, decision="filter") > 1, "the count", 5)
        self.assertEqual(50, count(records, decision="filter", arguments="config-text"))
        self.assertEqual(49, max(r.get("repeated", 1) for r in records))

    def test_what_was_counted_is_told_when_the_daemon_ends(self):
        daemon = self.audited()
        client = self.session(daemon)
        for _ in range(50):
            self.assertFiltered(client, "GETINFO config-text")
        daemon.stop()
        records = self.records()
        self.assertEqual(50, count(records, decision="filter", arguments="config-text"))
        self.assertEqual("onion-sieve is stopping", [r for r in records if r["event"] == "disconnected"][-1]["reason"])

    def test_what_was_counted_is_told_every_ten_seconds(self):
        daemon = self.audited()
        client = self.session(daemon)
        for _ in range(50):
            self.assertFiltered(client, "GETINFO config-text")
        await_records(self.trail, lambda records: count(records, decision="filter") == 50, "the count", seconds=12)
        self.assertWorks(client)
        self.assertFalse(daemon.has_ended())


class StandardErrorPlaceTests(TrailTestCase):
    def test_lines_of_json_stand_among_the_messages(self):
        daemon = self.audited(place="stderr")
        self.assertFiltered(self.session(daemon), "GETINFO config-text")
        daemon.stop()
        lines = [line for line in daemon.log().splitlines() if line.startswith("{")]
        self.assertIn("config-text", [json.loads(line).get("arguments") for line in lines])
        self.assertIn("onion-sieve: listening on", daemon.log())


