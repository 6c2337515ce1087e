# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`tor-browser-mode` with the streams of several clients at once."""

from harness.namespace import OUR_ADDRESS, THEIR_ADDRESS
from network.case import NetworkTestCase, local_profile, remote_profile

PROFILE = {
    **local_profile(),
    **remote_profile(),
    "tor-browser-mode": True,
    "commands": {"GETINFO": ["circuit-status", "version"]},
    "events": {name: None for name in ("STREAM", "CIRC", "CIRC_MINOR", "CIRC_BW", "STREAM_BW", "ADDRMAP")},
}
NO_CIRCUITS = [b"250-circuit-status=", b"250 OK"]


class StreamsTests(NetworkTestCase):
    def setUp(self):
        super().setUp()
        self.sieve_before_tor = self.sieve_for_both(PROFILE)
        self.observer.subscribe("STREAM", "CIRC")
        self.sessions = {
            application: self.browsing(self.session_of(application, self.sieve_before_tor))
            for application in (self.first, self.second)
        }

    @staticmethod
    def browsing(session):
        return session.subscribe(*PROFILE["events"])

    def remote_application(self):
        remote = self.application("remote", host=self.host)
        self.sessions[remote] = self.browsing(
            self.session_of(remote, self.sieve_before_tor, self.sieve_before_tor.addresses[1])
        )
        return remote

    def close_circuit(self, circuit_id):
        self.assertEqual([b"250 OK"], self.observer.ask(f"CLOSECIRCUIT {circuit_id}"))
        closed = f"650 CIRC {circuit_id} CLOSED".encode()
        self.observer.await_event(lambda line: line.startswith(closed), f"circuit {circuit_id} closes")

    def observed(self, kind, *ids):
        """The events of one kind about these ids, as the observer got them."""
        wanted = {number.encode() for number in ids}
        return [line for line in self.observer.first_lines(kind) if line.split()[2] in wanted]

    def circuit_lines(self, *ids):
        wanted = {number.encode() for number in ids}
        return [line for line in self.observer.value("circuit-status") if line.split()[0] in wanted]

    def assertHears(self, application, *identities):
        """It has heard everything of these streams, and nothing but that; of circuits, ids that it was shown."""
        session = self.sessions[application].listen(0.5)
        self.observer.listen(0.2)
        self.assertEqual(
            self.observed("STREAM", *(stream_id for stream_id, _ in identities)),
            session.first_lines("STREAM"),
            f"what {application.name} hears of streams",
        )
        allowed = {f"650 CIRC {circuit_id} CLOSED".encode() for _, circuit_id in identities}
        self.assertLessEqual(set(session.first_lines("CIRC")), allowed, f"what {application.name} hears of circuits")
        for kind in ("CIRC_MINOR", "CIRC_BW", "STREAM_BW", "ADDRMAP"):
            self.assertEqual([], session.first_lines(kind))

    def test_each_hears_of_its_own_streams_alone(self):
        opened = {
            application: [self.stream_of(application) for _ in range(3)] for application in (self.first, self.second)
        }
        identities = {application: list(map(self.identify, streams)) for application, streams in opened.items()}
        for application in opened:
            self.assertHears(application, *identities[application])
        opened[self.first][0].close()
        closed = f"650 STREAM {identities[self.first][0][0]} CLOSED".encode()
        self.observer.await_event(lambda line: line.startswith(closed), "the stream closes")
        for application in opened:
            self.assertHears(application, *identities[application])
        self.assertIn(closed, b"\n".join(self.sessions[self.first].first_lines()))

    def test_a_stream_of_another_process_of_the_same_user_is_shown_and_one_of_root_is_not(self):
        sibling = self.application("sibling", user="games")
        root = self.application("root")
        identities = [self.identify(self.stream_of(application)) for application in (sibling, root)]
        self.assertHears(self.first, identities[0])
        self.assertHears(self.second)

    def test_a_stream_that_is_older_than_the_session_belongs_to_nobody(self):
        stream = self.stream_of(self.first)
        stream_id, circuit_id = self.identify(stream)
        late = self.browsing(self.session_of(self.first, self.sieve_before_tor))
        self.assertEqual(NO_CIRCUITS, late.ask("GETINFO circuit-status"))
        stream.close()
        closed = f"650 STREAM {stream_id} CLOSED".encode()
        self.observer.await_event(lambda line: line.startswith(closed), "the stream closes")
        self.close_circuit(circuit_id)
        self.assertEqual([], late.listen(0.5).events)
        self.assertHears(self.first, (stream_id, circuit_id))

    def test_circuit_status_shows_none_one_and_several_in_the_form_that_tor_gives_them(self):
        first, second = self.sessions[self.first], self.sessions[self.second]
        self.assertTrue(self.observer.value("circuit-status"), "the observer sees no circuit either")
        self.assertEqual(NO_CIRCUITS, first.ask("GETINFO circuit-status"))

        foreign = self.identify(self.stream_of(self.second))[1]
        self.assertEqual(NO_CIRCUITS, first.ask("GETINFO circuit-status"))

        one = self.identify(self.stream_of(self.first))[1]
        self.assertEqual(
            [b"250-circuit-status=" + self.circuit_lines(one)[0], b"250 OK"], first.ask("GETINFO circuit-status")
        )

        two, three = (self.identify(self.stream_of(self.first))[1] for _ in range(2))
        self.assertEqual(
            [b"250+circuit-status=", *self.circuit_lines(one, two, three), b".", b"250 OK"],
            first.ask("GETINFO circuit-status"),
        )
        self.assertEqual(
            [b"250-circuit-status=" + self.circuit_lines(foreign)[0], b"250 OK"], second.ask("GETINFO circuit-status")
        )

        version = first.value("version")
        several = first.values("circuit-status", "version")
        self.assertEqual({"circuit-status": self.circuit_lines(one, two, three), "version": version}, several)

        for circuit_id in (one, two, three):
            self.close_circuit(circuit_id)
        self.assertEqual(NO_CIRCUITS, first.ask("GETINFO circuit-status"))

    def test_CIRC_events_carry_only_the_ids_of_circuits_that_were_shown(self):
        (_, own), (_, foreign) = (self.identify(self.stream_of(a)) for a in (self.first, self.second))
        self.close_circuit(foreign)
        self.close_circuit(own)
        for application, circuit_id in ((self.first, own), (self.second, foreign)):
            expected = f"650 CIRC {circuit_id} CLOSED".encode()
            session = self.sessions[application]
            session.await_event(lambda line: line == expected, f"{application.name} hears that its circuit closed")
            session.listen(0.5)
            self.assertEqual([expected], session.first_lines("CIRC"))
        # The observer hears where they led.
        self.assertTrue(all(b"$" in line for line in self.observed("CIRC", own, foreign)[-2:]))

    def test_streams_that_share_a_circuit_are_still_told_apart(self):
        own, foreign = (self.identify(self.stream_of(a, isolation="shared")) for a in (self.first, self.second))
        self.assertEqual(own[1], foreign[1])
        self.assertHears(self.first, own)
        self.assertHears(self.second, foreign)

    def test_a_remote_client_hears_of_the_streams_from_its_address_alone_and_local_ones_do_not(self):
        remote = self.remote_application()
        socks = self.tor.remote_socks_address
        streams = {
            remote: self.stream_of(remote, socks_address=socks),
            self.first: self.stream_of(self.first),
            # A local program at the listener that is for remote ones.
            self.second: self.stream_of(self.second, socks_address=socks),
        }
        self.assertTrue(streams[remote].source.startswith(f"{THEIR_ADDRESS}:"))
        self.assertTrue(streams[self.second].source.startswith(f"{OUR_ADDRESS}:"))
        identities = {application: self.identify(stream) for application, stream in streams.items()}
        for application, identity in identities.items():
            self.assertHears(application, identity)
            self.assertEqual(
                [b"250-circuit-status=" + self.circuit_lines(identity[1])[0], b"250 OK"],
                self.sessions[application].ask("GETINFO circuit-status"),
            )
        self.close_circuit(identities[remote][1])
        expected = f"650 CIRC {identities[remote][1]} CLOSED".encode()
        self.sessions[remote].await_event(lambda line: line == expected, "the remote client's circuit closed")
        for application, identity in identities.items():
            self.assertHears(application, identity)
