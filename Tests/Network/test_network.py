# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network itself, without a filter: what the other tests say nobody sees can be seen here."""

from harness.namespace import THEIR_ADDRESS
from network.case import NetworkTestCase
from network.private_network import AUTHORITIES, RELAYS
from network.socks import SocksRefused


class NetworkTests(NetworkTestCase):
    def test_every_relay_is_an_exit_a_guard_and_a_directory_for_services(self):
        flags = [line.split()[1:] for line in self.observer.value("ns/all") if line.startswith(b"s ")]
        self.assertEqual(AUTHORITIES + RELAYS, len(flags))
        for of_one in flags:
            self.assertLessEqual({b"Exit", b"Guard", b"HSDir", b"Running", b"Valid"}, set(of_one))

    def test_a_stream_leads_through_an_exit_to_a_server_on_loopback(self):
        self.observer.subscribe("STREAM", "CIRC")
        stream = self.stream_of(self.first)
        self.assertTrue(stream.answers())
        stream_id, circuit_id = self.identify(stream)
        circuits = [line.split() for line in self.observer.value("circuit-status")]
        hops = next(hops for number, state, hops, *_ in circuits if (number, state) == (circuit_id.encode(), b"BUILT"))
        self.assertEqual(3, len(hops.split(b",")))
        self.assertIn(stream_id.encode(), [line.split()[0] for line in self.observer.value("stream-status")])

    def test_a_port_that_nobody_listens_on_is_refused(self):
        self.echo.stop()
        with self.assertRaises(SocksRefused):
            self.stream_of(self.first)

    def test_streams_share_a_circuit_only_if_their_credentials_are_the_same(self):
        self.observer.subscribe("STREAM")
        one, same, other = (
            self.identify(self.stream_of(self.first, isolation=name)) for name in ("one", "one", "other")
        )
        self.assertEqual(one[1], same[1])
        self.assertNotEqual(one[1], other[1])
        self.assertNotEqual(one[0], same[0])

    def test_a_controller_that_nothing_filters_sees_everybody(self):
        self.observer.subscribe("STREAM", "HS_DESC")
        remote = self.application("remote", host=self.host)
        streams = [self.stream_of(self.first), self.stream_of(self.second)]
        streams.append(self.stream_of(remote, socks_address=self.tor.remote_socks_address))
        self.assertTrue(streams[2].source.startswith(THEIR_ADDRESS), streams[2].source)
        stream_ids, circuit_ids = zip(*map(self.identify, streams))
        self.assertEqual((3, 3), (len(set(stream_ids)), len(set(circuit_ids))))

        publishers = [self.unfiltered(), self.unfiltered()]
        addresses = [self.publish(publisher)[0] for publisher in publishers]
        for address in addresses:
            self.await_upload(self.observer, address)
            self.assertIsPublished(address)
