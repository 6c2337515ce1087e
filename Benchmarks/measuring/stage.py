# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tor, and all that stand in front of it side by side, started once for the cases that want the same."""

import contextlib
import os
import pathlib
import shutil
import tempfile

import pinning
import processes
import profiles
import relays
from harness.real_tor import RealTor
from harness.sieve import Sieve


class Stage:
    """`places`: contender -> socket. `direct` is tor itself, `ours` the daemon, `against` another one of it."""

    def __init__(self, options, descriptors, backend, profile_options, two_processors):
        self.options = options
        self.two_processors = two_processors
        self._cleaning = contextlib.ExitStack()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="benchmark-"))
        self.directory.chmod(0o755)
        self._cleaning.callback(shutil.rmtree, self.directory, ignore_errors=True)
        try:
            self._start(descriptors, backend, profile_options)
        except BaseException:
            self.close()
            raise

    def _start(self, descriptors, backend, profile_options):
        self.secret = None
        with pinning.pinned(self.ends):
            if backend == "real":
                self.tor = RealTor(self.directory / "tor")
                self._cleaning.callback(self.tor.stop)
                self.tor.start()
                self.secret = self.tor.cookie_path.read_bytes().hex()
            else:
                socket = self.directory / "tor.socket"
                self.tor = processes.FakeTor(self.options.peers, socket, self.directory / "tor.log")
                self._cleaning.callback(self.tor.stop)
        self.places = {"direct": self.tor.socket_path}
        self.processes = {}
        with pinning.pinned(pinning.ONE):
            self._add_relay(relays.haproxy(self.directory, self.tor.socket_path, descriptors))
            self._add_relay(relays.nio(self.options.relay, self.directory, self.tor.socket_path))
            self._add_relay(relays.socat(self.directory, self.tor.socket_path))
            self.profiles = profiles.write(self.directory / "profiles.d", **profile_options)
            self._add_daemon("ours", self.options.binary)
            if self.options.against:
                self._add_daemon("against", self.options.against)
        for name in self.options.without.split(","):
            self.places.pop(name, None)

    @property
    def ends(self):
        """Where the load generator and tor run."""
        return pinning.OTHER if self.two_processors else pinning.ONE

    def _add_relay(self, relay):
        if relay is not None:
            self._cleaning.callback(relay.stop)
            self.places[relay.name] = relay.socket_path
            self.processes[relay.name] = relay.pid

    def _add_daemon(self, name, binary):
        daemon = self.daemon(binary, self.profiles, self.directory / f"{name}.trail")
        self._cleaning.callback(daemon.stop)
        daemon.start()
        self.places[name] = daemon.unix
        self.processes[name] = daemon.pid

    def daemon(self, binary, profile_directory, trail):
        """One that is not started yet, in front of the stage's tor."""
        os.environ["ONION_SIEVE"] = os.path.abspath(binary)
        arguments = [*self.tor.options(), "--audit", trail]
        return Sieve(self.directory, [profile_directory], arguments, unix_options=",mode=0666")

    def load(self, name, mode, seconds, **more):
        """One round with one contender."""
        if self.secret and name in ("direct", "haproxy", "nio", "socat"):
            more["secret"] = self.secret
        with pinning.pinned(self.ends):
            return processes.load(self.options.peers, mode, f"unix:{self.places[name]}", seconds, **more)

    def hold(self, name, sessions, **more):
        with pinning.pinned(self.ends):
            return processes.IdleLoad(self.options.peers, f"unix:{self.places[name]}", sessions, **more)

    def close(self):
        self._cleaning.close()


class Stages:
    """Keeps the last stage until another one is wanted."""

    def __init__(self, options):
        self.options = options
        self.descriptors = pinning.raise_descriptor_limit()
        self._key, self._stage = None, None

    def __enter__(self):
        # Who measures keeps out of the way.
        os.sched_setaffinity(0, pinning.OTHER)
        return self

    def __exit__(self, *_):
        self._end()

    def _end(self):
        if self._stage is not None:
            self._stage.close()
            self._key, self._stage = None, None

    def get(self, backend, two_processors=False, is_new=False, **profile_options):
        key = (backend, two_processors, tuple(sorted(profile_options.items())))
        if is_new or key != self._key:
            self._end()
            self._stage = Stage(self.options, self.descriptors, backend, profile_options, two_processors)
            self._key = key
        return self._stage
