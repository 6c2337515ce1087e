# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies of tor: they must fit their command, and are rewritten as the profile says."""

from harness import SieveTestCase, for_me

PROFILE = for_me(
    commands={
        "GETINFO": [
            "version",
            "a",
            "b",
            "lines",
            "status/.*",
            "missing|gone",
            {
                "pattern": "config-text",
                "response": [
                    {"pattern": "250([+-])config-text=(.*)", "replacement": "250{}config-text={}"},
                    {"pattern": "SocksPort .*", "replacement": "SocksPort ?"},
                ],
            },
            {
                "pattern": "net/listeners/socks",
                "response": [
                    {
                        "pattern": '250-net/listeners/socks=".*"',
                        "replacement": '250-net/listeners/socks="127.0.0.1:9150"',
                    },
                ],
            },
            {
                "pattern": "only-known",
                "response": [
                    {"pattern": "250([+-])only-known=(.*)", "replacement": "250{}only-known={}"},
                    {"pattern": "(known .*)", "replacement": "{}"},
                    {"pattern": r"\.", "replacement": "."},
                    {"pattern": "250 OK", "replacement": "250 OK"},
                    {"else": "drop"},
                ],
            },
            {"pattern": "end-becomes-mid", "response": [{"pattern": "250 OK", "replacement": "250-OK"}]},
            {"pattern": "success-becomes-error", "response": [{"pattern": "250-(.*)", "replacement": "551-{}"}]},
            {"pattern": "(from)/(.*)", "replacement": "to/{1}/{0}"},
        ],
        "SIGNAL": ["NEWNYM", "ACTIVE"],
        "DEL_ONION": [".*"],
    },
    confs={"UseBridges": ["", ".*"], "Bridge": ["", "obfs4 .*"], "Socks5Proxy": None},
)
VERSION = b"250-version=0.4.9.99-fake\r\n250 OK\r\n"


class ReplyTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.daemon = self.sieve(self.tor, profile=PROFILE)


