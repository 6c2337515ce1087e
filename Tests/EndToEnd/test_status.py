# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`status`: what a running daemon says of itself, to whom, and that asking it disturbs nobody."""

import io
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
import unittest

from harness import ME, SieveTestCase, for_me, requires_root, run_bounded
from harness.case import real_tor
from harness.processes import becomes_idle, eventually
from harness.sanitizer import needs_small_files

try:
    from prometheus_client.parser import text_fd_to_metric_families
except ImportError:
    text_fd_to_metric_families = None

BINARY = os.environ["ONION_SIEVE"]
MANUAL = pathlib.Path(__file__).resolve().parents[2] / "man" / "onion-sieve-status.8"
GAMES = ["setpriv", "--reuid", "5", "--regid", "60", "--clear-groups", "--"]


class StatusCase(SieveTestCase):
    def run_status(self, where, *arguments, prefix=()):
        runtime = getattr(where, "runtime", where)
        return run_bounded([*prefix, BINARY, "status", "--runtime-directory", runtime, *arguments])

    def status(self, where, *arguments, code=0, **options):
        """What it prints, if it ends like that."""
        result = self.run_status(where, *arguments, **options)
        said = result.stdout.decode()
        self.assertEqual(code, result.returncode, f"{said}\n{result.stderr.decode()}")
        return said

    def json(self, sieve, code=0):
        return json.loads(self.status(sieve, "--json", code=code))

    def metrics(self, sieve):
        """Samples by name and labels. The text is one that Prometheus takes."""
        return self.parse(self.status(sieve, "--prometheus"))

    def parse(self, text):
        self.assertTrue(text.endswith("\n"))
        if shutil.which("promtool"):
            checked = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True, timeout=20)
            self.assertEqual((0, b"", b""), (checked.returncode, checked.stdout, checked.stderr))
        if text_fd_to_metric_families is None:
            self.skipTest("python3-prometheus-client is not installed")
        samples, families = {}, set()
        for family in text_fd_to_metric_families(io.StringIO(text)):
            self.assertNotIn(family.name, families, "a metric that comes twice")
            families.add(family.name)
            self.assertIn(family.type, ("counter", "gauge"), family.name)
            self.assertTrue(family.documentation, family.name)
            for sample in family.samples:
                self.assertEqual(family.type == "counter", sample.name.endswith("_total"), sample.name)
                key = (sample.name, *sorted(sample.labels.items()))
                self.assertNotIn(key, samples, "a series that comes twice")
                samples[key] = sample.value
        return samples

    def counts(self, sieve, profile, code=0):
        """Of the clients that these profiles are for."""
        found = [entry for entry in self.json(sieve, code)["by_profile"] if entry["profile"] == profile]
        self.assertLessEqual(len(found), 1)
        return found[0] if found else None


