# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is answered here and never sent to tor, and its place among tor's replies."""

import time

from harness import SieveTestCase, for_me

PROFILE = for_me(
    commands={
        "GETINFO": [
            "version",
            {"pattern": "net/listeners/socks", "answer": ['250-net/listeners/socks="127.0.0.1:9050"', "250 OK"]},
        ],
        "TAKEOWNERSHIP": [".*"],
        "DROPOWNERSHIP": [".*"],
    }
)
CHALLENGE = "AUTHCHALLENGE SAFECOOKIE " + "ab" * 32


class LocalAnswerTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.daemon = self.sieve(self.tor, profile=PROFILE)

    def test_PROTOCOLINFO_offers_no_authentication_and_tells_tors_version(self):
        self.assertWorks(self.session(self.daemon))
        for command in ("PROTOCOLINFO 1", "PROTOCOLINFO", "protocolinfo 1"):
            self.assertAnswers(
                self.client(self.daemon),
                command,
                "250-PROTOCOLINFO 1",
                "250-AUTH METHODS=NULL",
                '250-VERSION Tor="0.4.9.99-fake"',
                "250 OK",
            )

    def test_PROTOCOLINFO_is_known_once_before_AUTHENTICATE(self):
        client = self.client(self.daemon)
        self.assertEqual(b"250 OK", client.ask("PROTOCOLINFO 1")[-1])
        client.command("PROTOCOLINFO 1")
        self.assertIn(client.rest(), (b"", b"514 Authentication required.\r\n"))

    def test_PROTOCOLINFO_may_be_asked_for_after_AUTHENTICATE(self):
        client = self.session(self.daemon)
        for _ in range(2):
            self.assertEqual(b"250-PROTOCOLINFO 1", client.ask("PROTOCOLINFO 1")[0])

    def test_AUTHENTICATE_is_accepted_in_every_form_that_clients_send(self):
        for command in (
            "AUTHENTICATE",
            "authenticate",
            "Authenticate ",
            "authenticate  ",
            "AUTHENTICATE 00ff",
            "AUTHENTICATE " + "Ab" * 32,
            'AUTHENTICATE ""',
            'AUTHENTICATE "secret"',
            'authenticate "a \\"b\\" \\\\ c" ',
            "AUTHENTICATE what?",
        ):
            with self.subTest(command):
                client = self.client(self.daemon)
                self.assertAnswers(client, command, "250 OK")
                self.assertWorks(client)
                self.assertAnswers(client, command, "250 OK")

    def test_lines_may_end_in_a_bare_LF(self):
        client = self.client(self.daemon)
        client.send("AUTHENTICATE\nGETINFO version\nGETINFO address\n")
        self.assertEqual([b"250 OK"], client.reply())
        self.assertEqual([b"250-version=0.4.9.99-fake", b"250 OK"], client.reply())
        self.assertEqual([b"510 Command filtered"], client.reply())

    def test_commands_may_come_in_any_case_and_byte_by_byte(self):
        client = self.client(self.daemon)
        for byte in b"authenticate\r\ngetinfo version\r\nGetInfo address\r\n":
            client.send(bytes([byte]))
            time.sleep(0.001)
        self.assertEqual([b"250 OK"], client.reply())
        self.assertEqual([b"250-version=0.4.9.99-fake", b"250 OK"], client.reply())
        self.assertEqual([b"510 Command filtered"], client.reply())

    def test_AUTHCHALLENGE_is_filtered_and_AUTHENTICATE_still_works(self):
        client = self.client(self.daemon)
        self.assertFiltered(client, CHALLENGE)
        self.assertAnswers(client, "AUTHENTICATE", "250 OK")
        self.assertNotIn(b"abababab", self.tor.received)

    def test_AUTHCHALLENGE_that_a_rule_allows_gets_515_and_is_not_forwarded(self):
        daemon = self.sieve(self.tor, profile=for_me(commands={"AUTHCHALLENGE": ["SAFECOOKIE .*"]}))
        self.assertAnswers(self.client(daemon), CHALLENGE, "515 Cookie authentication is disabled")
        self.assertNotIn(b"abababab", self.tor.received)

    def test_QUIT_is_acknowledged_and_closes_before_and_after_AUTHENTICATE(self):
        for client in (self.client(self.daemon), self.session(self.daemon)):
            self.assertAnswers(client, "QUIT", "250 closing connection")
            client.expect_closed()

    def test_nothing_after_QUIT_is_read(self):
        client = self.session(self.daemon)
        client.send("GETINFO version\r\nQUIT\r\nGETINFO version\r\nSIGNAL NEWNYM\r\n")
        self.assertEqual(b"250-version=0.4.9.99-fake\r\n250 OK\r\n250 closing connection\r\n", client.rest())

    def test_ownership_is_acknowledged_and_never_forwarded(self):
        client = self.session(self.daemon)
        for command in ("TAKEOWNERSHIP", "takeownership", "DROPOWNERSHIP"):
            self.assertAnswers(client, command, "250 OK")
        self.assertWorks(client)
        self.assertEqual([], self.tor.heard("TAKEOWNERSHIP") + self.tor.heard("DROPOWNERSHIP"))

    def test_an_answer_of_the_profile_is_given_without_asking_tor(self):
        client = self.session(self.daemon)
        self.assertAnswers(client, "GETINFO net/listeners/socks", '250-net/listeners/socks="127.0.0.1:9050"', "250 OK")
        self.assertNotIn(b"GETINFO net/listeners/socks", self.tor.heard("GETINFO"))

    def test_local_answers_keep_their_place_among_tors_replies(self):
        def slowly(session, arguments):
            time.sleep(0.2)
            return None if arguments != "version" else b"250-version=slow\r\n250 OK\r\n"

        self.assertWorks(self.session(self.daemon))
        self.tor.answers["GETINFO"] = slowly
        client = self.client(self.daemon)
        client.send(
            "AUTHENTICATE\r\nGETINFO version\r\nTAKEOWNERSHIP\r\n"
            "GETINFO address\r\nGETINFO version\r\nPROTOCOLINFO 1\r\n"
            "GETINFO net/listeners/socks\r\n\r\nGETINFO version\r\nQUIT\r\n"
        )
        self.assertEqual(
            [
                b"250 OK",
                b"250-version=slow",
                b"250 OK",
                b"250 OK",
                b"510 Command filtered",
                b"250-version=slow",
                b"250 OK",
                b"250-PROTOCOLINFO 1",
                b"250-AUTH METHODS=NULL",
                b'250-VERSION Tor="0.4.9.99-fake"',
                b"250 OK",
                b'250-net/listeners/socks="127.0.0.1:9050"',
                b"250 OK",
                b"510 Command filtered",
                b"250-version=slow",
                b"250 OK",
                b"250 closing connection",
                b"",
            ],
            client.rest().split(b"\r\n"),
        )
