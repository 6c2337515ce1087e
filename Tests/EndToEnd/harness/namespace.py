# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second machine on this one: a network namespace at the other end of a veth pair."""

import json
import os
import pathlib
import socket
import sys
import unittest

from harness.processes import run_bounded


def _unused_network():
    """The first three numbers of a network that this machine has no route to but the default one.

    Documentation addresses (RFC 5737) first, which nobody routes; but virtual machines are known to use them.
    """
    with open("/proc/net/route", encoding="ascii") as table:
        routes = [line.split() for line in table.readlines()[1:]]
    for candidate in ("198.51.100", "203.0.113", "10.213.77", "192.0.2"):
        network = int.from_bytes(socket.inet_aton(candidate + ".0"), sys.byteorder)
        if not any(
            int(mask, 16) and network & int(mask, 16) == int(destination, 16)
            for _, destination, _, _, _, _, _, mask, *_ in routes
        ):
            return candidate
    raise unittest.SkipTest("no network is free for a second machine")


NETWORK = _unused_network()
OUR_ADDRESS, THEIR_ADDRESS, A_THIRD_ADDRESS = NETWORK + ".1", NETWORK + ".2", NETWORK + ".3"
# RFC 3849.
OUR_ADDRESS_6, THEIR_ADDRESS_6 = "2001:db8:51e7::1", "2001:db8:51e7::2"

_SESSION = pathlib.Path(__file__).with_name("stem_session.py")


class RemoteHost:
    """Needs root. `name` and the interfaces carry our pid, so that two runs do not meet by name."""

    def __init__(self):
        self.name = f"sieve-e2e-{os.getpid()}"
        self.ours, self.theirs = f"sv{os.getpid()}a", f"sv{os.getpid()}b"

    def start(self):
        for command in (
            f"netns add {self.name}",
            f"link add {self.ours} type veth peer name {self.theirs} netns {self.name}",
            f"address add {OUR_ADDRESS}/30 dev {self.ours}",
            f"address add {OUR_ADDRESS_6}/64 dev {self.ours} nodad",
            f"link set {self.ours} up",
            f"-n {self.name} address add {THEIR_ADDRESS}/30 dev {self.theirs}",
            f"-n {self.name} address add {THEIR_ADDRESS_6}/64 dev {self.theirs} nodad",
            f"-n {self.name} link set {self.theirs} up",
            f"-n {self.name} link set lo up",
        ):
            done = run_bounded(["ip", *command.split()])
            if done.returncode != 0:
                self.stop()
                raise RuntimeError(f"ip {command}: {done.stderr.decode().strip()}")
        return self

    def stop(self):
        run_bounded(["ip", "link", "delete", self.ours])
        run_bounded(["ip", "netns", "delete", self.name])

    def send(self, address, commands, seconds=20):
        """Sends raw commands from there, one a line, after an AUTHENTICATE; returns the bytes of all replies."""
        script = (
            "import socket, sys\n"
            "host, port, data = sys.argv[1], int(sys.argv[2]), sys.argv[3]\n"
            "s = socket.create_connection((host, port), 10)\n"
            "s.sendall(data.encode())\n"
            "while True:\n"
            "    chunk = s.recv(65536)\n"
            "    if not chunk: break\n"
            "    sys.stdout.buffer.write(chunk)\n"
        )
        data = "".join(line + "\r\n" for line in ["AUTHENTICATE", *commands, "QUIT"])
        done = run_bounded(self.inside([sys.executable, "-c", script, address[0], str(address[1]), data]), seconds)
        assert done.returncode == 0, f"the remote client failed: {done.stderr.decode()}"
        return done.stdout.split(b"\r\n")[1:-2]

    def stem_session(self, address, key=None, seconds=60):
        """What stem_session.py finds from there, as a dictionary."""
        done = run_bounded(
            self.inside([sys.executable, "-B", _SESSION, address[0], str(address[1]), key or ""]), seconds
        )
        assert done.returncode == 0, f"the remote client failed: {done.stderr.decode()}"
        return json.loads(done.stdout)

    def inside(self, command):
        return ["ip", "netns", "exec", self.name, *command]
