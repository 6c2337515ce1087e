# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Tor network of this machine's own: three directory authorities, four more relays and one client, on loopback."""

import contextlib
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time

from harness.processes import end, eventually, run_bounded, spawn
from network.controller import Controller

# Onionbalance takes eight places of at least five relays for a descriptor, and not every relay at every time.
AUTHORITIES, RELAYS = 3, 4
# About 50 s on two cores that do nothing else.
BOOTSTRAP_SECONDS = 180

# Voting every 20 s instead of every hour, and everybody is everything at once.
COMMON = """\
TestingTorNetwork 1
PathsNeededToBuildCircuits 0.25
ShutdownWaitLength 0
SafeLogging 0
Log notice stdout
"""
RELAY = """\
Address 127.0.0.1
AssumeReachable 1
ExitRelay 1
ExitPolicy accept 127.0.0.0/8:*
ExitPolicyRejectPrivate 0
SocksPort 0
ContactInfo none
"""
AUTHORITY = """\
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
TestingV3AuthInitialVotingInterval 20
TestingV3AuthInitialVoteDelay 4
TestingV3AuthInitialDistDelay 4
V3AuthVotingInterval 20
V3AuthVoteDelay 4
V3AuthDistDelay 4
V3AuthNIntervalsValid 2
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
"""
# A stream has one circuit (no Conflux), and a path may have any relays (no vanguards), since there are so few. SOCKS
# requests that cannot be met are given up in the time of a test.
CLIENT = """\
ClientRejectInternalAddresses 0
CookieAuthentication 1
ConfluxEnabled 0
SocksTimeout 10
VanguardsLiteEnabled 0
"""


def free_ports(number):
    """Ports that nobody listens on, below those that the kernel gives to outgoing connections."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as limits:
        first = int(limits.read().split()[0])
    candidates = range(10_000, max(first, 11_000))
    with contextlib.ExitStack() as held:
        ports = []
        for port in random.sample(candidates, len(candidates)):
            probe = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                probe.bind(("0.0.0.0", port))
                ports.append(port)
            if len(ports) == number:
                return ports
    raise AssertionError(f"there are no {number} free ports")


class Node:
    """One tor of the network, in a directory of its own."""

    def __init__(self, directory, name):
        self.name = name
        self.directory = directory / name
        self.directory.mkdir(mode=0o700)
        self.data = self.directory / "data"
        (self.data / "keys").mkdir(mode=0o700, parents=True)
        self.data.chmod(0o700)
        self.torrc = self.directory / "torrc"
        self.log = self.directory / "log"
        self.process = None

    def configure(self, text):
        self.torrc.write_text(f"Nickname {self.name}\nDataDirectory {self.data}\n{text}")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = spawn(
                ["tor", "--defaults-torrc", "/dev/null", "-f", self.torrc], stdout=log, stderr=subprocess.STDOUT
            )

    def has_ended(self):
        return self.process is None or self.process.poll() is not None

    def kill(self):
        """As a crash would: it says good-bye to nobody."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None:
            end(self.process)

    def tail(self, lines=12):
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else ["(no log)"]
        state = f"ended with status {self.process.returncode}" if self.process and self.has_ended() else "running"
        return "\n".join([f"--- {self.name}, {state} ---", *text[-lines:]])


class Relay(Node):
    def __init__(self, directory, name, or_port, directory_port, is_authority):
        super().__init__(directory, name)
        self.or_port, self.directory_port, self.is_authority = or_port, directory_port, is_authority
        self.identity = self._make_authority_keys() if is_authority else None
        self.fingerprint = self._make_fingerprint()

    def _make_authority_keys(self):
        """Makes the keys that a directory authority signs with; returns the fingerprint of the identity key."""
        run_bounded(
            ["tor-gencert", "--create-identity-key", "--passphrase-fd", "0", "-m", "1"]
            + ["-a", f"127.0.0.1:{self.directory_port}"],
            seconds=60,
            cwd=self.data / "keys",
            input=b"no secret\n",
            check=True,
        )
        certificate = (self.data / "keys" / "authority_certificate").read_text()
        return re.search(r"^fingerprint ([0-9A-F]{40})$", certificate, re.MULTILINE)[1]

    def _make_fingerprint(self):
        """Lets tor make the keys of the relay. A network for tests needs some authority even for that."""
        self.configure(f"TestingTorNetwork 1\nDirAuthority nobody 127.0.0.1:1 {'f' * 40}\nORPort {self.or_port}\n")
        done = run_bounded(
            ["tor", "--defaults-torrc", "/dev/null", "-f", self.torrc, "--list-fingerprint"], seconds=60
        )
        found = re.search(rf"^{self.name} ((?:[0-9A-F]{{4}} ?){{10}})$", done.stdout.decode(), re.MULTILINE)
        assert found, f"tor --list-fingerprint said {done.stdout!r} {done.stderr!r}"
        return found[1].replace(" ", "")

    def authority_line(self):
        return (
            f"DirAuthority {self.name} orport={self.or_port} no-v2 v3ident={self.identity}"
            f" 127.0.0.1:{self.directory_port} {self.fingerprint}\n"
        )

    def configure_as_relay(self, network):
        ports = f"ORPort 127.0.0.1:{self.or_port}\nDirPort 127.0.0.1:{self.directory_port}\n"
        self.configure(network + RELAY + ports + (AUTHORITY if self.is_authority else ""))


