# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine does to a daemon under load: a full disk, no descriptors, no memory, clocks that jump, hangups, files in motion."""

import datetime
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import harness
from harness.case import real_tor
from harness.client import ConnectionClosed
from harness.footprint import Footprint, await_return
from harness.hostile import PROFILE, HostileTestCase, sized
from harness.memory import memory_limit
from harness.processes import CLOCK_TICKS_PER_SECOND, cpu_ticks, end, eventually, run_bounded, spawn
from harness.profiles import write_profile
from harness.sanitizer import needs_no_more_descriptors, needs_plain_memory
from harness.trail import AUDIT_FAILED, SmallDisk, count

FILTERED = [b"510 Command filtered"]


def timestamp(record):
    return datetime.datetime.fromisoformat(record["time"]).timestamp()


class TrailTests(HostileTestCase):
    def test_a_disk_that_fills_up_again_and_again(self):
        """What was answered is in the trail; what could not be written there got `551 Audit failed`, and no other answer."""
        disk = SmallDisk(self.directory, kilobytes=sized(1024, 16 * 1024))
        path = disk.path / "audit.log"
        stand = self.stand(
            real_tor(self),
            "--audit",
            path,
            trail=lambda daemon: disk.of(daemon) / "audit.log",
            prefix=disk.prefix,
            asks="severed",
        )
        account = stand.account()
        account.may_miss_counts = True
        for _ in range(sized(4, 40)):
            clients = stand.sessions(account, sized(20, 100))
            self.ask_all(account, clients)
            disk.fill(stand.daemon)
            while clients:
                clients = self.ask_all(account, clients)
            disk.free(stand.daemon)
            eventually(lambda: self.is_served(stand, account), "clients are served again")
            self.counted("times that the disk was full", 1)
        self.end(stand)

    def ask_all(self, account, clients):
        """All of them at once; returns those whose sessions go on."""
        commands = ("GETINFO version", "GETINFO address")
        for number, client in enumerate(clients):
            client.command(commands[number % 2])
        left = []
        for number, client in enumerate(clients):
            reply = client.reply()
            if reply == [AUDIT_FAILED]:
                account.unanswered += 1
                client.close()
                continue
            if number % 2:
                self.assertEqual(FILTERED, reply)
            else:
                self.assertRegex(reply[0], rb"^250-version=\d")
            account.answered["filter" if number % 2 else "forward"] += 1
            left.append(client)
        return left

    def is_served(self, stand, account):
        with stand.clients(account, 1)[0] as client:
            client.command("AUTHENTICATE")
            is_served = client.reply() == [b"250 OK"]
        if is_served:
            account.answered["answer"] += 1
        else:
            account.unanswered += 1
        return is_served

    def test_hangups_and_log_rotation_under_load(self):
        stand = self.shared_stand()
        account = stand.account()
        clients = stand.sessions(account, sized(20, 100))
        for turn in range(sized(10, 200)):
            for client in clients:
                client.send("GETINFO version\r\nGETINFO address\r\n" * 10)
            if turn % 5 == 4:
                stand.trail.rename(stand.trail.with_name(f"audit.log.{turn}"))
            for _ in range(10):
                stand.daemon.reload()
                time.sleep(0.003)
            for client in clients:
                for _ in range(10):
                    self.assertRegex(client.reply()[0], rb"^250-version=\d")
                    self.assertEqual(FILTERED, client.reply())
            account.answered["forward"] += 10 * len(clients)
            account.answered["filter"] += 10 * len(clients)
            self.counted("hangups", 10)
            if turn % 5 == 4:
                eventually(stand.trail.exists, "the trail goes on in a new file")
                stand.moved(stand.trail)
        self.close(clients)
        self.end(stand)


