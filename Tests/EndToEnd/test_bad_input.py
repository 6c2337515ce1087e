# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile or confused client sends, and what it gets."""

import os
import socket
import struct
import time

from harness import SieveTestCase, for_me
from harness.processes import becomes_idle, cpu_ticks, eventually
from harness.sanitizer import lessened, needs_plain_speed

# Allows as much as a profile can, so that nothing below is filtered for want of a rule.
PROFILE = for_me(
    commands={
        name: [".*"]
        for name in ("GETINFO", "SIGNAL", "ADD_ONION", "MAPADDRESS", "+HSPOST", "ONION_CLIENT_AUTH_ADD", "HSFETCH")
    },
    confs={"UseBridges": ["", ".*"], "Bridge": ["", ".*"], "Nickname": ["", ".*"]},
    events={"SIGNAL": None},
)
LINE_LIMIT = 64 * 1024
REQUIRED = b"514 Authentication required.\r\n"
TOO_LONG = b"500 Line too long.\r\n"


class BadInputTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.daemon = self.sieve(self.tor, profile=PROFILE)


class BeforeAuthenticationTests(BadInputTestCase):
    def test_anything_but_the_handshake_gets_514_and_a_close(self):
        for sent in (
            "GETINFO version\r\n",
            "SIGNAL NEWNYM\r\n",
            "\r\n",
            " AUTHENTICATE\r\n",
            "TAKEOWNERSHIP\r\n",
            "nonsense\r\n",
            "\n",
            "\0\r\n",
            "SETEVENTS\r\n",
            "+LOADCONF\r\nSocksPort 0\r\n.\r\nAUTHENTICATE\r\n",
            "PROTOCOLINFOX\r\n",
            "AUTHENTICATED\r\n",
        ):
            with self.subTest(sent):
                client = self.client(self.daemon)
                client.send(sent)
                self.assertEqual(REQUIRED, client.rest())

    def test_a_web_page_cannot_drive_the_daemon(self):
        for request in (
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:951\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 31\r\n\r\nAUTHENTICATE\r\nSIGNAL NEWNYM\r\n",
            "OPTIONS * HTTP/1.0\r\n\r\nAUTHENTICATE\r\nSIGNAL NEWNYM\r\n",
        ):
            with self.subTest(request):
                client = self.client(self.daemon)
                client.send(request)
                self.assertEqual(REQUIRED, client.rest())
        time.sleep(0.2)
        self.assertEqual([], self.tor.heard("SIGNAL"))

    def test_a_long_line_is_refused_and_closed(self):
        client = self.client(self.daemon)
        client.send_meanwhile(b"A" * (4 * LINE_LIMIT))
        self.assertIn(client.rest(), (TOO_LONG, REQUIRED))

    def test_a_client_that_says_nothing_costs_no_cpu_and_disturbs_nobody(self):
        silent = [self.client(self.daemon) for _ in range(10)]
        becomes_idle(self.daemon.pid, 1)
        self.assertWorks(self.session(self.daemon))
        silent[0].expect_silence()