class CountTests(StatusCase):
    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)

    def test_a_known_session_is_counted(self):
        sieve = self.sieve(
            self.tor,
            profile=for_me(
                name="shop",
                commands={
                    "GETINFO": ["version", {"pattern": "traffic/read", "answer": ["250 OK"]}],
                    "SIGNAL": [{"pattern": "NEWNYM", "replacement": "CLEARDNSCACHE"}],
                },
            ),
        )
        # (The harness has connected to see whether the daemon listens.)
        before = self.json(sieve)["sessions"]["total"]
        session = self.session(sieve)
        session.ask("GETINFO version")
        session.ask("GETINFO version")
        session.ask("SIGNAL NEWNYM")
        session.ask("GETINFO traffic/read")
        for _ in range(3):
            self.assertFiltered(session, "GETINFO address")
        early = self.client(sieve)
        early.command("GETINFO version")
        early.rest()
        status = self.json(sieve)
        self.assertEqual((1, True, True), (status["schema"], status["running"], status["fine"]))
        self.assertEqual((1, before + 2), (status["sessions"]["open"], status["sessions"]["total"]))
        self.assertEqual(1, status["sessions"]["ended"]["not-authenticated"])
        counts = self.counts(sieve, "shop")
        # The AUTHENTICATE is answered, as is what a rule answers; what came before it is refused.
        expected = {"forward": 2, "rewrite": 1, "answer": 2, "filter": 4}
        self.assertEqual(expected, counts["commands"])
        self.assertEqual(1, counts["sessions"])
        self.assertEqual(1, status["commands"]["unauthenticated"])
        metrics = self.metrics(sieve)
        for decision, count in expected.items():
            key = ("onion_sieve_commands_total", ("decision", decision), ("profile", "shop"))
            self.assertEqual(count, metrics[key])
        self.assertEqual(1, metrics[("onion_sieve_open_sessions", ("profile", "shop"))])
        self.assertEqual(1, metrics[("onion_sieve_up",)])
        self.assertEqual(1, metrics[("onion_sieve_tor_up",)])
        self.assertAlmostEqual(time.time(), metrics[("onion_sieve_start_time_seconds",)], delta=60)
        session.ask("QUIT")
        session.expect_closed()
        self.assertEqual(0, self.counts(sieve, "shop")["sessions"])

    def test_the_first_line_is_the_verdict(self):
        sieve = self.sieve(self.tor, profile=for_me(name="shop"))
        self.session(sieve)
        lines = self.status(sieve).splitlines()
        self.assertRegex(lines[0], r"^running, tor 0\.\d\.\d+\.\d+\S* is there, 1 session$")
        text = "\n".join(lines)
        self.assertRegex(text, rf"(?m)^daemon +process {sieve.pid}, version \S+, since \d{{4}}-")
        self.assertRegex(text, rf"(?m)^listeners +unix:{re.escape(str(sieve.unix))}")
        self.assertRegex(text, r"(?m)^PROFILES +OPEN +SESSIONS +FORWARD")
        self.assertRegex(text, r"(?m)^shop +1 +\d+ +0")
        self.assertNotIn("\x1b", text)

    def test_several_profiles_of_one_client_are_counted_once_and_the_sums_stay_when_they_go(self):
        self.write_profile(for_me(name="a", commands={"GETINFO": ["version"]}), "40_a.yml")
        self.write_profile(for_me(name="b", commands={"GETINFO": ["traffic/read"]}), "41_b.yml")
        sieve = self.sieve(self.tor)
        old = self.session(sieve)
        old.ask("GETINFO version")
        self.assertEqual(1, self.counts(sieve, "a,b")["commands"]["forward"])
        self.assertIsNone(self.counts(sieve, "a"))
        (self.profiles / "41_b.yml").unlink()
        sieve.reload()
        eventually(lambda: self.json(sieve)["profiles"]["count"] == 1, "the profile is gone")
        old.ask("GETINFO version")
        new = self.session(sieve)
        new.ask("GETINFO version")
        self.assertEqual(2, self.counts(sieve, "a,b")["commands"]["forward"])
        self.assertEqual(1, self.counts(sieve, "a")["commands"]["forward"])
        self.assertEqual(2, self.json(sieve)["profiles"]["loads"])
        self.assertEqual(3, self.json(sieve)["commands"]["forward"])

    def test_a_client_without_a_profile_has_a_row(self):
        sieve = self.sieve(self.tor, profile={"apparmor-profiles": ["*"], "users": ["games"], "name": "other"})
        self.assertFiltered(self.session(sieve), "GETINFO version")
        self.assertEqual(1, self.counts(sieve, "")["commands"]["filter"])
        self.assertIn("\n(none) ", self.status(sieve))

    def test_what_complain_mode_lets_pass_is_counted(self):
        sieve = self.sieve(self.tor, "--complain", profile=for_me(name="shop"))
        self.session(sieve).ask("GETINFO version")
        counts = self.counts(sieve, "shop")
        self.assertEqual((1, 1, 0), (counts["complaints"], counts["commands"]["forward"], counts["commands"]["filter"]))

    def test_a_limit_that_is_reached_is_counted(self):
        tor = self.fake_tor()
        sieve = self.sieve(
            tor,
            profile=for_me(
                name="shop",
                limits={"sessions": 1},
            ),
        )
        eventually(lambda: self.json(sieve)["sessions"]["open"] == 0, "the harness has gone")
        first = self.session(sieve)
        second = self.client(sieve)
        second.rest()
        status = self.json(sieve)
        self.assertEqual(1, status["sessions"]["rejected"]["profile-sessions"])
        self.assertEqual(1, status["limits_reached"]["profile-sessions"])
        metrics = self.metrics(sieve)
        self.assertEqual(1, metrics[("onion_sieve_connections_rejected_total", ("reason", "profile-sessions"))])
        self.assertEqual(1, metrics[("onion_sieve_limits_reached_total", ("limit", "profile-sessions"))])
        first.close()

    def test_a_broken_profile_is_told_with_its_place(self):
        sieve = self.sieve(self.tor, profile=for_me(name="shop"))
        self.assertEqual(0, self.json(sieve)["profiles"]["with_errors"])
        self.write_profile("- users: ['*']\n  units: ['*']\n  commands: \"\\e[31m\"\n", "50_hurt.yml")
        sieve.reload()
        status = eventually(
            lambda: (lambda found: found if not found["fine"] else None)(
                json.loads(self.run_status(sieve, "--json").stdout)
            ),
            "the error is told",
        )
        error = status["profiles"]["errors"][0]
        self.assertRegex(error["error"], rf"^{self.profiles}/50_hurt.yml:3:\d+: error: ")
        self.assertFalse(error["previous_in_use"])
        lines = self.status(sieve, code=1).splitlines()
        self.assertRegex(lines[0], r"^running, tor \S+ is there, 0 sessions, 1 profile file has errors$")
        self.assertTrue(any("50_hurt.yml:3:" in line for line in lines))
        self.assertEqual(1, self.metrics(sieve)[("onion_sieve_profile_files_with_errors",)])
        self.write_profile("- [", "40_test.yml")
        sieve.reload()
        eventually(lambda: "2 profile files" in self.run_status(sieve).stdout.decode(), "both are told")
        self.assertIn("(what was there before stays in use)", self.status(sieve, code=1))

    def test_hostile_names_are_escaped_in_every_format(self):
        name = 'a"b\\c{d="e"} 7<b>\u00e4,'
        self.write_profile("- [", "50_\x1b]0;x\x07\u202e.yml")
        sieve = self.sieve(self.tor, profile=for_me(name=name, commands={"GETINFO": ["version"]}))
        self.session(sieve).ask("GETINFO version")
        for arguments in ([], ["--json"], ["--prometheus"]):
            said = self.status(sieve, *arguments, code=0 if "--prometheus" in arguments else 1)
            for bad in "\x1b\x07\u202e":
                self.assertNotIn(bad, said, arguments)
        self.assertEqual(1, self.counts(sieve, name, code=1)["commands"]["forward"])
        metrics = self.metrics(sieve)
        self.assertEqual(1, metrics[("onion_sieve_up",)])
        self.assertEqual(1, sum(1 for key in metrics if key[0] == "onion_sieve_open_sessions"))