class MisfitTests(ReplyTestCase):
    def outcome(self, keyword, answer, sent):
        """All that a client gets until the close, when tor answers `keyword` so."""
        client = self.session(self.daemon)
        self.assertWorks(client)
        ordinary = dict(self.tor.answers)
        self.tor.answers[keyword] = answer
        client.send(sent)
        got = client.rest()
        self.tor.answers = ordinary
        return got

    def test_a_reply_that_is_not_for_its_command_closes_the_session_before_a_byte_of_it_leaves(self):
        for command, answer in (
            ("GETINFO version", b"250-address=203.0.113.7\r\n250 OK\r\n"),
            ("GETINFO version", b"250 OK\r\n"),
            ("GETINFO version", b"250+address=\r\n203.0.113.7\r\n.\r\n250 OK\r\n"),
            ("GETINFO version", b"250 version=1\r\n"),
            ("GETINFO version", b"250-versions=1\r\n250 OK\r\n"),
            ("GETINFO version", b"250-=\r\n250 OK\r\n"),
            ("GETINFO version", b"250-ServiceID=abc\r\n250 OK\r\n"),
            ("GETINFO a b", b"250-b=2\r\n250-a=1\r\n250 OK\r\n"),
            ("GETCONF UseBridges", b"250 Nickname=secret\r\n"),
            ("GETCONF UseBridges", b"250-Nickname=secret\r\n250 UseBridges=1\r\n"),
            ("SIGNAL NEWNYM", b"250-secret\r\n250 OK\r\n"),
            ("SIGNAL NEWNYM", b"250+secret=\r\nx\r\n.\r\n250 OK\r\n"),
            ("SIGNAL NEWNYM", b"551-secret\r\n551 other\r\n"),
            ("SIGNAL NEWNYM", b"552-secret\r\n552 other\r\n"),
            ("SETCONF UseBridges=1", b"250-secret\r\n250 OK\r\n"),
            ("DEL_ONION abc", b"250-secret\r\n250 OK\r\n"),
        ):
            with self.subTest(command=command, answer=answer):
                self.assertEqual(b"", self.outcome(command.split()[0], answer, command + "\r\n"))

    def test_what_is_no_reply_closes_the_session_before_a_byte_of_it_leaves(self):
        for answer in (
            b"\r\n",
            b"hello\r\n",
            b"25\r\n",
            b"250\r\n",
            b"250?OK\r\n",
            b"\0\xff\xfe\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b" 250 OK\r\n",
            b"A" * 3_000_000 + b"\r\n",
        ):
            with self.subTest(answer[:40]):
                self.assertEqual(b"", self.outcome("SIGNAL", answer, "SIGNAL NEWNYM\r\n"))

    def test_further_lines_of_a_reply_that_stops_fitting_do_not_leave(self):
        for command, answer, allowed in (
            ("GETINFO a b", b"250-a=1\r\n250-secret=2\r\n250 OK\r\n", b"250-a=1\r\n"),
            ("GETINFO a b", b"250-a=1\r\n250 OK\r\n", b"250-a=1\r\n"),
            ("GETINFO a", b"250-a=1\r\n250-b=2\r\n250 OK\r\n", b"250-a=1\r\n"),
            ("GETINFO a", b"250-a=1\r\n551 secret\r\n", b"250-a=1\r\n"),
        ):
            with self.subTest(command=command, answer=answer):
                got = self.outcome("GETINFO", answer, command + "\r\n")
                self.assertIn(got, (b"", allowed))

    def test_two_end_lines_for_one_command_close_the_session(self):
        for sent in (
            "SIGNAL NEWNYM\r\n",
            "SIGNAL NEWNYM\r\nGETINFO version\r\nGETINFO a\r\n",
            "SIGNAL NEWNYM\r\nGETINFO address\r\nGETCONF UseBridges\r\n",
        ):
            with self.subTest(sent):
                got = self.outcome("SIGNAL", b"250 OK\r\n250 OK\r\n", sent)
                # The first is the reply; after the second nothing may be taken for the reply to anything.
                self.assertIn(got, (b"", b"250 OK\r\n", b"250 OK\r\n510 Command filtered\r\n"))

    def test_a_reply_that_nobody_waits_for_closes_the_session(self):
        client = self.session(self.daemon)
        self.assertWorks(client)
        self.tor.emit("250 OK\r\n")
        client.expect_closed()

    def test_other_sessions_do_not_notice(self):
        other = self.session(self.daemon)
        self.assertWorks(other)
        self.outcome("SIGNAL", b"nonsense\r\n", "SIGNAL NEWNYM\r\n")
        self.assertWorks(other)
        self.assertAnswers(other, "SIGNAL NEWNYM", "250 OK")

    def test_an_error_is_passed_on_whole(self):
        client = self.session(self.daemon)
        for keyword, command, reply in (
            ("SIGNAL", "SIGNAL ACTIVE", "552 Unrecognized signal code"),
            ("GETINFO", "GETINFO version", "551 Internal error"),
            ("SETCONF", "SETCONF UseBridges=1", "553 Transition not allowed"),
        ):
            self.tor.answers[keyword] = reply.encode() + b"\r\n"
            self.assertAnswers(client, command, reply)
            del self.tor.answers[keyword]
        self.assertAnswers(
            client, "GETINFO missing gone", '552-Unrecognized key "missing"', '552 Unrecognized key "gone"'
        )
        self.assertWorks(client)