class AfterAuthenticationTests(BadInputTestCase):
    def assertRefusedAndKept(self, lines):
        """Each gets one 510, none reaches tor, and the session works on."""
        client = self.session(self.daemon)
        for line in lines:
            with self.subTest(line):
                before = [heard for heard in self.tor.lines if heard != b"GETINFO version"]
                client.send(line + b"\r\n")
                self.assertEqual([b"510 Command filtered"], client.reply())
                self.assertWorks(client)
                self.assertEqual(before, [heard for heard in self.tor.lines if heard != b"GETINFO version"])

    def test_control_characters_are_filtered(self):
        self.assertRefusedAndKept(
            [
                b"GETINFO version\0",
                b"\0GETINFO version",
                b"GETINFO \0version",
                b"GETINFO ver\rsion",
                b"GETINFO version\r",
                b"\rGETINFO version",
                b"GETINFO\tversion",
                b"GETINFO version\t",
                b"\tGETINFO version",
                b"GETINFO \x01version",
                b"GETINFO version\x1b[31m",
                b"GETINFO version\x7f",
                b"GETINFO version\x0bversion",
                b"GETINFO version\x0c",
                b"SETCONF UseBridges=0\tNickname=a",
                b"SIGNAL NEWNYM\x08",
                b"QUIT\0",
                b"AUTHENTICATE\0",
            ]
        )

    def test_control_characters_that_are_escaped_inside_quotes_are_filtered(self):
        self.assertRefusedAndKept(
            [
                b'SETCONF UseBridges="a\\r\\n250 OK"',
                b'SETCONF UseBridges="a\\n"',
                b'SETCONF Nickname="a\\tb"',
                b'SETCONF Nickname="a\\000b"',
                b'SETCONF Nickname="a\\0"',
                b'SETCONF Nickname="\\x0a"',
                b'SETCONF Nickname="\\012"',
                b'SETCONF Nickname="\\177"',
                b'SETCONF Nickname="\\377"',
                b'SETCONF Nickname="\\xff"',
                b'SETCONF UseBridges=0 Nickname="a\\r\\n"',
                b'RESETCONF Nickname="a\\n"',
                b'GETINFO "a\\nb"',
                b'HSFETCH "a\\r\\n250 OK"',
                b'MAPADDRESS 1.2.3.4="a\\n"',
                b'ADD_ONION NEW:BEST Port="80\\n"',
            ]
        )

    def test_bytes_above_0x7e_are_filtered(self):
        self.assertRefusedAndKept(
            [
                b"GETINFO version\x80",
                b"GETINFO v\xc3\xa9rsion",
                b"\xff\xfe",
                b"GETINFO \xff",
                b"SETCONF Nickname=\xc3\xa9",
                b'SETCONF Nickname="\xc3\xa9"',
            ]
        )

    def test_empty_blank_and_indented_lines_are_filtered(self):
        self.assertRefusedAndKept([b"", b" ", b"    ", b" GETINFO version", b"  SIGNAL NEWNYM"])

    def test_what_is_no_command_is_filtered(self):
        self.assertRefusedAndKept(
            [
                b"?",
                b"250 OK",
                b"650 BW 1 2",
                b".",
                b"-",
                b'"',
                b'SETCONF Nickname="a',
                b'SETCONF Nickname="a\\',
                b"=",
                b"NOSUCHCOMMAND",
                b"GETINFO" + b" version" * 100 + b"\x01",
                b"GETINFOversion",
            ]
        )

    def test_a_bad_line_in_a_pipeline_takes_no_other_with_it(self):
        client = self.session(self.daemon)
        client.send(
            b"GETINFO version\r\n\r\nGETINFO \xff\r\nGETINFO version\r\n\0\r\nGETINFO\tversion\r\nGETINFO version\r\n"
        )
        version, refused = [b"250-version=0.4.9.99-fake", b"250 OK"], [b"510 Command filtered"]
        self.assertEqual(
            [version, refused, refused, version, refused, refused, version], [client.reply() for _ in range(7)]
        )


class SizeTests(BadInputTestCase):
    def test_a_line_below_the_limit_is_judged(self):
        client = self.session(self.daemon)
        client.send(b"SETCONF Nickname=" + b"a" * (LINE_LIMIT - 1000) + b"\r\n")
        self.assertEqual([b"250 OK"], client.reply())
        client.send(b"SAVECONF " + b"a" * (LINE_LIMIT - 1000) + b"\r\n")
        self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertWorks(client)

    def test_a_line_above_the_limit_is_refused_and_closed(self):
        for length in (LINE_LIMIT + 3, 2 * LINE_LIMIT, 20 * LINE_LIMIT):
            with self.subTest(length):
                client = self.session(self.daemon)
                client.send_meanwhile(
                    b"GETINFO version\r\nSETCONF Nickname=" + b"a" * length + b"\r\nSIGNAL NEWNYM\r\n"
                )
                self.assertEqual(b"250-version=0.4.9.99-fake\r\n250 OK\r\n" + TOO_LONG, client.rest())
        self.assertEqual([], self.tor.heard("SETCONF") + self.tor.heard("SIGNAL"))

    def test_a_line_that_never_ends_is_bounded_and_costs_no_cpu(self):
        before = self.daemon.memory()
        clients = [self.session(self.daemon) for _ in range(20)]
        for client in clients:
            client.send(b"A" * (LINE_LIMIT - 100))
        becomes_idle(self.daemon.pid, 1)
        clients[0].expect_silence()
        # Twenty lines of 64 KiB, in buffers that may have grown by doubling, and the sessions themselves.
        self.assertMemory(self.daemon.memory() - before, 16 * 1024)
        for client in clients:
            client.send_meanwhile(b"A" * LINE_LIMIT)
            self.assertEqual(TOO_LONG, client.rest())

    @needs_plain_speed
    def test_a_long_line_that_comes_in_small_pieces_takes_linear_time(self):
        client = self.session(self.daemon)
        before = cpu_ticks(self.daemon.pid)
        for _ in range(600):
            client.send(b"A" * 100)
            time.sleep(0.0005)
        client.send(b"\r\n")
        self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertLess(cpu_ticks(self.daemon.pid) - before, 50)