class TorTests(StatusCase):
    def test_tor_that_goes_and_comes_back_is_told_without_any_session(self):
        tor = real_tor(self)
        sieve = self.sieve(tor, profile=for_me(name="shop", commands={"GETINFO": ["version"]}))
        first = self.json(sieve)["tor"]
        self.assertTrue(first["there"])
        self.assertEqual(f"unix:{tor.socket_path}", first["address"])
        self.assertEqual(first["since"], self.json(sieve)["tor"]["since"], "nothing has changed")
        tor.stop()
        away = self.json(sieve, code=1)
        self.assertFalse(away["fine"])
        self.assertFalse(away["tor"]["there"])
        self.assertIn("cannot connect", away["tor"]["reason"])
        self.assertEqual(first["version"], away["tor"]["version"])
        self.assertRegex(self.status(sieve, code=1).splitlines()[0], "^running, tor is away, ")
        self.assertEqual(0, self.metrics(sieve)[("onion_sieve_tor_up",)])
        self.assertEqual(away["tor"]["since"], self.json(sieve, code=1)["tor"]["since"])
        tor.start()
        back = self.json(sieve)["tor"]
        self.assertTrue(back["there"])
        self.assertNotIn("reason", back)
        self.assertLess(first["since"], away["tor"]["since"])
        self.assertLess(away["tor"]["since"], back["since"])

    def test_connections_that_are_lost_are_counted(self):
        tor = real_tor(self)
        sieve = self.sieve(tor, profile=for_me(name="shop", commands={"GETINFO": ["version"]}))
        session = self.session(sieve)
        self.assertWorks(session)
        tor.restart()
        self.assertWorks(session)
        self.assertEqual(1, self.json(sieve)["tor"]["connections_lost"])
        self.assertEqual(1, self.metrics(sieve)[("onion_sieve_tor_connections_lost_total",)])

    def test_a_tor_that_takes_the_connection_and_says_nothing_does_not_hold_up_the_answer(self):
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        place = self.directory / "silent"
        listener.bind(str(place))
        listener.listen(64)
        sieve = self.sieve(["--tor", f"unix:{place}"], profile=for_me(name="shop"))
        begin = time.monotonic()
        status = self.json(sieve, code=1)
        self.assertLess(time.monotonic() - begin, 15)
        self.assertFalse(status["tor"]["there"])

    def test_asking_while_tor_is_away_does_not_fill_the_log(self):
        sieve = self.sieve(["--tor", f"unix:{self.directory}/none"], profile=for_me(name="shop"))
        self.status(sieve, code=1)
        before = len(sieve.log())
        for _ in range(5):
            self.status(sieve, code=1)
        self.assertEqual(before, len(sieve.log()), sieve.tail())


