# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`own: true` on commands: one's own circuits, streams, services and keys obey, those of others cannot be touched."""

import base64
import os
import re

from network.case import FILTERED, NetworkTestCase, application_profile

OK = [b"250 OK"]


def new_key():
    return "x25519:" + base64.b64encode(os.urandom(32)).decode()


class OwnCommandsTestCase(NetworkTestCase):
    def setUp(self):
        super().setUp()
        self.profile = application_profile(self.echo)
        self.sieve_before_tor = self.sieve_here(self.profile)
        self.one, self.other = (self.session_of(a, self.sieve_before_tor) for a in (self.first, self.second))


class CircuitsAndStreamsTests(OwnCommandsTestCase):
    def setUp(self):
        super().setUp()
        self.observer.subscribe("STREAM")

    def assertObeys(self, session, application):
        """What has been refused was not refused because everything is."""
        stream = self.stream_of(application)
        self.assertEqual(OK, session.ask(f"CLOSESTREAM {self.identify(stream)[0]} 1"))
        self.assertTrue(stream.is_closed())

    def test_CLOSECIRCUIT_closes_ones_own_circuits_only(self):
        stream = self.stream_of(self.first)
        _, circuit_id = self.identify(stream)
        for command in (f"CLOSECIRCUIT {circuit_id}", f"CLOSECIRCUIT {circuit_id} "):
            self.assertEqual(FILTERED, self.other.ask(command))
        self.assertTrue(stream.answers())
        # With a blank behind it, as stem sends it.
        self.assertEqual(OK, self.one.ask(f"CLOSECIRCUIT {circuit_id} "))
        self.assertTrue(stream.is_closed())

    def test_CLOSESTREAM_closes_ones_own_streams_only(self):
        stream = self.stream_of(self.first)
        stream_id, _ = self.identify(stream)
        self.assertEqual(FILTERED, self.other.ask(f"CLOSESTREAM {stream_id} 1"))
        self.assertTrue(stream.answers())
        self.assertEqual(OK, self.one.ask(f"CLOSESTREAM {stream_id} 1"))
        self.assertTrue(stream.is_closed())

    def test_a_circuit_that_carries_a_stream_of_somebody_else_is_not_ones_own(self):
        streams = [self.stream_of(a, isolation="both") for a in (self.first, self.second)]
        circuits = {self.identify(stream)[1] for stream in streams}
        self.assertEqual(1, len(circuits))
        for session in (self.one, self.other):
            self.assertEqual(FILTERED, session.ask(f"CLOSECIRCUIT {min(circuits)}"))
        for stream in streams:
            self.assertTrue(stream.answers())
        self.assertObeys(self.one, self.first)

    def test_circuits_of_tor_itself_and_those_that_are_not_there_are_filtered_alike(self):
        own_of_tor = self.observer.value("circuit-status")[0].split()[0].decode()
        for number in (own_of_tor, "4000000000"):
            self.assertEqual(FILTERED, self.one.ask(f"CLOSECIRCUIT {number}"))
            self.assertEqual(FILTERED, self.one.ask(f"CLOSESTREAM {number} 1"))
        self.assertObeys(self.one, self.first)

    def test_a_stream_that_is_older_than_the_session_cannot_be_closed_from_it(self):
        stream = self.stream_of(self.first)
        stream_id, circuit_id = self.identify(stream)
        late = self.session_of(self.first, self.sieve_before_tor)
        self.assertEqual(FILTERED, late.ask(f"CLOSESTREAM {stream_id} 1"))
        self.assertEqual(FILTERED, late.ask(f"CLOSECIRCUIT {circuit_id}"))
        self.assertTrue(stream.answers())
        self.assertObeys(late, self.first)


