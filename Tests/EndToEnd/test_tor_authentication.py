# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the daemon proves itself to tor, and what it does not tell an impostor."""

import os
import pwd
import sys

from harness import FakeTor, SieveTestCase, for_me, requires_root
from harness.case import real_tor
from harness.processes import end, eventually, spawn

PROFILE = for_me(commands={"GETINFO": ["version"]})
GAMES = pwd.getpwnam("games").pw_uid
NOT_AVAILABLE = b"551 Tor is not available"


class TorTestCase(SieveTestCase):
    def assertReachesTor(self, sieve):
        self.assertWorks(self.session(sieve))

    def assertNeverReachesTor(self, *sieves):
        clients = [self.client(sieve, timeout=20) for sieve in sieves]
        for client in clients:
            client.send("AUTHENTICATE\r\nGETINFO version\r\n")
        for client in clients:
            self.assertRegex(client.rest(), rb"\A(250 OK\r\n)?" + NOT_AVAILABLE + rb"\r\n\Z")


class AuthenticationTests(TorTestCase):
    def test_the_cookie_opens_tor_over_its_unix_socket(self):
        self.assertReachesTor(self.sieve(real_tor(self), profile=PROFILE))

    def test_the_cookie_opens_tor_over_tcp(self):
        self.assertReachesTor(self.sieve(real_tor(self).options("tcp"), profile=PROFILE))

    def test_SAFECOOKIE_is_what_is_used_where_tor_offers_it_too(self):
        cookie = os.urandom(32)
        (self.directory / "cookie").write_bytes(cookie)
        tor = self.fake_tor(methods=["COOKIE", "SAFECOOKIE"], cookie=cookie)
        self.assertReachesTor(self.sieve(tor, "--tor-cookie", self.directory / "cookie", profile=PROFILE))
        self.assertIn(b"AUTHCHALLENGE SAFECOOKIE", tor.received.upper())
        self.assertNotIn(cookie.hex().encode(), tor.received.lower())

    def test_a_plain_cookie_opens_a_tor_on_a_unix_socket_that_offers_nothing_else(self):
        cookie = os.urandom(32)
        (self.directory / "cookie").write_bytes(cookie)
        tor = self.fake_tor(methods=["COOKIE"], cookie=cookie)
        self.assertReachesTor(self.sieve(tor, "--tor-cookie", self.directory / "cookie", profile=PROFILE))
        self.assertIn(cookie.hex().encode(), tor.received.lower())

    def test_a_plain_cookie_opens_the_real_tor_when_it_is_asked_for(self):
        tor = real_tor(self)
        self.assertReachesTor(self.sieve(tor, "--tor-auth", "cookie", profile=PROFILE))

    def test_a_password_opens_tor_over_its_unix_socket(self):
        tor = real_tor(self, "password")
        self.assertReachesTor(self.sieve(tor, "--tor-password-file", self.password_file(tor.password), profile=PROFILE))

    def test_a_password_opens_tor_over_tcp_when_it_is_asked_for(self):
        tor = real_tor(self, "password")
        self.assertReachesTor(
            self.sieve(
                tor.options("tcp"),
                "--tor-auth",
                "password",
                "--tor-password-file",
                self.password_file(tor.password),
                profile=PROFILE,
            )
        )

    def test_a_password_with_quotes_backslashes_and_a_final_line_break_in_its_file_works(self):
        tor = self.fake_tor(methods=["HASHEDPASSWORD"], password='a "b" \\c')
        self.assertReachesTor(
            self.sieve(tor, "--tor-password-file", self.password_file('a "b" \\c\n'), profile=PROFILE)
        )

    def test_a_tor_without_authentication_is_used_over_its_unix_socket(self):
        self.assertReachesTor(self.sieve(real_tor(self, "none"), profile=PROFILE))

    def test_a_tor_without_authentication_is_used_over_tcp_when_that_is_asked_for(self):
        self.assertReachesTor(self.sieve(real_tor(self, "none").options("tcp"), "--tor-auth", "null", profile=PROFILE))

    def password_file(self, password):
        path = self.directory / "password"
        path.write_text(password)
        path.chmod(0o600)
        return path


