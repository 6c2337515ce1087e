# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The test case of this suite: one network for all of it, applications, and a controller that nothing filters."""

import re

from harness import RemoteHost, SieveTestCase, free_port
from harness.namespace import OUR_ADDRESS, THEIR_ADDRESS
from harness.processes import WHOLE_RUN, eventually
from network.application import Application
from network.echo import EchoServer
from network.private_network import PrivateNetwork
from network.socks import SocksRefused

# Users of every Debian who own nothing that matters.
USERS = ("games", "irc")
FILTERED = [b"510 Command filtered"]
# How long a service may take until it answers at its address; a second or two as a rule.
REACHABLE_SECONDS = 90

_shared = {}


def shared_network():
    """The network, and the host next to it; made for whoever asks first. What failed once is not tried again."""
    if "failure" in _shared:
        raise AssertionError(f"the network did not come up: {_shared['failure']}")
    if "network" not in _shared:
        try:
            host = RemoteHost()
            WHOLE_RUN.callback(host.stop)
            host.start()
            network = PrivateNetwork(remote_socks_host=OUR_ADDRESS)
            WHOLE_RUN.callback(network.stop)
            network.start()
        except Exception as failure:
            _shared["failure"] = failure
            raise
        print(f"the network came up in {network.seconds_to_bootstrap:.0f} s", flush=True)
        _shared.update(network=network, host=host)
    return _shared["network"], _shared["host"]


class NetworkTestCase(SieveTestCase):
    """`first` and `second` are applications of two users, `observer` a controller past the filter."""

    @classmethod
    def setUpClass(cls):
        cls.network, cls.host = shared_network()
        cls.tor = cls.network.client

    def setUp(self):
        super().setUp()
        self.echo = EchoServer()
        self.addCleanup(self.echo.stop)
        self.first, self.second = (self.application(user, user=user) for user in USERS)
        self.observer = self.unfiltered()

    def application(self, name, **options):
        application = Application(self.directory, name, **options)
        self.addCleanup(application.stop)
        return application

    def unfiltered(self):
        controller = self.tor.controller()
        self.addCleanup(controller.close)
        return controller

    def sieve_here(self, profile, listen=("unix",)):
        """A daemon in front of the network's client that every user can connect to."""
        return self.sieve(self.tor.options(), profile=profile, listen=list(listen), unix_options=",mode=0666")

    def sieve_for_both(self, profile):
        """The same, where also the remote host can: its address is the second."""
        return self.sieve_here(profile, listen=["unix", (OUR_ADDRESS, free_port(OUR_ADDRESS))])

    def session_of(self, application, sieve, address=None):
        session = application.session(sieve, address)
        self.addCleanup(session.close)
        return session

    def stream_of(self, application, target=None, isolation=None, socks_address=None):
        stream = application.stream(socks_address or self.tor.socks_address, target or self.echo.address, isolation)
        self.addCleanup(stream.close)
        return stream

    def identify(self, stream):
        """The ids of a stream and of its circuit, as the observer sees them in the events that it has."""
        stream_id = self.observer.await_event(
            lambda line: line.startswith(b"650 STREAM ") and f"SOURCE_ADDR={stream.source} ".encode() in line + b" ",
            f"a new stream from {stream.source}",
        )[0].split()[2]
        attached = self.observer.await_event(
            lambda line: line.split()[1:4] == [b"STREAM", stream_id, b"SUCCEEDED"], "the stream is open"
        )[0]
        return stream_id.decode(), attached.split()[4].decode()

    def visit(self, address, seconds=REACHABLE_SECONDS):
        """A stream to a service, over a circuit of its own, as soon as there is one."""
        visitor = self.visitor if hasattr(self, "visitor") else self.application("visitor")
        self.visitor = visitor

        def attempt():
            try:
                return self.stream_of(visitor, target=(f"{address}.onion", 80))
            except SocksRefused:
                return None

        return eventually(attempt, lambda: f"{address}.onion can be reached\n{self.tor.tail()}", seconds, pause=0.5)

    def assertIsPublished(self, address):
        self.assertTrue(self.visit(address).answers(), f"{address}.onion does not answer")

    def assertIsGone(self, address):
        """A new rendezvous with the service comes to nothing (the descriptor may well be found still)."""
        with self.assertRaises(SocksRefused, msg=f"{address}.onion can still be reached"):
            self.stream_of(self.visitor, target=(f"{address}.onion", 80))

    def publish(self, session, port=None, key="NEW:ED25519-V3", arguments=""):
        """Adds a service; returns its address and its key."""
        reply = session.ask(f"ADD_ONION {key}{arguments} Port=80,{port or self.echo.port}")
        self.assertEqual(b"250 OK", reply[-1], f"{reply}{session._describe_peer()}")
        address = re.fullmatch(rb"250-ServiceID=([a-z2-7]{56})", reply[0])[1].decode()
        keys = [line.partition(b"=")[2].decode() for line in reply if line.startswith(b"250-PrivateKey=")]
        return address, keys[0] if keys else key

    def await_upload(self, session, address):
        session.await_event(
            lambda line: line.startswith(b"650 HS_DESC UPLOADED " + address.encode()),
            f"the descriptor of {address} is uploaded",
            seconds=60,
        )


def local_profile(**keys):
    """One profile for the programs of both users: what keeps them apart is who they are, and nothing else."""
    return {"apparmor-profiles": ["*"], "users": list(USERS), **keys}


def remote_profile(**keys):
    return {"hosts": [THEIR_ADDRESS], **keys}


def application_profile(echo, **keys):
    """What an application may do that publishes services and looks at its own streams."""
    address = "[a-zA-Z2-7]{56}"
    return local_profile(
        onions={
            "keys": ["new", "own"],
            "ports": [80],
            "targets": [str(echo.port)],
            "flags": ["DiscardPK", "Detach", "V3Auth"],
            "parameters": ["ClientAuthV3"],
            "max": 5,
        },
        commands={
            "GETINFO": [
                "version",
                {"pattern": "onions/(current|detached)|circuit-status|stream-status", "own": True},
            ],
            "DEL_ONION": [{"pattern": address, "own": True}],
            "HSFETCH": [{"pattern": address, "own": True}],
            "CLOSECIRCUIT": [{"pattern": "[0-9]+ ?", "own": True}],
            "CLOSESTREAM": [{"pattern": "[0-9]+ [0-9]+", "own": True}],
            "ONION_CLIENT_AUTH_ADD": [{"pattern": address + " x25519:[A-Za-z0-9+/=]+", "own": True}],
            "ONION_CLIENT_AUTH_VIEW": [{"pattern": f"({address})?", "own": True}],
            "ONION_CLIENT_AUTH_REMOVE": [{"pattern": address, "own": True}],
        },
        events={"HS_DESC": {"own": True}, "STREAM": {"own": True}, "CIRC": {"own": True}, "CIRC_MINOR": {"own": True}},
        **keys,
    )
