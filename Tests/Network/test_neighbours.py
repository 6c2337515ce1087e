# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two applications with services and streams on one tor: each finds its own, and nothing that says there is another."""

from network.case import FILTERED, NetworkTestCase, application_profile

EVENTS = ("HS_DESC", "STREAM", "CIRC")
KEYS = ("onions/current", "onions/detached", "circuit-status", "stream-status")


def numbers(lines):
    """The ids that lines of circuit-status or stream-status begin with."""
    return {line.split()[0].decode() for line in lines}


class NeighboursTests(NetworkTestCase):
    def setUp(self):
        super().setUp()
        self.sieve_before_tor = self.sieve_here(application_profile(self.echo))
        self.observer.subscribe(*EVENTS)
        self.sessions = [
            self.session_of(application, self.sieve_before_tor).subscribe(*EVENTS)
            for application in (self.first, self.second)
        ]
        self.addresses = [self.publish(session)[0] for session in self.sessions]
        for address in self.addresses:
            self.await_upload(self.observer, address)

    def pairs(self):
        """(session, what is its own, what is the other's), both ways."""
        yield self.sessions[0], self.addresses[0], self.addresses[1]
        yield self.sessions[1], self.addresses[1], self.addresses[0]

    def assertNothingIsSaidOf(self, address, session):
        self.assertNotIn(address.encode(), b"\n".join(line for event in session.events for line in event).lower())

    def test_each_sees_the_events_of_its_own_service_alone(self):
        for address in self.addresses:
            self.assertIsPublished(address)
        self.observer.listen(1)
        for session, own, foreign in self.pairs():
            self.await_upload(session, own)
            session.listen(0.5)
            self.assertNothingIsSaidOf(foreign, session)
            for controller in (session, self.observer):
                actions = {line.split()[2] for line in controller.first_lines("HS_DESC") if own.encode() in line}
                self.assertLessEqual({b"CREATED", b"UPLOAD", b"UPLOADED"}, actions)

    def test_every_event_of_its_own_publication_reaches_the_publisher_as_tor_sent_it(self):
        for session, own, _ in self.pairs():
            self.await_upload(session, own)
            session.listen(1)
            # Tor may go on uploading.
            self.observer.listen(0.5)
            kinds = (b"CREATED", b"UPLOAD", b"UPLOADED")
            ours, theirs = (
                [line for line in c.first_lines("HS_DESC") if line.split()[2] in kinds and own.encode() in line]
                for c in (session, self.observer)
            )
            self.assertGreater(len(ours), 2)
            self.assertEqual(theirs[: len(ours)], ours)

    def test_a_visitor_of_a_service_is_not_shown_to_either(self):
        self.observer.events.clear()
        stream = self.visit(self.addresses[0])
        self.assertTrue(stream.answers())
        self.observer.listen(0.5)
        self.assertTrue(
            any(self.addresses[0].encode() in line for line in self.observer.first_lines("STREAM")),
            "the observer has not seen the visitor",
        )
        for session in self.sessions:
            session.listen(0.5)
            self.assertEqual([], session.first_lines("STREAM") + session.first_lines("CIRC"))
            values = session.values("circuit-status", "stream-status")
            self.assertEqual({"circuit-status": [], "stream-status": []}, values)

    def test_each_finds_only_its_own_services_streams_and_circuits_in_what_it_asks_for(self):
        streams = [self.stream_of(self.first), self.stream_of(self.second)]
        identities = [self.identify(stream) for stream in streams]
        for number, session in enumerate(self.sessions):
            session.listen(0.5)
            stream_id, circuit_id = identities[number]
            everything = self.observer.values("circuit-status", "stream-status")
            self.assertLess({identity[1] for identity in identities}, numbers(everything["circuit-status"]))
            self.assertLessEqual({identity[0] for identity in identities}, numbers(everything["stream-status"]))
            # In one command, and each alone.
            found = session.values(*KEYS)
            self.assertEqual({key: session.value(key) for key in KEYS}, found)
            self.assertEqual([self.addresses[number].encode()], found["onions/current"])
            self.assertEqual([], found["onions/detached"])
            for key, own in (("circuit-status", circuit_id), ("stream-status", stream_id)):
                self.assertEqual([line for line in everything[key] if line.split()[0] == own.encode()], found[key])

    def test_each_hears_of_its_own_streams_alone_and_of_their_circuits(self):
        streams = [self.stream_of(self.first), self.stream_of(self.second)]
        identities = [self.identify(stream) for stream in streams]
        for _, circuit_id in identities:
            self.assertEqual([b"250 OK"], self.observer.ask(f"CLOSECIRCUIT {circuit_id}"))
        for _, circuit_id in identities:
            closed = f"650 CIRC {circuit_id} CLOSED".encode()
            self.observer.await_event(lambda line: line.startswith(closed), f"circuit {circuit_id} closes")
        for session, (stream_id, circuit_id) in zip(self.sessions, identities):
            session.await_event(
                lambda line: line.startswith(f"650 CIRC {circuit_id} CLOSED".encode()), "the own circuit closes"
            )
            session.listen(0.5)
            self.assertEqual({circuit_id.encode()}, {line.split()[2] for line in session.first_lines("CIRC")})
            self.assertEqual(
                [line for line in self.observer.first_lines("STREAM") if line.split()[2] == stream_id.encode()],
                session.first_lines("STREAM"),
            )

    def test_another_session_of_the_same_application_has_no_part_in_what_is_not_detached(self):
        other = self.session_of(self.first, self.sieve_before_tor)
        self.assertEqual([], other.value("onions/current"))
        self.assertEqual(FILTERED, other.ask(f"DEL_ONION {self.addresses[0]}"))
        self.assertEqual([self.addresses[0].encode()], self.sessions[0].value("onions/current"))
