# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events: a client sees those that it asked for and may see, whole and in their place."""

from harness import SieveTestCase, for_me

PROFILE = for_me(
    commands={"GETINFO": ["version", "lines"], "SIGNAL": ["NEWNYM"]},
    events={
        "SIGNAL": {"suppress": True},
        "STATUS_CLIENT": {"suppress": True},
        "BW": None,
        "CONF_CHANGED": None,
        "NS": None,
        "NOTICE": {"response": [{"pattern": "650 NOTICE .*secret.*", "replacement": ""}]},
        "HS_DESC": {
            "response": [
                {
                    "pattern": r"650 HS_DESC (CREATED|UPLOAD|UPLOADED) (\S+) (\S+) .*",
                    "replacement": "650 HS_DESC {} {} {} redacted",
                },
                {"pattern": ".*", "replacement": ""},
            ]
        },
        "HS_DESC_CONTENT": {"response": [{"pattern": "650[+]HS_DESC_CONTENT .*", "replacement": ""}]},
    },
)


class EventTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.daemon = self.sieve(self.tor, profile=PROFILE)

    def subscribed(self, events):
        client = self.session(self.daemon)
        self.assertAnswers(client, f"SETEVENTS {events}".rstrip(), "250 OK")
        self.assertWorks(client)
        return client

    def assertGets(self, client, sent, expected):
        """Of what tor sends the client gets this, before the reply to its next command."""
        self.tor.emit(sent)
        lines = []
        client.command("GETINFO version")
        while True:
            line = client.line()
            if line.startswith(b"250-version="):
                break
            lines.append(line)
        self.assertEqual(b"250 OK", client.line())
        self.assertEqual(expected.encode().split(b"\r\n")[:-1], lines)


class SubscriptionTests(EventTestCase):
    def asked_of_tor(self):
        return [
            set(line.upper().split()[1:]) - {b"STREAM", b"CIRC", b"HS_DESC", b"EXTENDED"}
            for line in self.tor.heard("SETEVENTS")
        ]

    def test_a_suppressed_event_is_acknowledged_and_not_asked_of_tor(self):
        self.subscribed("SIGNAL BW STATUS_CLIENT")
        self.assertEqual({b"BW"}, self.asked_of_tor()[-1])
        client = self.subscribed("SIGNAL")
        for asked in self.asked_of_tor():
            self.assertNotIn(b"SIGNAL", asked)
        self.assertGets(client, "650 SIGNAL NEWNYM\r\n", "")

    def test_an_event_that_is_not_listed_filters_the_command(self):
        client = self.session(self.daemon)
        for command in (
            "SETEVENTS CIRC",
            "SETEVENTS BW CIRC",
            "SETEVENTS CIRC BW",
            "SETEVENTS NOSUCHEVENT",
            "SETEVENTS BW,SIGNAL",
        ):
            self.assertFiltered(client, command)
        self.assertEqual([], [asked for asked in self.asked_of_tor() if asked])

    def test_a_refused_SETEVENTS_leaves_the_subscription_as_it_was(self):
        client = self.subscribed("BW")
        self.assertFiltered(client, "SETEVENTS CIRC")
        self.assertGets(client, "650 BW 1 2\r\n", "650 BW 1 2\r\n")

    def test_EXTENDED_and_any_case_and_retired_events_are_accepted(self):
        for events in ("EXTENDED BW", "bw extended", "BW AUTHDIR_NEWDESCS"):
            client = self.subscribed(events)
            self.assertGets(client, "650 BW 1 2\r\n", "650 BW 1 2\r\n")
        for asked in self.asked_of_tor():
            self.assertLessEqual(asked, {b"BW"})

    def test_an_empty_SETEVENTS_ends_the_subscription(self):
        client = self.subscribed("BW")
        self.assertAnswers(client, "SETEVENTS", "250 OK")
        self.assertGets(client, "650 BW 1 2\r\n", "")

    def test_a_later_SETEVENTS_replaces_the_earlier_one(self):
        client = self.subscribed("BW")
        self.assertAnswers(client, "SETEVENTS NS", "250 OK")
        self.assertGets(client, "650 BW 1 2\r\n650+NS\r\nr a\r\n.\r\n650 OK\r\n", "650+NS\r\nr a\r\n.\r\n650 OK\r\n")