class ProfilesInMotionTests(HostileTestCase):
    """A file of a later directory takes the place of an earlier one, and a rule that denies takes away what others allow: whatever
    moment profiles are read at, neither may be missed."""

    # Keys that a tor knows; of the first two, or of the others, a session has both or none.
    VERSIONS = (("version", "events/names"), ("info/names", "signal/names"))
    # Allowed by what is replaced, and by what is denied.
    NEVER = ("config-file", "address")
    # So that it takes more than one read(2), and more than one getdents(2).
    FILLING = "#" * 20_000
    FURTHER_NAMES = 3000

    def text(self, **keys):
        return json.dumps({**PROFILE, "confs": {}, **keys}) + "\n" + self.FILLING

    def test_a_session_has_one_version_whole_and_never_more(self):
        for place in (None, "/dev/shm"):
            with self.subTest(place or "the disk"):
                if place and not os.path.isdir(place):
                    self.skipTest(f"there is no {place}")
                directory = pathlib.Path(tempfile.mkdtemp(prefix="sieve-profiles-", dir=place or self.directory))
                self.addCleanup(shutil.rmtree, directory)
                directory.chmod(0o755)
                self.replace_and_read(directory)

    def replace_and_read(self, directory):
        for name in ("early", "late", "other"):
            (directory / name).mkdir(mode=0o755)
        early, late = directory / "early", directory / "late"
        write_profile(early, "50_both.yml", self.text(commands={"GETINFO": [".*"]}))
        write_profile(early, "40_address.yml", self.text(commands={"GETINFO": ["address"]}))
        denies = self.text(commands={"GETINFO": [{"pattern": "address", "deny": True}]})
        half = write_profile(late, "60_deny.yml", denies)
        for number in range(self.FURTHER_NAMES):
            (late / f"no-profile-{number}").touch()
        files = [
            write_profile(where, "50_both.yml", self.text(commands={"GETINFO": list(keys)}))
            for where, keys in zip((late, directory / "other"), self.VERSIONS)
        ]
        stand = self.stand(real_tor(self), profile=None, profiles=[early, late], asks="refused")
        account = stand.account()
        script = pathlib.Path(harness.__file__).with_name("rewriting.py")
        writer = spawn([sys.executable, "-B", script, *files, half], stdout=subprocess.PIPE)
        self.addCleanup(end, writer)
        self.assertEqual(b"ready\n", writer.stdout.readline())
        self.addCleanup(writer.stdout.close)
        seen = set()
        deadline = time.monotonic() + sized(4, 60)
        while time.monotonic() < deadline:
            stand.daemon.reload()
            seen.add(self.allowed(stand, account))
        self.assertEqual(set(self.VERSIONS), seen)
        self.assertEqual(0, end(writer))
        stand.daemon.reload()
        eventually(
            lambda: self.allowed(stand, account) == self.VERSIONS[1], lambda: f"the last is read{stand.daemon.tail()}"
        )
        self.end(stand)
        self.counted("times that profiles were read", count(stand.records(), event="reloaded"))

    def allowed(self, stand, account):
        """What a new session may ask, of all that is in some version or none."""
        [client] = stand.sessions(account, 1)
        keys = [*self.VERSIONS[0], *self.VERSIONS[1], *self.NEVER]
        client.send("".join(f"GETINFO {key}\r\n" for key in keys))
        allowed = tuple(key for key in keys if client.reply() != FILTERED)
        account.answered["forward"] += len(allowed)
        account.answered["filter"] += len(keys) - len(allowed)
        client.close()
        self.counted("sessions", 1)
        self.assertIn(allowed, self.VERSIONS, stand.daemon.tail())
        return allowed


DAY = 24 * 60 * 60
JUMPS = (3650 * DAY, -1100 * DAY, 0, -40, 61, 1100 * DAY)