class ServicesTests(OwnCommandsTestCase):
    def test_DEL_ONION_of_the_service_of_somebody_else_is_filtered(self):
        address, _ = self.publish(self.one)
        for spelling in (address, address.upper()):
            self.assertEqual(FILTERED, self.other.ask(f"DEL_ONION {spelling}"))
        self.assertEqual([address.encode()], self.one.value("onions/current"))
        self.assertIsPublished(address)
        self.assertEqual(OK, self.one.ask(f"DEL_ONION {address}"))
        self.assertEqual([], self.one.value("onions/current"))

    def test_a_detached_service_is_its_applications_in_later_sessions_too_and_nobody_elses(self):
        address, _ = self.publish(self.one, arguments=" Flags=Detach")
        self.addCleanup(lambda: self.tor.controller().ask(f"DEL_ONION {address}"))
        self.one.close()
        later = self.session_of(self.first, self.sieve_before_tor)
        listed = [address.encode()]
        self.assertEqual(listed, self.observer.value("onions/detached"))
        self.assertEqual(listed, later.value("onions/detached"))
        self.assertEqual([], later.value("onions/current"))
        self.assertEqual([], self.other.value("onions/detached"))
        self.assertEqual(FILTERED, self.other.ask(f"DEL_ONION {address}"))
        self.assertIsPublished(address)
        self.assertEqual(OK, later.ask(f"DEL_ONION {address}"))
        self.assertEqual([], later.value("onions/detached"))
        self.assertEqual([], self.observer.value("onions/detached"))

    def test_detached_services_that_were_published_past_the_filter_are_nobodys(self):
        address, _ = self.publish(self.unfiltered(), arguments=" Flags=Detach")
        self.addCleanup(lambda: self.tor.controller().ask(f"DEL_ONION {address}"))
        for session in (self.one, self.other):
            self.assertEqual([], session.value("onions/detached"))
            self.assertEqual(FILTERED, session.ask(f"DEL_ONION {address}"))
        self.assertEqual([address.encode()], self.observer.value("onions/detached"))


class FetchingTests(OwnCommandsTestCase):
    def setUp(self):
        super().setUp()
        self.observer.subscribe("HS_DESC")
        self.addresses = []
        for _ in range(2):
            address, _ = self.publish(self.unfiltered())
            self.await_upload(self.observer, address)
            self.addresses.append(address)
        # All directories have them now.
        self.observer.listen(2)

    def await_received(self, session, address):
        start = b"650 HS_DESC RECEIVED " + address.encode()
        session.await_event(lambda line: line.startswith(start), f"the descriptor of {address} has come", seconds=30)

    def test_who_fetches_a_descriptor_hears_of_that_address_until_it_has_come(self):
        wanted, unrelated = self.addresses
        for session in (self.one, self.other):
            session.subscribe("HS_DESC")
        self.assertEqual(OK, self.one.ask(f"HSFETCH {wanted}"))
        self.assertEqual(OK, self.other.ask(f"HSFETCH {unrelated}"))
        for session, own, foreign in ((self.one, wanted, unrelated), (self.other, unrelated, wanted)):
            self.await_received(session, own)
            self.await_received(self.observer, own)
            session.listen(0.5)
            self.assertNotIn(foreign.encode(), b"\n".join(session.first_lines()))

        # Somebody else fetches the same again: it gives no right to hear of that.
        for session in (self.one, self.other, self.observer):
            session.events.clear()
        self.assertEqual(OK, self.observer.ask(f"HSFETCH {wanted}"))
        self.await_received(self.observer, wanted)
        for session in (self.one, self.other):
            self.assertEqual([], session.listen(0.5).events)

    def test_a_fetch_gives_no_right_to_the_service(self):
        wanted = self.addresses[0]
        self.one.subscribe("HS_DESC")
        self.assertEqual(OK, self.one.ask(f"HSFETCH {wanted}"))
        self.assertEqual(FILTERED, self.one.ask(f"DEL_ONION {wanted}"))
        self.assertEqual([], self.one.value("onions/current"))
        # Tor publishes the descriptor again when the service changes; that is its publisher's to know.
        self.await_received(self.one, wanted)
        kinds = {line.split()[2] for line in self.one.first_lines("HS_DESC")}
        self.assertLessEqual(kinds, {b"REQUESTED", b"RECEIVED"})

    def test_the_descriptor_itself_comes_to_who_has_fetched_it_alone(self):
        self.profile["events"]["HS_DESC_CONTENT"] = {"own": True}
        sieve = self.sieve_here(self.profile)
        events = ("HS_DESC", "HS_DESC_CONTENT")
        one, other = (self.session_of(a, sieve).subscribe(*events) for a in (self.first, self.second))
        self.observer.subscribe(*events)
        self.assertEqual(OK, one.ask(f"HSFETCH {self.addresses[0]}"))
        start = b"650+HS_DESC_CONTENT " + self.addresses[0].encode()
        theirs = self.observer.await_event(lambda line: line.startswith(start), "the observer has the descriptor")
        self.assertEqual(theirs, one.await_event(lambda line: line.startswith(start), "the descriptor comes"))
        self.assertEqual([], other.listen(0.5).events)


