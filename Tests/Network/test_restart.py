# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tor is killed and started again under sessions with services, with streams, and with nothing."""

import time

from harness.processes import eventually
from network.case import NetworkTestCase, application_profile

EVENTS = ("HS_DESC", "STREAM", "CIRC")
SESSIONS = 100
STREAMS = 30
NOTHING = {"circuit-status": [], "stream-status": []}


class RestartTests(NetworkTestCase):
    seconds = 180

    def setUp(self):
        super().setUp()
        self.profile = application_profile(self.echo)
        self.sieve_before_tor = self.sieve_here(self.profile)
        # A failure in between leaves a tor for the tests to come.
        self.addCleanup(lambda: self.start_tor() if self.tor.has_ended() else None)

    def session(self, application, *events):
        session = self.session_of(application, self.sieve_before_tor)
        # As long as a session waits for tor to come back.
        session.timeout = 60
        session.socket.settimeout(60)
        return session.subscribe(*events)

    def start_tor(self):
        self.tor.start()
        eventually(self.tor.is_bootstrapped, lambda: f"tor is back\n{self.tor.tail()}", seconds=60, pause=0.1)

    def restart_tor(self, meanwhile=lambda: None):
        self.tor.kill()
        meanwhile()
        time.sleep(1)
        self.start_tor()
        self.observer = self.unfiltered()

    def test_a_session_with_a_service_is_closed_and_its_application_publishes_again(self):
        publisher = self.session(self.first, "HS_DESC")
        address, key = self.publish(publisher)
        self.assertIsPublished(address)
        self.restart_tor()
        publisher.rest()
        again = self.session(self.first, "HS_DESC")
        self.assertEqual([], again.value("onions/current"))
        self.assertEqual((address, key), self.publish(again, key=key))
        self.await_upload(again, address)
        self.assertEqual([address.encode()], again.value("onions/current"))
        self.assertIsPublished(address)

    def test_sessions_without_services_go_on_and_hear_of_their_own_afterwards(self):
        idle = self.session(self.first)
        listening = self.session(self.second, *EVENTS)
        self.observer.subscribe("STREAM")
        self.identify(self.stream_of(self.second))
        self.assertEqual(1, len(listening.value("circuit-status")))

        self.restart_tor(meanwhile=lambda: listening.command("GETINFO version"))
        self.observer.subscribe("STREAM")
        self.assertRegex(listening.answer()[0], rb"\A250-version=\d")
        self.assertWorks(idle)
        # What was its own is no more, whoever has the number now.
        self.assertEqual(NOTHING, listening.values("circuit-status", "stream-status"))
        listening.events.clear()

        foreign = [self.identify(self.stream_of(self.first)) for _ in range(3)]
        stream = self.stream_of(self.second)
        stream_id, circuit_id = self.identify(stream)
        listening.await_event(
            lambda line: line.startswith(f"650 STREAM {stream_id} SUCCEEDED".encode()), "the new stream opens"
        )
        listening.listen(0.5)
        self.assertEqual({stream_id.encode()}, {line.split()[2] for line in listening.first_lines("STREAM")})
        self.assertNotIn(stream_id, {identity[0] for identity in foreign})
        self.assertEqual([circuit_id], [line.split()[0].decode() for line in listening.value("circuit-status")])
        self.assertTrue(stream.answers())

    def test_numbers_that_tor_gives_again_to_others_are_not_taken_for_ones_own(self):
        # Right after a start the numbers are small, so that they soon come again after the next.
        self.restart_tor()
        self.observer.subscribe("STREAM")
        listening = self.session(self.second, *EVENTS)
        # More than tor uses for itself until it has come up.
        old = [self.identify(self.stream_of(self.second)) for _ in range(STREAMS)]

        self.restart_tor()
        self.observer.subscribe("STREAM")
        self.assertWorks(listening)
        listening.events.clear()
        new = [self.identify(self.stream_of(self.first)) for _ in range(STREAMS)]
        for what, ours, theirs in zip(("streams", "circuits"), zip(*old), zip(*new)):
            self.assertTrue(set(ours) & set(theirs), f"no numbers of {what} came again: {ours}, {theirs}")
        self.assertEqual([], listening.listen(0.5).events)
        self.assertEqual(NOTHING, listening.values("circuit-status", "stream-status"))

    def test_of_a_hundred_sessions_each_goes_on_or_is_closed_cleanly(self):
        sessions = [self.session(a) for a in (self.first, self.second) for _ in range(SESSIONS // 2)]
        publishers = set(sessions[::10])
        for session in publishers:
            self.publish(session)
        self.restart_tor()
        for session in sessions:
            if session in publishers:
                self.assertEqual(b"", session.rest())
            else:
                self.assertWorks(session)
        for session in [self.session(a) for a in (self.first, self.second)]:
            address, _ = self.publish(session)
            self.assertEqual([address.encode()], session.value("onions/current"))
