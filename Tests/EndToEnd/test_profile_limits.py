# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`limits` of a profile, in front of Debian's tor."""

import os
import pwd
import sys
import time

from harness import SieveTestCase, for_me, requires_root, run_bounded
from harness.case import real_tor
from harness.client import ConnectionClosed
from harness.processes import eventually
from harness.sanitizer import needs_plain_speed

PYTHON = os.path.realpath(sys.executable)
COMMANDS = {"GETINFO": ["version"], "ADD_ONION": [".*"], "DEL_ONION": [".*"], "SIGNAL": ["ACTIVE"]}
ADD = "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=80,17600"
ADD_DETACHED = "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK,Detach Port=80,17600"

# How long five commands take another user.
ASK = """
import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1])
file = s.makefile("rb")
def ask(line):
    s.sendall(line + b"\\r\\n")
    while file.readline()[3:4] != b" ": pass
ask(b"AUTHENTICATE")
start = time.monotonic()
for _ in range(5): ask(b"GETINFO version")
print(time.monotonic() - start)
"""


class ProfileLimitTests(SieveTestCase):
    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)

    def daemon(self, limits, **options):
        profile = for_me(commands=COMMANDS, limits=limits)
        if options.pop("everybody", False):
            profile["users"] = ["*"]
        return self.sieve(self.tor, profile=profile, **options)

    def assertAdded(self, client, command=ADD):
        reply = client.ask(command)
        self.assertRegex(reply[0], rb"\A250-ServiceID=[a-z2-7]{56}\Z", f"{command}: {reply}")
        return reply[0].partition(b"=")[2].decode()

    def test_a_session_beyond_the_limit_is_refused_and_room_is_made_by_an_end(self):
        daemon = self.daemon({"sessions": 2})
        sessions = [self.session(daemon) for _ in range(2)]
        self.assertEqual(b"", self.client(daemon).rest())
        daemon.await_log("the profile 40_test allows this client 2 sessions")
        for session in sessions:
            self.assertWorks(session)
        sessions.pop().close()

        def try_again():
            try:
                return self.session(daemon)
            except ConnectionClosed:
                return None

        self.assertWorks(eventually(try_again, "there is room for a session"))

    def test_services_count_over_all_sessions_of_the_client(self):
        daemon = self.daemon({"onions": 2})
        first, second = self.session(daemon), self.session(daemon)
        service = self.assertAdded(first)
        self.assertAdded(second)
        for client in (first, second, self.session(daemon)):
            self.assertFiltered(client, ADD)
        daemon.await_log("the client has 2 onion services")
        self.assertAnswers(first, f"DEL_ONION {service}", "250 OK")
        self.assertAdded(second)
        self.assertFiltered(first, ADD)
        # A session that ends gives back what it had.
        second.close()

        def added():
            reply = first.ask(ADD)
            return reply if reply[-1] == b"250 OK" else None

        eventually(added, "the services of the session that ended are gone")

    def test_commands_of_two_sessions_at_once_do_not_exceed_it(self):
        daemon = self.daemon({"onions": 3})
        sessions = [self.session(daemon) for _ in range(4)]
        for session in sessions:
            session.send((ADD + "\r\n") * 5)
        replies = [session.reply() for session in sessions for _ in range(5)]
        self.assertEqual(3, sum(reply[-1] == b"250 OK" for reply in replies), replies)

    def test_a_detached_service_counts_after_its_session(self):
        daemon = self.daemon({"onions": 1})
        first = self.session(daemon)
        service = self.assertAdded(first, ADD_DETACHED)
        first.close()
        second = self.session(daemon)
        self.assertFiltered(second, ADD)
        self.assertAnswers(second, f"DEL_ONION {service}", "250 OK")
        self.assertAdded(second)

    def test_detached_services_end_with_tor(self):
        tor = real_tor(self)
        daemon = self.sieve(tor, profile=for_me(commands=COMMANDS, limits={"onions": 1}))
        client = self.session(daemon)
        self.assertAdded(client, ADD_DETACHED)
        self.assertFiltered(client, ADD)
        tor.stop()
        client.rest()
        tor.start()
        self.assertAdded(self.session(daemon))

    @needs_plain_speed
    def test_commands_come_at_the_rate_and_none_is_lost(self):
        daemon = self.daemon({"commands-per-second": 10})
        client = self.session(daemon)
        start = time.monotonic()
        client.send("".join("GETINFO version\r\n" if n % 2 else f"GETINFO x{n}\r\n" for n in range(50)))
        for number in range(50):
            expected = rb"250-version=" if number % 2 else rb"510 Command filtered"
            self.assertRegex(client.reply()[0], expected, f"reply {number}")
        elapsed = time.monotonic() - start
        self.assertGreater(elapsed, 3.8)
        self.assertLess(elapsed, 6)
        client.expect_silence()

    def test_the_sessions_of_a_client_share_the_rate(self):
        daemon = self.daemon({"commands-per-second": 10})
        sessions = [self.session(daemon) for _ in range(3)]
        start = time.monotonic()
        for session in sessions:
            session.send("SIGNAL ACTIVE\r\n" * 10)
        for session in sessions:
            for _ in range(10):
                self.assertEqual([b"250 OK"], session.reply())
        self.assertGreater(time.monotonic() - start, 1.8)

    def test_a_client_that_comes_again_and_again_is_no_faster(self):
        daemon = self.daemon({"commands-per-second": 2})
        start = time.monotonic()
        for _ in range(6):
            with self.session(daemon) as client:
                self.assertWorks(client)
        self.assertGreater(time.monotonic() - start, 1.8)

    @needs_plain_speed
    def test_QUIT_and_a_close_are_not_held_up(self):
        daemon = self.daemon({"commands-per-second": 1})
        client = self.session(daemon)
        self.assertWorks(client)
        start = time.monotonic()
        self.assertAnswers(client, "QUIT", "250 closing connection")
        client.expect_closed()
        self.assertLess(time.monotonic() - start, 0.8)

    @needs_plain_speed
    @requires_root
    def test_another_users_client_is_not_slowed(self):
        daemon = self.daemon({"commands-per-second": 5}, everybody=True, unix_options=",mode=0666")
        client = self.session(daemon)
        client.send("SIGNAL ACTIVE\r\n" * 40)
        games = pwd.getpwnam("games")
        done = run_bounded([PYTHON, "-c", ASK, daemon.unix], user=games.pw_uid, group=games.pw_gid, extra_groups=[])
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertLess(float(done.stdout), 0.8)