class ClockTests(HostileTestCase):
    @unittest.skipUnless(shutil.which("cc"), "cc is missing")
    def test_a_clock_that_jumps_by_years(self):
        """Sessions go by a clock that nobody sets; only the times of records jump."""
        library = self.directory / "clock.so"
        source = pathlib.Path(harness.__file__).with_name("clock.c")
        done = run_bounded(["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, source])
        self.assertEqual(0, done.returncode, done.stderr.decode())
        offset = self.directory / "offset"
        offset.write_bytes(bytes(8))
        stand = self.stand(real_tor(self), prefix=["env", f"LD_PRELOAD={library}", f"CLOCK_OFFSET={offset}"])
        account = stand.account()
        clients = stand.sessions(account, sized(20, 100))
        # SessionTimer.handshake is not over because it is another year.
        [waiting] = stand.clients(account, 1)
        for turn in range(sized(6, 60)):
            with open(offset, "r+b", buffering=0) as file:
                file.write(JUMPS[turn % len(JUMPS)].to_bytes(8, sys.byteorder, signed=True))
            for client in clients:
                client.send("GETINFO version\r\nGETINFO address\r\n")
            for client in clients:
                self.assertRegex(client.reply()[0], rb"^250-version=\d")
                self.assertEqual(FILTERED, client.reply())
            account.answered["forward"] += len(clients)
            account.answered["filter"] += len(clients)
            [newcomer] = stand.sessions(account, 1)
            newcomer.close()
            stand.daemon.reload()
            time.sleep(0.3)
            self.counted("jumps", 1)
            if turn == 5:
                waiting.authenticate()
                account.answered["answer"] += 1
        self.close([*clients, waiting])
        self.end(stand)
        days = {round((timestamp(record) - time.time()) / DAY) for record in stand.records()}
        self.assertLessEqual({3650, -1100, 0, 1100}, days, "the clock did not jump")

    def test_a_daemon_that_is_suspended(self):
        """As a machine that sleeps: all that is due comes at once, and nobody is closed for it."""
        stand = self.shared_stand(asks=None)
        account = stand.account()
        clients = self.linked_sessions(stand, account, sized(50, 500), timeout=30)
        for _ in range(sized(1, 5)):
            stand.daemon.signal(signal.SIGSTOP)
            for client in clients:
                client.send("GETINFO version\r\nGETINFO address\r\n" * 5)
            newcomers = stand.clients(account, 50, timeout=30)
            for client in newcomers:
                client.send("AUTHENTICATE\r\nGETINFO version\r\n")
            # Longer than SessionTimer.reply.
            time.sleep(sized(1, 40))
            stand.daemon.signal(signal.SIGCONT)
            for client in clients:
                for _ in range(5):
                    self.assertRegex(client.reply()[0], rb"^250-version=\d")
                    self.assertEqual(FILTERED, client.reply())
            for client in newcomers:
                self.assertEqual([b"250 OK"], client.reply())
                self.assertRegex(client.reply()[0], rb"^250-version=\d")
                client.close()
            account.answered["forward"] += 5 * len(clients) + len(newcomers)
            account.answered["filter"] += 5 * len(clients)
            account.answered["answer"] += len(newcomers)
        self.close(clients)
        self.end(stand)


class ExhaustionTests(HostileTestCase):
    @needs_no_more_descriptors
    def test_no_descriptor_is_left(self):
        """Those who have a session keep it; the others wait or are turned away, and profiles that cannot be read stay as they were."""
        self.write_profile({**PROFILE, "commands": {"GETINFO": [{"pattern": "config-file", "deny": True}]}}, "60_deny.yml")
        self.write_profile({**PROFILE, "commands": {"GETINFO": ["config-file"]}}, "70_allow.yml")
        stand = self.stand(real_tor(self))
        account = stand.account()
        clients = self.linked_sessions(stand, account, sized(20, 200))
        before = resource.prlimit(stand.daemon.pid, resource.RLIMIT_NOFILE)
        for left in (0, 1, 2, 5) * sized(1, 5):
            highest = max(map(int, os.listdir(f"/proc/{stand.daemon.pid}/fd")))
            resource.prlimit(stand.daemon.pid, resource.RLIMIT_NOFILE, (highest + 1 + left, before[1]))
            crowd = stand.clients(account, sized(50, 500), timeout=30)
            for client in crowd:
                client.send("AUTHENTICATE\r\nGETINFO config-file\r\n")
            for _ in range(5):
                stand.daemon.reload()
                time.sleep(0.2)
                for client in clients:
                    self.assertWorks(client)
                account.answered["forward"] += len(clients)
            eventually(lambda: self.rests(stand.daemon.pid), "the daemon does not try again all the time", seconds=30)
            resource.prlimit(stand.daemon.pid, resource.RLIMIT_NOFILE, before)
            for client in crowd:
                self.hear(account, client)
            self.close(crowd)
            for client in stand.sessions(account, 10):
                self.assertFiltered(client, "GETINFO config-file")
                self.assertWorks(client)
                client.close()
            account.answered["filter"] += 10
            account.answered["forward"] += 10
            self.counted("times that there were no more descriptors", 1)
        self.close(clients)
        self.end(stand)

    def rests(self, pid):
        """Whether it does nothing for half of the next second."""
        before = cpu_ticks(pid)
        time.sleep(1)
        return cpu_ticks(pid) - before < CLOCK_TICKS_PER_SECOND // 2

    def hear(self, account, client):
        """Let in, and refused what a profile denies; or turned away."""
        asked = 2
        try:
            if client.reply() == [b"250 OK"]:
                account.answered["answer"] += 1
                asked -= 1
                if client.reply() == FILTERED:
                    account.answered["filter"] += 1
                    asked -= 1
        except ConnectionClosed:
            pass
        account.unanswered += asked
        self.counted("turned away", asked > 0)

    @needs_plain_memory
    def test_memory_is_bounded(self):
        """Thirty sessions, each with as much as it can have waiting on both sides, and no more memory than that may take."""
        tor = self.fake_tor()
        tor.info["config/names"] = ["x" * 76] * 50_000
        # 256 descriptors are kept back (SessionLimits), and one client gets half of the sessions.
        stand = self.stand(tor, prefix=["prlimit", "--nofile=324:324", "--"])
        line = b"GETINFO " + b"x" * 65_000
        with memory_limit(stand.daemon.pid, 64 * 1024) as means:
            self.counted(f"limited by {means}", 1)
            for _ in range(sized(2, 15)):
                clients = []
                for account in (stand.account(), stand.account()):
                    for client in stand.sessions(account, 15, receive_buffer=4096):
                        client.send_meanwhile(b"GETINFO config/names\r\n" * 300 + line)
                        clients.append(client)
                    account.unanswered += 15 * 300
                time.sleep(1.5)
                self.most("memory for 30 of them (kB)", Footprint.of(stand.daemon.pid).anonymous - stand.before.anonymous)
                for client in clients:
                    client.socket.shutdown(socket.SHUT_RDWR)
                self.close(clients)
                await_return(stand.daemon.pid, stand.before, 24 * 1024)
        self.end(stand)

    @needs_plain_memory
    def test_no_memory_is_left(self):
        """The daemon ends, since nothing can be decided without memory; what it had answered is in the trail, and the next one serves."""
        tor = self.fake_tor()
        tor.info["config/names"] = ["x" * 76] * 50_000
        for _ in range(sized(1, 10)):
            stand = self.stand(tor, asks=None)
            account = stand.account()
            account.may_lose_counts = True
            clients = stand.sessions(account, 20, timeout=20)
            with memory_limit(stand.daemon.pid, 3 * 1024):
                for client in clients:
                    client.send("GETINFO version\r\nGETINFO address\r\n" + "GETINFO config/names\r\n" * 50)
                for client in clients:
                    self.listen(account, client, 52)
                self.close(clients)
                self.counted("times that it ended", stand.daemon.has_ended())
            if stand.daemon.has_ended():
                self.assertLess(stand.daemon.process.returncode, 0)
                stand.daemon.start()
            with self.session(stand.daemon) as client:
                self.assertWorks(client)
            self.end(stand, kilobytes=1 << 20)

    def listen(self, account, client, asked):
        """Counts the replies that come whole."""
        try:
            for number in range(asked):
                account.answered["filter" if client.reply() == FILTERED else "forward"] += 1
        except ConnectionClosed:
            account.unanswered += asked - number