class ClientTor(Node):
    """The tor that applications use; onion-sieve stands in front of its control socket."""

    def __init__(self, directory, socks_address, remote_socks_address=None):
        super().__init__(directory, "client")
        self.socks_address, self.remote_socks_address = socks_address, remote_socks_address
        self.socket_path = self.directory / "control"
        self.cookie_path = self.directory / "cookie"

    def configure_as_client(self, network):
        listeners = [self.socks_address] + ([self.remote_socks_address] if self.remote_socks_address else [])
        self.configure(
            network
            + CLIENT
            + "".join(f"SocksPort {host}:{port}\n" for host, port in listeners)
            + f"ControlSocket {self.socket_path}\nCookieAuthFile {self.cookie_path}\n"
        )

    def start(self):
        self.cookie_path.unlink(missing_ok=True)
        super().start()

    def options(self):
        """The options that point onion-sieve at this tor."""
        return ["--tor", f"unix:{self.socket_path}", "--tor-cookie", self.cookie_path]

    def controller(self, **options):
        """A controller that nothing filters."""
        controller = Controller(self.socket_path, **options)
        assert controller.ask(f"AUTHENTICATE {self.cookie_path.read_bytes().hex()}") == [b"250 OK"]
        return controller

    def progress(self):
        """How far it has come, as tor says it (`PROGRESS=`), or -1 while it does not answer."""
        try:
            with self.controller(timeout=5) as controller:
                phase = b" ".join(controller.ask("GETINFO status/bootstrap-phase"))
        except (OSError, AssertionError):
            return -1
        return int(re.search(rb"PROGRESS=(\d+)", phase)[1])

    def directories_for_services(self):
        """How many relays of the consensus keep descriptors of services (flag HSDir)."""
        with self.controller() as controller:
            reply = controller.ask("GETINFO ns/all")
        return sum(line.startswith(b"s ") and b" HSDir" in line for line in reply)

    def is_bootstrapped(self):
        return self.progress() == 100


class PrivateNetwork:
    """`remote_socks_host` is one more address at which the client tor takes SOCKS connections."""

    def __init__(self, remote_socks_host=None):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sieve-network-"))
        # Applications of other users look into no directory of this one, but tor's sockets are theirs to be refused.
        self.directory.chmod(0o755)
        ports = iter(free_ports(2 * (AUTHORITIES + RELAYS) + 2))
        self.relays = [
            Relay(self.directory, name, next(ports), next(ports), name.startswith("authority"))
            for name in [f"authority{n}" for n in range(AUTHORITIES)] + [f"relay{n}" for n in range(RELAYS)]
        ]
        remote = (remote_socks_host, next(ports)) if remote_socks_host else None
        self.client = ClientTor(self.directory, ("127.0.0.1", next(ports)), remote)
        self.seconds_to_bootstrap = None

    def start(self):
        started = time.monotonic()
        network = COMMON + "".join(relay.authority_line() for relay in self.relays if relay.is_authority)
        for relay in self.relays:
            relay.configure_as_relay(network)
            relay.start()
        self.client.configure_as_client(network)
        self.client.start()
        eventually(
            self._is_up,
            lambda: f"the network comes up; tor's client is at {self.client.progress()} %\n{self.tails()}",
            BOOTSTRAP_SECONDS,
            pause=0.5,
        )
        self.seconds_to_bootstrap = time.monotonic() - started
        return self

    def _is_up(self):
        ended = [node.name for node in self.nodes if node.has_ended()]
        assert not ended, f"tor has ended: {', '.join(ended)}\n{self.tails()}"
        return self.client.is_bootstrapped() and self.client.directories_for_services() == AUTHORITIES + RELAYS

    @property
    def nodes(self):
        return [*self.relays, self.client]

    def tails(self):
        return "\n".join(node.tail() for node in self.nodes)

    def stop(self):
        for node in self.nodes:
            node.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