class ImpostorTests(TorTestCase):
    """Whoever listens on a TCP port may be somebody else."""

    def setUp(self):
        super().setUp()
        self.cookie = os.urandom(32)
        (self.directory / "cookie").write_bytes(self.cookie)

    def tcp_tor(self, **options):
        tor = FakeTor(**options)
        self.addCleanup(tor.stop)
        return tor

    def tcp_sieve(self, tor, *arguments):
        return self.sieve(["--tor", tor.place, "--tor-cookie", self.directory / "cookie"], *arguments, profile=PROFILE)

    def assertGivesNothingAway(self, tor):
        self.assertEqual([], [s for s in tor.sessions if s.authenticated])
        self.assertEqual([], tor.lines)
        self.assertNotIn(self.cookie.hex().encode(), tor.received.lower())
        self.assertNotIn(self.cookie, tor.received)

    def test_a_tcp_tor_that_offers_only_NULL_or_COOKIE_is_refused(self):
        tors = [
            self.tcp_tor(methods=methods) for methods in (["NULL"], ["COOKIE"], ["NULL", "COOKIE"], ["HASHEDPASSWORD"])
        ]
        self.assertNeverReachesTor(*[self.tcp_sieve(tor) for tor in tors])
        for tor in tors:
            self.assertGivesNothingAway(tor)

    def test_a_tor_with_a_wrong_SERVERHASH_is_refused_and_never_sees_the_cookie(self):
        tor = self.tcp_tor(methods=["COOKIE", "SAFECOOKIE"], lies=True)
        self.assertNeverReachesTor(self.tcp_sieve(tor))
        self.assertIn(b"AUTHCHALLENGE SAFECOOKIE", tor.received.upper())
        self.assertNotIn(b"AUTHENTICATE", tor.received.upper())
        self.assertGivesNothingAway(tor)

    def test_a_cookie_is_never_read_from_the_path_that_tor_names(self):
        tor = self.tcp_tor(methods=["SAFECOOKIE"], cookie_path=self.directory / "other")
        (self.directory / "other").write_bytes(b"x" * 32)
        tor.cookie = b"x" * 32
        self.assertNeverReachesTor(self.tcp_sieve(tor))
        self.assertGivesNothingAway(tor)

    def test_a_method_that_is_asked_for_is_used_over_tcp(self):
        tor = self.tcp_tor(methods=["COOKIE"])
        tor.cookie = self.cookie
        self.assertReachesTor(self.tcp_sieve(tor, "--tor-auth", "cookie"))

    @requires_root
    def test_a_unix_socket_of_another_user_is_not_tors(self):
        tor = self.fake_tor_of_games()
        sieve = self.sieve(["--tor", f"unix:{tor}", "--tor-user", "root"], profile=PROFILE)
        self.assertNeverReachesTor(sieve)

    @requires_root
    def test_a_unix_socket_of_the_user_that_is_named_is_tors(self):
        tor = self.fake_tor_of_games()
        self.assertReachesTor(self.sieve(["--tor", f"unix:{tor}", "--tor-user", "games"], profile=PROFILE))

    @requires_root
    def test_auto_goes_on_past_whoever_is_not_tor(self):
        theirs = self.fake_tor_of_games()
        tor = self.tcp_tor(methods=["SAFECOOKIE"])
        tor.cookie = self.cookie
        host, _, port = tor.place.rpartition(":")
        environment = [f"TOR_CONTROL_IPC_PATH={theirs}", f"TOR_CONTROL_HOST={host}", f"TOR_CONTROL_PORT={port}"]
        self.assertReachesTor(
            self.sieve(
                ["--tor", "auto", "--tor-user", "root", "--tor-cookie", self.directory / "cookie"],
                profile=PROFILE,
                prefix=["env", *environment],
            )
        )

    def test_auto_goes_on_past_a_tor_that_does_not_know_the_cookie(self):
        false = FakeTor(self.directory / "false", methods=["SAFECOOKIE"], lies=True)
        self.addCleanup(false.stop)
        tor = self.tcp_tor(methods=["SAFECOOKIE"])
        tor.cookie = self.cookie
        host, _, port = tor.place.rpartition(":")
        environment = [f"TOR_CONTROL_IPC_PATH={self.directory / 'false'}", f"TOR_CONTROL_HOST={host}", f"TOR_CONTROL_PORT={port}"]
        sieve = self.sieve(
            ["--tor", "auto", "--tor-cookie", self.directory / "cookie"],
            profile=PROFILE,
            prefix=["env", *environment],
        )
        sieve.await_log("is at 127.0.0.1")
        self.assertReachesTor(sieve)

    def fake_tor_of_games(self):
        """A tor process of another user: what the kernel says of the peer is who called listen()."""
        place = self.directory / "theirs"
        place.mkdir()
        os.chown(place, GAMES, GAMES)
        script = (
            "import os, sys, time; sys.path.insert(0, sys.argv[1]); from harness.fake_tor import FakeTor\n"
            f"os.setgroups([]); os.setgid({GAMES}); os.setuid({GAMES})\n"
            "tor = FakeTor(sys.argv[2]); time.sleep(100)"
        )
        process = spawn(
            [sys.executable, "-B", "-c", script, os.path.dirname(os.path.abspath(__file__)), place / "control"]
        )
        self.addCleanup(end, process)
        eventually((place / "control").exists, "the other user's tor listens")
        return place / "control"


