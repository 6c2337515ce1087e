# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tor is absent, goes away, stalls or talks nonsense: that session ends, and no other notices."""

import threading
import time

from harness import SieveTestCase, for_me
from harness.case import real_tor
from harness.real_tor import RealTor
from harness.sanitizer import lessened, needs_plain_speed

PROFILE = for_me(
    commands={"GETINFO": ["version", "lines"], "SIGNAL": ["NEWNYM"], "ADD_ONION": [".*"]}, events={"BW": None}
)
NOT_AVAILABLE = rb"\A(250 OK\r\n)?551 Tor is not available\r\n\Z"


class AbsentTorTests(SieveTestCase):
    def assertNotAvailable(self, daemon, at_least, at_most):
        client = self.client(daemon, timeout=at_most)
        started = time.monotonic()
        client.send("AUTHENTICATE\r\nGETINFO version\r\n")
        self.assertRegex(client.rest(), NOT_AVAILABLE)
        self.assertGreaterEqual(time.monotonic() - started, at_least)

    def test_the_daemon_starts_without_tor_and_says_after_five_seconds_that_there_is_none(self):
        for place in (f"unix:{self.directory / 'nothing'}", "127.0.0.1:9"):
            with self.subTest(place):
                daemon = self.sieve(["--tor", place, "--tor-cookie", self.directory / "nothing"], profile=PROFILE)
                self.assertNotAvailable(daemon, at_least=4, at_most=10)
                self.assertFalse(daemon.has_ended())
                daemon.await_log(f"session 2: tor is not available: cannot connect to tor at {place}")

    def test_what_needs_no_tor_is_answered_without_it(self):
        daemon = self.sieve(["--tor", f"unix:{self.directory / 'nothing'}"], profile=PROFILE)
        client = self.client(daemon)
        reply = client.ask("PROTOCOLINFO 1")
        self.assertEqual([b"250-PROTOCOLINFO 1", b"250-AUTH METHODS=NULL"], reply[:2])
        self.assertEqual(b"250 OK", reply[-1])
        self.assertAnswers(client, "QUIT", "250 closing connection")

    def test_a_tor_that_appears_within_five_seconds_is_used_by_the_session_that_waits(self):
        daemon = self.sieve(["--tor", f"unix:{self.directory / 'tor.socket'}"], profile=PROFILE)
        client = self.client(daemon)
        client.send("AUTHENTICATE\r\nGETINFO version\r\nGETINFO address\r\n")
        time.sleep(1.5)
        self.fake_tor()
        self.assertEqual([b"250 OK"], client.reply())
        self.assertEqual([b"250-version=0.4.9.99-fake", b"250 OK"], client.reply())
        self.assertEqual([b"510 Command filtered"], client.reply())

    def test_a_real_tor_that_appears_later_is_used_by_new_sessions(self):
        tor = RealTor(self.directory / "tor")
        self.addCleanup(tor.stop)
        daemon = self.sieve(tor, profile=PROFILE)
        self.assertNotAvailable(daemon, at_least=4, at_most=10)
        tor.start()
        self.assertWorks(self.session(daemon))

    def test_a_tor_that_was_restarted_with_another_cookie_is_used_by_new_sessions(self):
        tor = real_tor(self)
        daemon = self.sieve(tor, profile=PROFILE)
        client = self.session(daemon)
        self.assertWorks(client)
        self.assertEqual(3, len(client.ask("ADD_ONION NEW:BEST Port=80,17600")))
        before = tor.cookie_path.read_bytes()
        tor.stop()
        client.expect_closed()
        tor.start()
        self.assertNotEqual(before, tor.cookie_path.read_bytes())
        self.assertWorks(self.session(daemon))


class FailingTorTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.daemon = self.sieve(self.tor, profile=PROFILE)
        self.other = self.session(self.daemon)
        self.assertWorks(self.other)

    def victim(self):
        """A session that has changed tor's state, and its other end; such a session ends with its connection."""
        client = self.session(self.daemon)
        self.assertEqual(3, len(client.ask("ADD_ONION NEW:BEST Port=80,17600")))
        # Not the connection over which tor is asked where it listens, which may be there still.
        return client, [s for s in self.tor.live_sessions() if any(line.startswith(b"ADD_ONION") for line in s.lines)][-1]

    def test_a_tor_that_closes_ends_that_session_only(self):
        client, session = self.victim()
        session.hang_up()
        client.expect_closed()
        self.assertWorks(self.other)

    def test_a_tor_that_closes_in_the_middle_of_a_reply_ends_that_session_only(self):
        for piece in (b"250-ver", b"250-version=1\r\n", b"250-version=1\r\n250 O", b"250+version=\r\nx\r\n", b""):
            with self.subTest(piece):
                client, session = self.victim()

                def cut(session, arguments, piece=piece):
                    session.send(piece)
                    session.hang_up()

                self.tor.answers["GETINFO"] = cut
                client.send("GETINFO version\r\nGETINFO version\r\n")
                # Whole lines may have passed; a piece of one, or a reply that tor did not finish, never.
                self.assertNotIn(b"250 O", client.rest())
                del self.tor.answers["GETINFO"]
                self.assertWorks(self.other)

    def test_a_tor_that_stalls_in_one_session_does_not_hold_up_another(self):
        client, _ = self.victim()
        # It reads nothing more of that session either.
        over = threading.Event()
        self.addCleanup(over.set)
        self.tor.answers["SIGNAL"] = lambda session, arguments: over.wait(60) and None
        client.send("SIGNAL NEWNYM\r\nGETINFO version\r\nGETINFO address\r\n")
        for _ in range(5):
            self.assertWorks(self.other)
        client.expect_silence()
        client.close()
        self.assertWorks(self.other)

    def test_a_tor_that_sends_garbage_ends_that_session_only(self):
        for garbage in (
            b"\0\0\0\0\r\n",
            b"\xff" * 100 + b"\r\n",
            b"HTTP/1.0 400 Bad Request\r\n\r\n",
            b"\r\n",
            b"250\r\n",
        ):
            with self.subTest(garbage):
                client, session = self.victim()
                session.send(garbage)
                client.expect_closed()
                self.assertWorks(self.other)

    @needs_plain_speed
    def test_a_tor_that_floods_one_session_does_not_hold_up_another(self):
        client = self.session(self.daemon)
        self.assertAnswers(client, "SETEVENTS BW", "250 OK")
        self.assertWorks(client)
        flooded = self.tor.live_sessions()[-1]
        stop = threading.Event()

        def flood():
            while not stop.is_set() and flooded.send(b"650 CIRC 1 BUILT\r\n" * 500):
                pass

        thread = threading.Thread(target=flood, daemon=True)
        thread.start()
        self.addCleanup(thread.join, 5)
        self.addCleanup(flooded.hang_up)
        self.addCleanup(stop.set)
        started = time.monotonic()
        for _ in range(20):
            self.assertWorks(self.other)
        self.assertLess(time.monotonic() - started, 10)


class FailingHandshakeTests(SieveTestCase):
    def assertNotAvailable(self, *tors):
        """All at the same time, since each takes its five seconds."""
        daemons = [self.sieve(tor, profile=PROFILE) for tor in tors]
        clients = [self.client(daemon, timeout=25) for daemon in daemons]
        for client in clients:
            client.send("AUTHENTICATE\r\nGETINFO version\r\n")
        for client in clients:
            self.assertRegex(client.rest(), NOT_AVAILABLE)
        return daemons

    def test_a_tor_that_never_answers_the_handshake_is_not_available(self):
        tor = self.fake_tor()
        tor.answers.update(
            {keyword: lambda session, arguments: None for keyword in ("PROTOCOLINFO", "AUTHENTICATE", "AUTHCHALLENGE")}
        )
        self.assertNotAvailable(tor)

    def test_a_tor_that_answers_the_handshake_with_garbage_is_not_available(self):
        tors = []
        for number, (keyword, garbage) in enumerate(
            (
                ("PROTOCOLINFO", b"\xff\0garbage\r\n"),
                ("PROTOCOLINFO", b"250 OK\r\n"),
                ("PROTOCOLINFO", b"250-AUTH METHODS=\r\n250 OK\r\n"),
                ("AUTHENTICATE", b"250-OK\r\nx\r\n"),
                ("AUTHENTICATE", b"515 Authentication failed\r\n"),
            )
        ):
            tors.append(self.fake_tor(address=self.directory / f"tor-{number}.socket"))
            tors[-1].answers[keyword] = garbage
        self.assertNotAvailable(*tors)

    def test_a_tor_that_closes_in_the_handshake_is_not_available(self):
        tor = self.fake_tor()
        tor.answers["AUTHENTICATE"] = lambda session, arguments: session.hang_up()
        self.assertNotAvailable(tor)

    def test_an_endless_answer_to_the_handshake_is_bounded(self):
        tor = self.fake_tor()

        def endless(session, arguments):
            session.send(b"250-PROTOCOLINFO 1\r\n" + b"250-X\r\n" * lessened(5_000_000))

        tor.answers["PROTOCOLINFO"] = endless
        [daemon] = self.assertNotAvailable(tor)
        self.assertMemory(daemon.memory("VmHWM"), 40 * 1024)