class DeliveryTests(EventTestCase):
    def test_events_that_nobody_asked_for_are_dropped(self):
        client = self.subscribed("BW")
        self.assertGets(
            client,
            "650 CIRC 1 BUILT\r\n650 SIGNAL NEWNYM\r\n"
            "650-CONF_CHANGED\r\n650-A=1\r\n650 OK\r\n650+NS\r\nr a\r\n.\r\n650 OK\r\n"
            "650 BW 3 4\r\n650 NOSUCHEVENT x\r\n",
            "650 BW 3 4\r\n",
        )
        silent = self.session(self.daemon)
        self.assertWorks(silent)
        self.assertGets(silent, "650 BW 5 6\r\n", "")

    def test_events_of_several_lines_and_with_data_pass_whole(self):
        client = self.subscribed("CONF_CHANGED NS")
        changed = "650-CONF_CHANGED\r\n650-SocksPort=0\r\n650-Nickname\r\n650 OK\r\n"
        data = "650+NS\r\nr name\r\n..dotted\r\n250 OK\r\n650 BW 1 2\r\n\r\n.\r\n650 OK\r\n"
        self.assertGets(client, changed + data + changed, changed + data + changed)

    def test_an_event_is_rewritten(self):
        client = self.subscribed("HS_DESC")
        self.assertGets(
            client,
            "650 HS_DESC UPLOAD abc UNKNOWN $ABCD~relay secret\r\n",
            "650 HS_DESC UPLOAD abc UNKNOWN redacted\r\n",
        )

    def test_an_event_whose_rewriting_is_empty_is_dropped_with_its_data(self):
        client = self.subscribed("HS_DESC HS_DESC_CONTENT NOTICE BW")
        self.assertGets(
            client,
            "650 HS_DESC REQUESTED abc secret\r\n"
            "650+HS_DESC_CONTENT abc d $AB\r\nhs-descriptor 3\r\nsecret\r\n.\r\n650 OK\r\n"
            "650 NOTICE a secret\r\n650 NOTICE a plain one\r\n650 BW 1 2\r\n",
            "650 NOTICE a plain one\r\n650 BW 1 2\r\n",
        )

    def test_events_come_between_replies_in_tors_order(self):
        client = self.subscribed("BW")
        self.tor.answers["SIGNAL"] = b"650 BW 1 1\r\n250 OK\r\n650 BW 2 2\r\n"
        client.send("SIGNAL NEWNYM\r\nSIGNAL NEWNYM\r\n")
        self.assertEqual(
            [b"650 BW 1 1", b"250 OK", b"650 BW 2 2", b"650 BW 1 1", b"250 OK", b"650 BW 2 2"],
            [client.line() for _ in range(6)],
        )

    def test_650_inside_a_data_block_is_data(self):
        self.tor.info["lines"] = ["650 BW 1 2", "650-CONF_CHANGED", "650 OK", "250 OK"]
        client = self.subscribed("BW")
        self.assertAnswers(
            client, "GETINFO lines", "250+lines=", "650 BW 1 2", "650-CONF_CHANGED", "650 OK", "250 OK", ".", "250 OK"
        )
        self.assertWorks(client)

    def test_what_is_neither_reply_nor_event_closes_the_session_before_a_byte_of_it_leaves(self):
        for bad in ("651 BW 1 2\r\n", "650-BW\r\n250 OK\r\n", "650\r\n", "BW 1 2\r\n"):
            with self.subTest(bad):
                client = self.subscribed("BW")
                self.tor.live_sessions()[-1].send(bad)
                # The first line of an event may have left by the time its second turns out to be none.
                self.assertIn(client.rest(), (b"", b"650-BW\r\n"))

    def test_each_session_has_subscriptions_of_its_own(self):
        first, second = self.subscribed("BW"), self.subscribed("NS")
        self.assertGets(first, "650 BW 1 2\r\n", "650 BW 1 2\r\n")
        self.assertGets(second, "650 BW 1 2\r\n", "")


class TorBrowserModeTests(SieveTestCase):
    def test_streams_and_circuits_of_others_are_acknowledged_and_never_shown(self):
        tor = self.fake_tor()
        tor.info.update(
            {
                "circuit-status": ["1 BUILT $AB~x PURPOSE=GENERAL", "2 BUILT $CD~y"],
                "stream-status": "1 SUCCEEDED 1 example.com:80",
            }
        )
        for key in ("tor-browser-mode", "restrict-stream-events"):
            with self.subTest(key):
                daemon = self.sieve(
                    tor,
                    profile=for_me(
                        commands={"GETINFO": ["version", "circuit-status", "stream-status"]},
                        events={"STREAM": None, "CIRC": None},
                        **{key: True},
                    ),
                )
                client = self.session(daemon)
                self.assertAnswers(client, "SETEVENTS STREAM CIRC", "250 OK")
                self.assertWorks(client)
                tor.emit(
                    "650 STREAM 5 NEW 0 example.com:443 SOURCE_ADDR=192.0.2.77:1 PURPOSE=USER\r\n"
                    "650 CIRC 7 BUILT $AB~x PURPOSE=GENERAL\r\n"
                    "650 CIRC 7 CLOSED $AB~x REASON=FINISHED\r\n"
                )
                self.assertAnswers(client, "GETINFO circuit-status", "250-circuit-status=", "250 OK")
                self.assertAnswers(client, "GETINFO stream-status", "250-stream-status=", "250 OK")
                self.assertWorks(client)