class CookieFileTests(TorTestCase):
    def line_about(self, sieve, path):
        """The log lines that name the cookie file."""
        sieve.await_log(str(path))
        return [line for line in sieve.log().splitlines() if str(path) in line]

    def test_a_missing_cookie_file_is_one_clear_line_that_names_it(self):
        tor = self.fake_tor(methods=["COOKIE", "SAFECOOKIE"], cookie=b"k" * 32)
        sieve = self.sieve(tor, "--tor-cookie", self.directory / "no-such-cookie", profile=PROFILE)
        self.assertNeverReachesTor(sieve)
        self.assertTrue(self.line_about(sieve, self.directory / "no-such-cookie"))

    def test_a_wrong_cookie_is_one_clear_line_that_names_the_file(self):
        tor = real_tor(self)
        wrong = self.directory / "wrong-cookie"
        wrong.write_bytes(b"w" * 32)
        sieve = self.sieve(["--tor", f"unix:{tor.socket_path}", "--tor-cookie", wrong], profile=PROFILE)
        self.assertNeverReachesTor(sieve)
        self.assertTrue(self.line_about(sieve, wrong))

    def test_a_cookie_of_the_wrong_length_is_one_clear_line_that_names_the_file(self):
        tor = real_tor(self)
        short = self.directory / "short-cookie"
        short.write_bytes(b"w" * 31)
        sieve = self.sieve(["--tor", f"unix:{tor.socket_path}", "--tor-cookie", short], profile=PROFILE)
        self.assertNeverReachesTor(sieve)
        self.assertTrue(self.line_about(sieve, short))

    def test_a_cookie_that_may_not_be_read_is_one_clear_line_that_names_the_file(self):
        if os.getuid() == 0:
            self.skipTest("root may read every file")
        tor = self.fake_tor(methods=["COOKIE", "SAFECOOKIE"], cookie=b"k" * 32)
        closed = self.directory / "closed-cookie"
        closed.write_bytes(b"k" * 32)
        closed.chmod(0)
        sieve = self.sieve(tor, "--tor-cookie", closed, profile=PROFILE)
        self.assertNeverReachesTor(sieve)
        self.assertTrue(self.line_about(sieve, closed))