class AccessTests(StatusCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()

    def socket_of(self, sieve):
        return sieve.runtime / "status"

    def test_the_socket_is_the_owners_alone_and_goes_with_the_daemon(self):
        sieve = self.sieve(self.tor, profile=for_me())
        found = os.stat(self.socket_of(sieve))
        self.assertTrue(stat.S_ISSOCK(found.st_mode))
        self.assertEqual((0o600, os.getuid()), (stat.S_IMODE(found.st_mode), found.st_uid))
        sieve.signal(signal.SIGTERM)
        self.assertEqual(0, sieve.wait())
        self.assertFalse(self.socket_of(sieve).exists())
        self.assertEqual([], [name for name in os.listdir(sieve.runtime) if name.startswith("status")])

    @requires_root
    def test_another_user_gets_nothing(self):
        sieve = self.sieve(self.tor, profile=for_me())
        result = self.run_status(sieve, prefix=GAMES)
        self.assertEqual((1, b""), (result.returncode, result.stdout))
        self.assertIn(b"run this as root", result.stderr)
        # Nor a file that says that it is down: he does not know.
        target = self.directory / "x.prom"
        self.directory.chmod(0o777)
        result = self.run_status(sieve, "--prometheus", "--output", target, prefix=GAMES)
        self.assertEqual(1, result.returncode)
        self.assertFalse(target.exists())
        # Not even where somebody has opened the socket for all.
        self.socket_of(sieve).chmod(0o666)
        sieve.runtime.chmod(0o755)
        result = self.run_status(sieve, "--json", prefix=GAMES)
        self.assertEqual(1, result.returncode, result.stdout)
        self.assertFalse(json.loads(result.stdout)["running"])
        self.assertIn(b"closed the connection", result.stderr)
        self.assertTrue(self.json(sieve)["running"])

    @requires_root
    def test_the_daemons_own_user_may_ask(self):
        runtime = self.directory / "run"
        runtime.mkdir(mode=0o755)
        os.chown(runtime, 5, 60)
        self.directory.chmod(0o777)
        (self.directory / "tor.socket").chmod(0o666)
        sieve = self.unstarted_sieve(self.tor, "--tor-user", ME, profile=for_me(), prefix=GAMES, unix_options=",mode=0666")
        shutil.copytree(runtime, sieve.runtime)
        os.chown(sieve.runtime, 5, 60)
        sieve.start()
        self.assertEqual(5, os.stat(self.socket_of(sieve)).st_uid)
        for prefix in (GAMES, ()):
            self.assertTrue(json.loads(self.status(sieve, "--json", prefix=prefix))["running"])
        others = ["setpriv", "--reuid", "39", "--regid", "39", "--clear-groups", "--"]
        self.assertEqual(1, self.run_status(sieve, prefix=others).returncode)

    def test_without_a_daemon(self):
        missing = self.directory / "nothing"
        result = self.run_status(missing)
        self.assertEqual((1, b""), (result.returncode, result.stdout))
        self.assertIn(b"no daemon runs with", result.stderr)
        status = json.loads(self.status(missing, "--json", code=1))
        self.assertEqual((1, False, False), (status["schema"], status["running"], status["fine"]))
        self.assertIn("no daemon", status["reason"])
        self.assertEqual({("onion_sieve_up",): 0}, self.parse(self.status(missing, "--prometheus")))

    def test_what_a_killed_daemon_left_is_replaced(self):
        sieve = self.unstarted_sieve(self.tor, profile=for_me())
        sieve.start()
        path = self.socket_of(sieve)
        inode = path.stat().st_ino
        sieve.process.kill()
        sieve.process.wait()
        self.assertTrue(path.exists())
        self.assertIn(b"no daemon runs", self.run_status(sieve).stderr)
        sieve.start()
        self.assertEqual(sieve.pid, self.json(sieve)["process"])
        self.assertNotEqual(inode, path.stat().st_ino)
        sieve.signal(signal.SIGTERM)
        sieve.wait()

    def test_a_second_daemon_leaves_the_first_ones_socket_alone(self):
        first = self.sieve(self.tor, profile=for_me())
        second = self.unstarted_sieve(self.tor)
        at = second.command.index("--runtime-directory")
        second.command[at + 1] = str(first.runtime)
        second.start()
        self.assertEqual(first.pid, self.json(first)["process"])
        second.signal(signal.SIGTERM)
        self.assertEqual(0, second.wait())
        self.assertEqual(first.pid, self.json(first)["process"])

    def test_what_is_no_socket_stays_and_the_daemon_serves(self):
        sieve = self.unstarted_sieve(self.tor, profile=for_me(commands={"GETINFO": ["version"]}))
        sieve.runtime.mkdir(mode=0o755)
        self.socket_of(sieve).write_text("precious")
        sieve.start()
        sieve.await_log("`status` cannot be answered")
        self.assertEqual("precious", self.socket_of(sieve).read_text())
        result = self.run_status(sieve)
        self.assertEqual(1, result.returncode)
        self.session(sieve)

    def test_a_listener_of_that_name_stays_one(self):
        sieve = self.unstarted_sieve(self.tor, profile=for_me())
        sieve.runtime.mkdir(mode=0o755)
        sieve.command += ["--listen", f"unix:{self.socket_of(sieve)}"]
        sieve.start()
        sieve.await_log("`status` cannot be answered")
        # It waits for the first one only.
        sieve.await_log("listening on")
        self.assertEqual(1, self.run_status(sieve).returncode)
        self.session(sieve, self.socket_of(sieve))

    def test_no_service_may_lead_to_it(self):
        tor = real_tor(self)
        sieve = self.unstarted_sieve(tor, profile=None)
        target = f"unix:{self.socket_of(sieve)}"
        self.write_profile(for_me(onions={"keys": ["new"], "ports": [80], "targets": [target]}))
        sieve.start()
        self.assertFiltered(self.session(sieve), f"ADD_ONION NEW:ED25519-V3 Port=80,{target}")
        self.assertEqual(1, self.json(sieve)["commands"]["filter"])

    def test_a_daemon_that_hangs_is_said_to(self):
        sieve = self.sieve(self.tor, profile=for_me())
        sieve.signal(signal.SIGSTOP)
        try:
            result = self.run_status(sieve, "--prometheus")
        finally:
            sieve.signal(signal.SIGCONT)
        self.assertEqual({("onion_sieve_up",): 0}, self.parse(result.stdout.decode()))
        self.assertIn(b"does not answer within", result.stderr)
        self.assertEqual(0, result.returncode)


class LoadTests(StatusCase):
    def setUp(self):
        super().setUp()
        self.tor = real_tor(self)
        self.sieve_under_test = self.sieve(
            self.tor, profile=for_me(name="shop", commands={"GETINFO": ["version"]}, limits={"sessions": 1000})
        )

    def connect(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(str(self.sieve_under_test.runtime / "status"))
        self.addCleanup(connection.close)
        return connection

    def test_those_who_never_read_hold_up_nobody(self):
        sieve = self.sieve_under_test
        session = self.session(sieve)
        self.assertWorks(session)
        descriptors = len(os.listdir(f"/proc/{sieve.pid}/fd"))
        silent = [self.connect() for _ in range(50)]
        for _ in range(20):
            self.assertWorks(session)
        self.assertTrue(self.json(sieve)["fine"])
        eventually(
            lambda: len(os.listdir(f"/proc/{sieve.pid}/fd")) <= descriptors, "nothing of them is held", seconds=15
        )
        # What they were told waits for them.
        self.assertIn(b"\nend\n", silent[0].recv(1 << 20))
        becomes_idle(sieve.pid, 1)

    def test_those_who_talk_or_leave_at_once_change_nothing(self):
        sieve = self.sieve_under_test
        for number in range(50):
            connection = self.connect()
            if number % 2:
                try:
                    connection.sendall(b"GETINFO version\r\n" * 1000)
                except OSError:
                    pass
            connection.close()
        self.assertTrue(self.json(sieve)["fine"])
        self.assertWorks(self.session(sieve))

    def test_a_hundred_sessions_and_many_who_ask_at_once(self):
        sieve = self.sieve_under_test
        sessions = [self.session(sieve) for _ in range(100)]
        askers = [
            subprocess.Popen(
                [BINARY, "status", "--json", "--runtime-directory", str(sieve.runtime)], stdout=subprocess.PIPE
            )
            for _ in range(20)
        ]
        for session in sessions:
            self.assertWorks(session)
        for asker in askers:
            said, _ = asker.communicate(timeout=60)
            status = json.loads(said)
            # A tor that is slow to answer is not fine, and says nothing of sessions.
            self.assertEqual(0 if status["fine"] else 1, asker.returncode)
            self.assertEqual(100, status["sessions"]["open"])
        counts = self.counts(sieve, "shop")
        self.assertEqual((100, 100), (counts["sessions"], counts["commands"]["forward"]))
        for session in sessions:
            session.close()
        eventually(lambda: self.json(sieve)["sessions"]["open"] == 0, "all have gone")
        status = self.json(sieve)["sessions"]
        self.assertEqual(status["total"], sum(status["ended"].values()))


class TrailTests(StatusCase):
    @needs_small_files
    def test_a_trail_that_cannot_be_written_is_told(self):
        sieve = self.sieve(
            self.fake_tor(),
            *["--audit", self.directory / "trail", "--audit-failure", "continue"],
            profile=for_me(name="shop", commands={"GETINFO": ["version"]}),
            prefix=["prlimit", "--fsize=4000", "--"],
        )
        self.assertTrue(self.json(sieve)["audit"]["fine"])
        session = self.session(sieve)

        def fails():
            session.ask("GETINFO version")
            return not json.loads(self.run_status(sieve, "--json").stdout)["audit"]["fine"]

        eventually(fails, "the trail is full", seconds=60, pause=0)
        status = self.json(sieve, code=1)["audit"]
        self.assertGreater(status["records_lost"], 0)
        self.assertIn("failing_since", status)
        self.assertIn("the audit trail cannot be written", self.status(sieve, code=1).splitlines()[0])
        self.assertEqual(0, self.metrics(sieve)[("onion_sieve_audit_up",)])


class OutputTests(StatusCase):
    def setUp(self):
        super().setUp()
        self.running = self.sieve(self.fake_tor(), profile=for_me(name="shop"))
        self.target = self.directory / "onion-sieve.prom"

    def write(self, target):
        return self.run_status(self.running, "--prometheus", "--output", target)

    def test_a_file_is_replaced_whole(self):
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        self.target.write_text("old")
        with open(self.target, encoding="ascii") as old:
            self.assertEqual(0, self.write(self.target).returncode)
            self.assertEqual("old", old.read())
        self.assertEqual(1, self.parse(self.target.read_text())[("onion_sieve_up",)])
        self.assertEqual(0o644, stat.S_IMODE(self.target.stat().st_mode))
        self.assertEqual([], [name for name in os.listdir(self.directory) if name.startswith(".onion")])

    def test_what_cannot_be_written_is_an_error_and_nothing_changes(self):
        self.target.write_text("old")
        link = self.directory / "link.prom"
        link.symlink_to(self.target)
        for target in (self.directory / "missing" / "x.prom", "/dev/full", self.directory, f"{self.directory}/", link):
            with self.subTest(str(target)):
                result = self.write(target)
                self.assertEqual(1, result.returncode, result)
                self.assertIn(b"error: ", result.stderr)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))
        self.assertEqual("old", self.target.read_text())
        self.assertTrue(link.is_symlink())

    @requires_root
    def test_a_full_disk_leaves_the_old_file(self):
        mount = self.directory / "small"
        mount.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(mount)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(mount)], check=True)
        (mount / "x.prom").write_text("old\n")
        result = self.write(mount / "x.prom")
        self.assertEqual(1, result.returncode, result)
        self.assertEqual("old\n", (mount / "x.prom").read_text())
        self.assertEqual(["x.prom"], os.listdir(mount))

    def test_a_full_standard_output_is_an_error(self):
        for arguments in ([], ["--json"], ["--prometheus"]):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                result = subprocess.run(
                    [BINARY, "status", "--runtime-directory", str(self.running.runtime), *arguments],
                    stdout=full, stderr=subprocess.PIPE, timeout=20,
                )
                self.assertEqual(1, result.returncode)
                self.assertIn(b"standard output cannot be written", result.stderr)

    def test_wrong_usage(self):
        for arguments in (["--json", "--prometheus"], ["--output", "x"], ["--json", "--output", "x"], ["--prometheus", "--output", ""], ["x"]):
            with self.subTest(arguments):
                self.assertEqual(2, self.run_status(self.running, *arguments).returncode)


class ManualTests(StatusCase):
    def test_the_manual_lists_every_metric_and_no_other(self):
        sieve = self.sieve(self.fake_tor(), profile=for_me())
        said = set(re.findall(r"(?m)^# TYPE (\S+) ", self.status(sieve, "--prometheus")))
        listed = set(re.findall(r"(?m)^\.It Li (onion_sieve_\w+)", MANUAL.read_text()))
        self.assertEqual(said, listed)

    def test_the_manual_names_every_member_of_the_object(self):
        sieve = self.sieve(self.fake_tor(), profile=for_me())
        self.session(sieve)
        text = MANUAL.read_text()

        def names(value):
            if isinstance(value, dict):
                for name, inner in value.items():
                    yield name
                    yield from names(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from names(inner)

        for name in set(names(self.json(sieve))):
            with self.subTest(name):
                self.assertTrue(re.search(rf"(?m)^\.(It )?(Cm|Li) (\S+ , )*{re.escape(name)}( |$)", text), name)


if __name__ == "__main__":
    unittest.main()
