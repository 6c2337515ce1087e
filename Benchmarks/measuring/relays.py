# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people would use instead: haproxy in TCP mode, and socat; and what the daemon is built on, with nothing in it."""

import shutil

from harness.client import RawClient
from harness.processes import end, eventually, spawn

HAPROXY = """\
global
    maxconn {connections}
    nbthread 1
    stats timeout 1h

defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h

listen control
    maxconn {connections}
    backlog 4096
    bind unix@{socket} mode 666
    server tor unix@{tor}
"""


class Relay:
    """A process that joins each connection at `socket_path` to one of its own to tor."""

    def __init__(self, name, socket_path, command, log):
        self.name = name
        self.socket_path = socket_path
        with open(log, "ab") as output:
            self.process = spawn(command, stdout=output, stderr=output)
        eventually(self._accepts, lambda: f"{name} listens: {log.read_text()[-500:]}", seconds=10)

    def _accepts(self):
        assert self.process.poll() is None, f"{self.name} ended with status {self.process.returncode}"
        try:
            RawClient(self.socket_path, timeout=2).close()
            return True
        except OSError:
            return False

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        end(self.process)


def haproxy(directory, tor, descriptors):
    """haproxy in the foreground, one thread, with nothing but the two addresses."""
    socket, configuration = directory / "haproxy.socket", directory / "haproxy.cfg"
    # Two descriptors for each connection, and some for itself.
    configuration.write_text(HAPROXY.format(connections=(descriptors - 200) // 2, socket=socket, tor=tor))
    return Relay("haproxy", socket, ["haproxy", "-db", "-q", "-f", configuration], directory / "haproxy.log")


def nio(program, directory, tor):
    """A relay on the daemon's own libraries that looks at nothing."""
    socket = directory / "nio.socket"
    return Relay("nio", socket, [program, socket, tor], directory / "nio.log")


def socat(directory, tor):
    """One process for each connection; None where socat is missing."""
    if not shutil.which("socat"):
        return None
    socket = directory / "socat.socket"
    command = ["socat", f"UNIX-LISTEN:{socket},fork,backlog=4096,mode=666", f"UNIX-CONNECT:{tor}"]
    return Relay("socat", socket, command, directory / "socat.log")
