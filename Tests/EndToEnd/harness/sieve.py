# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon under test."""

import itertools
import os
import pathlib
import shutil
import signal
import socket

from harness.client import RawClient
from harness.processes import end, eventually, memory_kilobytes, spawn


def free_port(host="127.0.0.1"):
    """A port that nobody listens on now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


_numbers = itertools.count(1)


class Sieve:
    """`onion-sieve serve`. `arguments` are its options but for `--listen` and `--profiles`; `prefix` is a command that runs it.

    listen: any of "unix", "tcp", "tcp6", or an address (host, port). Its addresses are then `unix`, `tcp`, `tcp6`, and
    in the order of `listen` `addresses`.
    """

    def __init__(self, directory, profiles, arguments, listen=("unix",), unix_options="", prefix=()):
        self.directory = pathlib.Path(directory)
        number = next(_numbers)
        self.stderr = self.directory / f"sieve-{number}.stderr"
        self.unix = self.directory / f"sieve-{number}.socket"
        self.tcp = ("127.0.0.1", free_port()) if "tcp" in listen else None
        self.tcp6 = ("::1", free_port("::1")) if "tcp6" in listen else None
        self.addresses = []
        self.runtime = self.directory.with_name(f"{self.directory.name}-{number}.run")
        self.command = [*prefix, os.environ["ONION_SIEVE"], "serve", "--runtime-directory", str(self.runtime)]
        for place in listen:
            if place == "unix":
                address, text = self.unix, f"unix:{self.unix}{unix_options}"
            else:
                address = getattr(self, place) if isinstance(place, str) else place
                text = f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"
            self.addresses.append(address)
            self.command += ["--listen", text]
        for directory in profiles:
            self.command += ["--profiles", str(directory)]
        self.command += [str(argument) for argument in arguments]
        if "--audit" not in self.command:
            # Readable lines: what tests look for stands in them.
            self.command += ["--audit", "log"]
        self.process = None

    def start(self):
        self.launch()
        for address in self.addresses:
            eventually(
                lambda: self._accepts(address), lambda: f"the daemon listens on {address}{self.tail()}", seconds=15
            )
        return self

    def launch(self):
        """Starts it without waiting for anything."""
        with open(self.stderr, "ab") as log:
            self.process = spawn(self.command, stdout=log, stderr=log)

    def _accepts(self, address):
        assert self.process.poll() is None, f"the daemon ended with status {self.process.returncode}{self.tail()}"
        try:
            RawClient(address, timeout=2).close()
            return True
        except OSError:
            return False

    @property
    def pid(self):
        return self.process.pid

    def client(self, address=None, **options):
        """A connection to the first listener, or to `address`."""
        return RawClient(address or self.addresses[0], describe_peer=self.tail, **options)

    def session(self, address=None, **options):
        """An authenticated connection."""
        return self.client(address, **options).authenticate()

    def log(self):
        return self.stderr.read_text(errors="replace")

    def await_log(self, text, seconds=10):
        """Waits for a piece of text, in any case, in what the daemon logs."""
        eventually(lambda: text.lower() in self.log().lower(), lambda: f"the log says {text!r}{self.tail()}", seconds)

    def tail(self):
        lines = self.log().splitlines()[-25:] if self.stderr.exists() else []
        return "\n--- the daemon's last lines ---\n" + "\n".join(lines) + "\n---"

    def memory(self, field="VmRSS"):
        return memory_kilobytes(self.pid, field)

    def signal(self, number):
        self.process.send_signal(number)

    def reload(self):
        self.signal(signal.SIGHUP)

    def wait(self, seconds=10):
        """The exit status; a daemon that does not end is a failure."""
        return eventually(
            lambda: (self.process.poll(),) if self.process.poll() is not None else None,
            lambda: f"the daemon ends{self.tail()}",
            seconds,
        )[0]

    def has_ended(self):
        return self.process is None or self.process.poll() is not None

    def stop(self):
        if self.process is not None:
            end(self.process)
        shutil.rmtree(self.runtime, ignore_errors=True)