class SeveralKeysTests(ReplyTestCase):
    def setUp(self):
        super().setUp()
        self.tor.info.update(
            {
                "a": "1",
                "b": "2",
                "lines": ["one", ".two", "650 BW 1 2", "250 OK", ""],
                "net/listeners/socks": '"127.0.0.1:9050"',
            }
        )

    def test_keys_that_are_each_allowed_are_allowed_together(self):
        client = self.session(self.daemon)
        self.assertAnswers(client, "GETINFO a version b", "250-a=1", "250-version=0.4.9.99-fake", "250-b=2", "250 OK")
        self.assertAnswers(
            client,
            "GETINFO b lines a",
            "250-b=2",
            "250+lines=",
            "one",
            "..two",
            "650 BW 1 2",
            "250 OK",
            "",
            ".",
            "250-a=1",
            "250 OK",
        )

    def test_one_key_that_is_not_allowed_filters_all(self):
        client = self.session(self.daemon)
        for command in ("GETINFO a address", "GETINFO address a", "GETINFO a  address", "GETINFO a status/x address"):
            self.assertFiltered(client, command)
        self.assertEqual([], [line for line in self.tor.lines if b"address" in line])

    def test_a_pattern_without_a_blank_never_allows_a_second_key(self):
        client = self.session(self.daemon)
        self.assertFiltered(client, "GETINFO status/x address")
        self.tor.info["status/x"] = "1"
        self.assertAnswers(client, "GETINFO status/x", "250-status/x=1", "250 OK")

    def test_rewriting_applies_to_its_own_key_only(self):
        client = self.session(self.daemon)
        self.assertAnswers(
            client,
            "GETINFO a net/listeners/socks b",
            "250-a=1",
            '250-net/listeners/socks="127.0.0.1:9150"',
            "250-b=2",
            "250 OK",
        )

    def test_options_are_asked_for_together_and_in_any_case(self):
        client = self.session(self.daemon)
        self.tor.conf["Bridge"] = ["obfs4 1", "obfs4 2"]
        self.assertAnswers(client, "GETCONF usebridges SOCKS5PROXY", "250-UseBridges=0", "250 Socks5Proxy")
        self.assertAnswers(
            client, "GETCONF Bridge UseBridges", "250-Bridge=obfs4 1", "250-Bridge=obfs4 2", "250 UseBridges=0"
        )
        for command in ("GETCONF UseBridges Nickname", "GETCONF UseBridge", "GETCONF"):
            self.assertFiltered(client, command)

    def test_a_value_swallows_no_further_option(self):
        client = self.session(self.daemon)
        for command in (
            "SETCONF UseBridges=1 Nickname=a",
            'SETCONF UseBridges="1" Nickname=a',
            'SETCONF UseBridges="1" Nickname="a"',
            "SETCONF UseBridges Nickname",
            'SETCONF UseBridges="a\\" Nickname=b',
            "SETCONF Socks5Proxy=1",
            "RESETCONF Socks5Proxy",
            "RESETCONF UseBridges Nickname",
            "SETCONF Bridge=meek",
            'SETCONF Bridge="obfs4 1" Bridge="meek 2"',
            "SETCONF UseBridges=1 Bridge=meek",
            "SETCONF UseBridge=1",
            "SETCONF",
            "SETCONF =1",
        ):
            self.assertFiltered(client, command)
        self.assertEqual([], self.tor.heard("SETCONF") + self.tor.heard("RESETCONF"))
        for command in (
            'SETCONF Bridge="obfs4 1" Bridge="obfs4 2" UseBridges=1',
            "SETCONF Bridge",
            "SETCONF Bridge=",
            "RESETCONF Bridge",
            "resetconf usebridges",
            'SETCONF Bridge="obfs4 \\"x\\""',
        ):
            self.assertAnswers(client, command, "250 OK")
        self.assertEqual(b'SETCONF Bridge="obfs4 1" Bridge="obfs4 2" UseBridges=1', self.tor.heard("SETCONF")[0])


class RewritingTests(ReplyTestCase):
    def test_a_reply_line_is_rewritten(self):
        self.tor.info["net/listeners/socks"] = '"192.0.2.1:9050" "unix:/secret"'
        self.assertAnswers(
            self.session(self.daemon),
            "GETINFO net/listeners/socks",
            '250-net/listeners/socks="127.0.0.1:9150"',
            "250 OK",
        )

    def test_data_lines_are_rewritten_and_the_others_left(self):
        self.assertAnswers(
            self.session(self.daemon),
            "GETINFO config-text",
            "250+config-text=",
            "SocksPort ?",
            "DisableNetwork 1",
            ".",
            "250 OK",
        )

    def test_what_no_pattern_knows_is_dropped_where_the_profile_says_so(self):
        self.tor.info["only-known"] = ["known 1", "secret", "known 2"]
        self.assertAnswers(
            self.session(self.daemon), "GETINFO only-known", "250+only-known=", "known 1", "known 2", ".", "250 OK"
        )

    def test_a_rewritten_line_of_another_kind_or_class_is_not_sent(self):
        self.tor.info.update({"end-becomes-mid": "1", "success-becomes-error": "1"})
        client = self.session(self.daemon)
        for key in ("end-becomes-mid", "success-becomes-error"):
            reply = client.ask(f"GETINFO {key}")
            self.assertEqual(b"551 Reply filtered", reply[-1], reply)
            self.assertNotIn(b"250 OK", reply)
        self.assertWorks(client)

    def test_a_command_is_rewritten_and_its_reply_attributed(self):
        self.tor.info["to/x/from"] = "1"
        self.assertAnswers(self.session(self.daemon), "GETINFO from/x", "250-to/x/from=1", "250 OK")
        self.assertIn(b"GETINFO to/x/from", self.tor.heard("GETINFO"))
