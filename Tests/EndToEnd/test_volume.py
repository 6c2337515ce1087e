# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Much at once: order is kept and memory bounded, whoever is slow."""

import time

from harness import FILTERED, SieveTestCase, for_me
from harness.processes import eventually
from harness.sanitizer import lessened

PROFILE = for_me(
    commands={"GETINFO": ["version", r"number/\d+", "big", "long"], "SIGNAL": ["NEWNYM"]},
    events={"BW": None, "NS": None},
)
MEGABYTE = 1024 * 1024
# Data lines as tor sends them for ns/all, 20 MB of them.
LINE = b"r " + b"x" * 76 + b"\r\n"
BIG = b"250+big=\r\n" + LINE * (lessened(20 * MEGABYTE) // len(LINE)) + b".\r\n250 OK\r\n"
GROWTH_KILOBYTES = 16 * 1024


class VolumeTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.tor.answers["GETINFO"] = self.getinfo
        self.daemon = self.sieve(self.tor, profile=PROFILE)

    def getinfo(self, session, arguments):
        if arguments == "big":
            return BIG
        if arguments.startswith("number/"):
            return f"250-{arguments}={arguments[7:]}\r\n250 OK\r\n".encode()
        return self.tor._getinfo(session, arguments)

    def assertBounded(self, before):
        self.assertMemory(self.daemon.memory("VmHWM") - before, GROWTH_KILOBYTES)

    def warm(self):
        """Resident memory once a session has worked."""
        self.assertWorks(self.session(self.daemon))
        return self.daemon.memory()

    def test_ten_thousand_pipelined_commands_half_of_them_filtered_come_back_in_order(self):
        before = self.warm()
        client = self.session(self.daemon)
        client.send_meanwhile(
            b"".join(b"GETINFO %s/%d\r\n" % (b"secret" if n % 2 else b"number", n) for n in range(10_000))
        )
        for number in range(10_000):
            expected = [FILTERED] if number % 2 else [b"250-number/%d=%d" % (number, number), b"250 OK"]
            self.assertEqual(expected, client.reply(), f"the reply to command {number}")
        client.expect_silence(0.1)
        self.assertBounded(before)

    def test_only_so_many_commands_wait_at_tor_for_their_replies(self):
        self.tor.answers["SIGNAL"] = lambda session, arguments: None
        client = self.session(self.daemon)
        client.send_meanwhile(b"SIGNAL NEWNYM\r\n" * 1000)
        eventually(lambda: self.tor.heard("SIGNAL"), "tor is sent the first")
        time.sleep(0.5)
        self.assertLessEqual(len(self.tor.heard("SIGNAL")), 64)

    def test_a_reply_of_20_MB_passes_with_bounded_memory(self):
        before = self.warm()
        client = self.session(self.daemon, timeout=30)
        client.send("GETINFO big\r\nQUIT\r\n")
        got = bytearray()
        while chunk := client.socket.recv(MEGABYTE):
            got += chunk
        self.assertTrue(
            bytes(got) == BIG + b"250 closing connection\r\n",
            f"{len(got)} bytes, {len(BIG)} and a farewell were expected",
        )
        self.assertBounded(before)

    def test_a_reply_of_20_MB_passes_with_bounded_memory_to_a_client_that_reads_slowly(self):
        before = self.warm()
        client = self.session(self.daemon, timeout=30, receive_buffer=8192)
        client.send("GETINFO big\r\nQUIT\r\n")
        got = 0
        while chunk := client.socket.recv(128 * 1024):
            got += len(chunk)
            # Stands still now and then, as an application does that works on what it read.
            if got % (4 * MEGABYTE) < len(chunk):
                time.sleep(0.4)
        self.assertEqual(len(BIG) + len(b"250 closing connection\r\n"), got)
        self.assertBounded(before)

    def test_what_was_asked_for_before_the_end_is_given_to_a_client_that_takes_its_time(self):
        # More than the kernel keeps for the client, so that the daemon has to wait for it.
        block = b"250+long=\r\n" + LINE * 4000 + b".\r\n250 OK\r\n"
        self.tor.answers["GETINFO"] = lambda session, arguments: block
        for ending in ("QUIT", "half-close"):
            with self.subTest(ending):
                client = self.session(self.daemon, timeout=30)
                client.send("GETINFO long\r\n" + ("QUIT\r\n" if ending == "QUIT" else ""))
                if ending != "QUIT":
                    client.close_sending()
                time.sleep(4)
                got = client.rest()
                self.assertTrue(got.startswith(block), f"{len(got)} bytes of {len(block)}")

    def test_a_client_that_never_reads_is_bounded_and_closed_and_disturbs_nobody(self):
        before = self.warm()
        client = self.session(self.daemon, receive_buffer=8192)
        client.send_meanwhile(b"GETINFO big\r\n" * 50)
        session = self.tor.session_that_sent(b"GETINFO big")
        other = self.session(self.daemon)
        for _ in range(5):
            time.sleep(0.4)
            self.assertWorks(other)
        self.assertBounded(before)
        # SessionTimer.stall: thirty seconds of not reading close the session.
        self.assertTrue(session.closed.wait(50), "the session of the client that never reads is still open")
        self.assertWorks(other)
        self.assertBounded(before)

    def test_a_client_that_does_not_read_its_filtered_replies_is_bounded(self):
        before = self.warm()
        client = self.session(self.daemon, receive_buffer=8192)
        client.send_meanwhile(b"GETINFO secret\r\n" * lessened(500_000))
        other = self.session(self.daemon)
        for _ in range(5):
            time.sleep(0.3)
            self.assertWorks(other)
        self.assertBounded(before)

    def test_a_client_that_does_not_read_its_events_is_closed(self):
        before = self.warm()
        client = self.session(self.daemon, receive_buffer=8192)
        self.assertAnswers(client, "SETEVENTS BW", "250 OK")
        self.assertWorks(client)
        session = self.tor.live_sessions()[-1]
        event = b"650 BW 1 2\r\n" * 1000
        deadline = time.monotonic() + 15
        while session.send(event) and time.monotonic() < deadline and not session.closed.is_set():
            pass
        self.assertTrue(session.closed.wait(5), "the session of the client that never reads is still open")
        self.assertBounded(before)
        self.assertWorks(self.session(self.daemon))

    def test_a_reply_that_never_ends_is_passed_on_with_bounded_memory(self):
        before = self.warm()
        self.tor.answers["GETINFO"] = b"250+big=\r\n" + LINE * lessened(400_000)
        client = self.session(self.daemon, timeout=20)
        client.command("GETINFO big")
        got = 0
        while got < lessened(400_000) * len(LINE):
            got += len(client.socket.recv(MEGABYTE))
        self.assertBounded(before)
        self.tor.live_sessions()[-1].hang_up()
        client.expect_closed()

    def test_a_line_of_tor_that_never_ends_is_bounded(self):
        before = self.warm()
        self.tor.answers["GETINFO"] = b"250-version=" + b"x" * lessened(40 * MEGABYTE)
        client = self.session(self.daemon, timeout=20)
        client.command("GETINFO version")
        client.rest()
        self.assertBounded(before)
