# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""--complain: what a profile lacks passes, for local clients that a profile is for; the walls stand."""

from harness import ME, FakeTor, RemoteHost, SieveTestCase, for_me, free_port, requires_root
from harness.namespace import OUR_ADDRESS, THEIR_ADDRESS

PROFILE = for_me(
    commands={
        "GETINFO": ["version", {"pattern": "address", "deny": True}],
        "SIGNAL": [{"pattern": "HALT|SHUTDOWN", "deny": True}],
    },
    hosts=[THEIR_ADDRESS],
)


class ComplainTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        cookie = self.directory / "cookie"
        cookie.write_bytes(b"c" * 32)
        self.tor = FakeTor(methods=["SAFECOOKIE"], cookie=b"c" * 32)
        self.addCleanup(self.tor.stop)
        self.options = ["--tor", self.tor.place, "--tor-cookie", cookie]
        self.tor.info["traffic/read"] = "1"

    def assertComplains(self, client):
        self.assertAnswers(client, "GETINFO traffic/read", "250-traffic/read=1", "250 OK")
        self.assertAnswers(client, "SIGNAL NEWNYM", "250 OK")
        self.assertAnswers(client, "SETEVENTS BW", "250 OK")
        self.assertAnswers(client, "GETCONF UseBridges", "250 UseBridges=0")

    def assertFilters(self, client):
        for command in ("GETINFO traffic/read", "SIGNAL NEWNYM", "SETEVENTS BW", "GETCONF UseBridges"):
            self.assertFiltered(client, command)

    def test_what_would_have_been_filtered_passes_and_is_logged(self):
        daemon = self.sieve(self.options, "--complain", profile=PROFILE)
        self.assertComplains(self.session(daemon))
        daemon.await_log("traffic/read")

    def test_deny_rules_stand(self):
        client = self.session(self.sieve(self.options, "--complain", profile=PROFILE))
        for command in (
            "GETINFO address",
            "getinfo address",
            "GETINFO  address",
            "GETINFO version address",
            "GETINFO address version",
            'SIGNAL "HALT"',
            "SIGNAL HALT",
            "SIGNAL SHUTDOWN",
        ):
            self.assertFiltered(client, command)
        self.assertEqual([], self.tor.heard("SIGNAL"))

    def test_what_is_answered_here_is_still_answered_here(self):
        client = self.session(self.sieve(self.options, "--complain", profile=PROFILE))
        for command in ("TAKEOWNERSHIP", "DROPOWNERSHIP"):
            self.assertAnswers(client, command, "250 OK")
        self.assertRegex(client.ask("AUTHCHALLENGE SAFECOOKIE " + "ab" * 32)[-1], rb"^51[05] ")
        self.assertAnswers(client, "QUIT", "250 closing connection")
        self.assertEqual([], self.tor.heard("TAKEOWNERSHIP") + self.tor.heard("DROPOWNERSHIP"))
        self.assertNotIn(b"ab" * 32, self.tor.received)

    def test_control_ports_are_still_no_target_and_bad_lines_still_bad(self):
        client = self.session(self.sieve(self.options, "--complain", profile=PROFILE, listen=["unix", "tcp"]))
        self.assertFiltered(client, f"ADD_ONION NEW:BEST Port=80,127.0.0.1:{self.tor.port}")
        self.assertFiltered(client, f"ADD_ONION NEW:BEST Port=80,{self.tor.port}")
        for line in (
            b"",
            b"GETINFO\tversion",
            b"GETINFO \xff",
            b'SETCONF Nickname="a\\r\\n250 OK"',
            b" GETINFO version",
        ):
            client.send(line + b"\r\n")
            self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertEqual([], self.tor.heard("ADD_ONION") + self.tor.heard("SETCONF"))
        self.assertEqual(3, len(client.ask("ADD_ONION NEW:BEST Port=80,127.0.0.1:17600")))

    def test_a_client_that_no_profile_is_for_is_filtered(self):
        daemon = self.sieve(self.options, "--complain", profile={**PROFILE, "users": ["no-such-user"]})
        self.assertFilters(self.session(daemon))

    def test_it_may_be_for_one_user_only(self):
        self.write_profile(PROFILE)
        self.assertComplains(self.session(self.sieve(self.options, f"--complain={ME}")))
        self.assertFilters(
            self.session(self.sieve(self.options, "--complain=nobody" if ME != "nobody" else "--complain=root"))
        )

    def test_the_user_that_it_is_for_stays_the_same_whatever_option_follows(self):
        self.write_profile(PROFILE)
        other = "nobody" if ME != "nobody" else "root"
        for user, judge in ((other, self.assertFilters), (ME, self.assertComplains)):
            for form in ([f"--complain={user}"], ["--complain", user]):
                with self.subTest(user=user, form=form):
                    judge(self.session(self.sieve(self.options, *form, "--debug")))

    def test_without_a_user_it_is_for_all_whom_a_profile_is_for_whatever_option_follows(self):
        self.assertComplains(self.session(self.sieve(self.options, "--complain", "--debug", profile=PROFILE)))

    @requires_root
    def test_a_remote_client_is_filtered(self):
        remote = RemoteHost().start()
        self.addCleanup(remote.stop)
        place = (OUR_ADDRESS, free_port(OUR_ADDRESS))
        self.sieve(self.options, "--complain", profile=PROFILE, listen=["unix", place])
        lines = remote.send(place, ["GETINFO version", "GETINFO traffic/read", "SIGNAL NEWNYM"])
        self.assertEqual(
            [b"250-version=0.4.9.99-fake", b"250 OK", b"510 Command filtered", b"510 Command filtered"], lines
        )
        self.assertEqual([], self.tor.heard("SIGNAL"))