class DataBlockTests(BadInputTestCase):
    def test_a_refused_block_gets_one_510_and_none_of_its_lines_is_a_command(self):
        for head in (
            "+LOADCONF",
            "+loadconf",
            "+POSTDESCRIPTOR purpose=general",
            "+",
            "+ ",
            "+GETINFO version",
            "+QUIT",
            "+SIGNAL NEWNYM",
            "+AUTHENTICATE",
        ):
            with self.subTest(head):
                client = self.session(self.daemon)
                client.send(f"{head}\r\nSIGNAL NEWNYM\r\n\r\n..\r\nGETINFO version\r\n.\r\nGETINFO version\r\n")
                self.assertEqual([b"510 Command filtered"], client.reply())
                self.assertEqual([b"250-version=0.4.9.99-fake", b"250 OK"], client.reply())
                client.expect_silence(0.1)
        self.assertEqual([], self.tor.heard("SIGNAL"))
        self.assertEqual([], [s.bodies for s in self.tor.sessions if s.bodies])

    def test_a_block_that_a_rule_allows_arrives_with_its_dots_tabs_and_high_bytes(self):
        client = self.session(self.daemon)
        client.send(
            b"+HSPOST HSADDRESS=abc\r\nhs-descriptor 3\r\n\r\n..dotted\r\n...\r\n\ta\xc3\xa9\n.\r\nGETINFO version\r\n"
        )
        self.assertEqual([b"250 OK"], client.reply())
        self.assertWorksAfterwards(client)
        [body] = self.tor.session_that_sent(b"+HSPOST HSADDRESS=abc").bodies
        self.assertEqual([b"hs-descriptor 3", b"", b"..dotted", b"...", b"\ta\xc3\xa9"], body)

    def assertWorksAfterwards(self, client):
        self.assertEqual([b"250-version=0.4.9.99-fake", b"250 OK"], client.reply())

    def test_a_block_with_a_bad_first_line_gets_one_510(self):
        client = self.session(self.daemon)
        client.send(b"+HSPOST \xff\r\nSIGNAL NEWNYM\r\n.\r\nGETINFO version\r\n")
        self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertWorksAfterwards(client)
        self.assertEqual([], self.tor.heard("SIGNAL"))

    def test_an_endless_block_is_bounded_and_closed(self):
        for head in (b"+LOADCONF\r\n", b"+HSPOST HSADDRESS=abc\r\n"):
            with self.subTest(head):
                before = self.daemon.memory()
                client = self.session(self.daemon)
                client.send_meanwhile(head + b"SIGNAL NEWNYM\r\n" * lessened(1_000_000, 4))
                # A refused block may be answered as soon as its first line has come.
                self.assertIn(client.rest(), (TOO_LONG, b"510 Command filtered\r\n" + TOO_LONG))
                self.assertMemory(self.daemon.memory("VmHWM") - before, 16 * 1024)
        self.assertEqual([], self.tor.heard("SIGNAL"))
        self.assertWorks(self.session(self.daemon))


class ClosingClientTests(BadInputTestCase):
    def test_a_client_may_close_at_any_byte(self):
        sent = (
            b"PROTOCOLINFO 1\r\nAUTHENTICATE\r\nSETEVENTS SIGNAL\r\nGETINFO version\r\n"
            b"+HSPOST a\r\nx\r\n.\r\nADD_ONION NEW:BEST Port=80,17600\r\nQUIT\r\n"
        )
        witness = self.session(self.daemon)
        for length in range(len(sent) + 1):
            client = self.client(self.daemon)
            client.send(sent[:length])
            if length % 3 == 0:
                # An abortive close: the kernel throws away what is unsent.
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        self.assertWorks(witness)
        eventually(
            lambda: len(self.tor.live_sessions()) <= 2,
            lambda: f"tor's side is closed too; open: {len(self.tor.live_sessions())}",
        )

    def test_a_client_that_closes_its_sending_side_gets_the_replies_it_asked_for(self):
        client = self.session(self.daemon)
        client.send("GETINFO version\r\nGETINFO version\r\n")
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(b"250-version=0.4.9.99-fake\r\n250 OK\r\n" * 2, client.rest())

    def test_descriptors_are_given_back(self):
        self.assertWorks(self.session(self.daemon))
        count = lambda: len(os.listdir(f"/proc/{self.daemon.pid}/fd"))
        before = count()
        for _ in range(100):
            client = self.daemon.session()
            self.assertWorks(client)
            client.close()
        eventually(lambda: count() <= before + 2, lambda: f"descriptors are closed: {before} before, {count()} now")