class CredentialsTests(OwnCommandsTestCase):
    """Two applications are clients of one service that asks for a key, or one of them would like to be."""

    def setUp(self):
        super().setUp()
        self.address, _ = self.publish(self.unfiltered())
        self.addCleanup(lambda: self.tor.controller().ask(f"ONION_CLIENT_AUTH_REMOVE {self.address}"))

    def credentials(self, session, argument=None):
        """The CLIENT lines that it is shown, when it asks for all or for one address."""
        reply = session.ask(" ".join(["ONION_CLIENT_AUTH_VIEW"] + ([argument] if argument else [])))
        self.assertEqual(b"250 OK", reply[-1], reply)
        self.assertRegex(reply[0], rb"\A250-ONION_CLIENT_AUTH_VIEW( [a-z2-7]{56})?\Z")
        return reply[1:-1]

    def add(self, session, key):
        return session.ask(f"ONION_CLIENT_AUTH_ADD {self.address} {key}")[0]

    def assertIsKept(self, key, session):
        """It is what tor has, and what its owner is shown."""
        for controller in (self.observer, session):
            for argument in (None, self.address):
                lines = self.credentials(controller, argument)
                self.assertEqual(1, len(lines), lines)
                self.assertRegex(lines[0], rb"\A250-CLIENT " + self.address.encode() + b" " + re.escape(key.encode()))

    def test_a_credential_belongs_to_the_application_that_added_it(self):
        key = new_key()
        self.assertEqual(b"250 OK", self.add(self.one, key))
        self.assertIsKept(key, self.one)

        for argument in (None, self.address, self.address.upper()):
            lines = self.other.ask(" ".join(["ONION_CLIENT_AUTH_VIEW"] + ([argument] if argument else [])))
            self.assertNotIn(key.partition(":")[2].encode(), b"\n".join(lines))
            self.assertFalse([line for line in lines if b"CLIENT " in line], lines)
        self.assertEqual(FILTERED[0], self.add(self.other, new_key()))
        for spelling in (self.address, self.address.upper()):
            self.assertEqual(FILTERED, self.other.ask(f"ONION_CLIENT_AUTH_REMOVE {spelling}"))
        self.assertIsKept(key, self.one)

        # It may be replaced and removed by the same application, also in a later session.
        self.one.close()
        later = self.session_of(self.first, self.sieve_before_tor)
        replaced = new_key()
        self.assertRegex(self.add(later, replaced), rb"\A251 ")
        self.assertIsKept(replaced, later)
        self.assertEqual(OK, later.ask(f"ONION_CLIENT_AUTH_REMOVE {self.address}"))
        self.assertEqual([], self.credentials(self.observer))

        # Now it is anybody's to add.
        self.assertEqual(b"250 OK", self.add(self.other, key))
        self.assertIsKept(key, self.other)

    def test_a_credential_that_came_past_the_filter_is_neither_shown_nor_removed(self):
        key = new_key()
        self.assertEqual(b"250 OK", self.add(self.observer, key))
        self.assertEqual([], self.credentials(self.one))
        self.assertEqual([], self.credentials(self.one, self.address))
        self.assertEqual(FILTERED, self.one.ask(f"ONION_CLIENT_AUTH_REMOVE {self.address}"))
        self.assertIsKept(key, self.observer)

    def test_a_credential_that_came_past_the_filter_is_not_replaced(self):
        key = new_key()
        self.assertEqual(b"250 OK", self.add(self.observer, key))
        self.assertEqual(FILTERED[0], self.add(self.one, new_key()))
        self.assertIsKept(key, self.observer)
