# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""An application: a process of some user, or on another host, with its connections to tor and to onion-sieve."""

import itertools
import pathlib
import pwd
import socket
import subprocess
import sys

from harness.processes import end, spawn
from network.controller import Controller
from network.socks import SocksStream

# As text: a checkout may lie where other users cannot read.
_RELAY = pathlib.Path(__file__).with_name("relay.py").read_text()

# Over the whole run, since circuits outlive the tests that they were made for.
_circuits = itertools.count(1)


class Application:
    """`directory` holds its files. It runs as `user`, else as ours, and on `host` (a RemoteHost), else on this one."""

    def __init__(self, directory, name, user=None, host=None):
        self.name = name
        self.path = directory / f"{name}.relay"
        self.errors = directory / f"{name}.stderr"
        options = {}
        if user:
            account = pwd.getpwnam(user)
            options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        command = [sys.executable, "-I", "-c", _RELAY]
        with socket.socket(socket.AF_UNIX) as listener, open(self.errors, "ab") as errors:
            listener.bind(str(self.path))
            listener.listen(64)
            self.process = spawn(
                [*(host.inside(command) if host else command), listener.fileno()],
                pass_fds=[listener.fileno()],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                **options,
            )

    def controller(self, address, **options):
        """A connection to a control socket: a path, or (host, port)."""
        return RelayedController(self, address, **options)

    def session(self, sieve, address=None):
        return self.controller(address or sieve.addresses[0], describe_peer=sieve.tail).authenticate()

    def stream(self, socks_address, target, isolation=None, seconds=60.0):
        """An open stream through tor to `target` (host, port).

        Streams with one `isolation` may share a circuit, whoever opens them; one without has a circuit of its own.
        """
        isolation = isolation or f"{self.name} {next(_circuits)}"
        return SocksStream(self.connect(socks_address), target, isolation, seconds).open()

    def connect(self, address):
        """A connection made by the application, as (socket, its address at that end)."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(30)
        connection.connect(str(self.path))
        return connection, dial(connection, address)

    def stop(self):
        end(self.process)


class RelayedController(Controller):
    def __init__(self, application, destination, **options):
        self._destination = destination
        super().__init__(application.path, **options)

    def _connect(self, address):
        super()._connect(address)
        self.source = dial(self.socket, self._destination)


def dial(connection, address):
    """Tells the relay at the other end where to connect to; returns where it connected from."""
    place = f"tcp {address[0]} {address[1]}" if isinstance(address, tuple) else f"unix {address}"
    connection.sendall(place.encode() + b"\n")
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        assert byte, f"the application could not connect to {address}"
        line += byte
    if line.startswith(b"error "):
        connection.close()
        raise ConnectionError(f"{address}: {line[6:].decode().strip()}")
    return line.decode().strip()
