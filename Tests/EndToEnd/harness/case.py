# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The test case all others derive from: directories, daemons and clients that go when the test is over."""

import os
import pathlib
import shutil
import signal
import socket
import tempfile
import unittest

from harness.fake_tor import FakeTor
from harness.profiles import profile_directory, write_profile
from harness.real_tor import RealTor
from harness.sanitizer import PATIENCE, SANITIZER
from harness.sieve import Sieve

# No test needs half of this; one that does is stuck.
TEST_SECONDS = 120

requires_root = unittest.skipUnless(os.getuid() == 0, "needs root (network namespaces, other users)")


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


requires_ipv6 = unittest.skipUnless(has_ipv6(), "this machine has no ::1")


def temporary_directory(owner):
    """A directory that others can pass through, as a packaged daemon's; `owner` is a test or a test class."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="sieve-"))
    path.chmod(0o755)
    register = owner.addClassCleanup if isinstance(owner, type) else owner.addCleanup
    register(shutil.rmtree, path, ignore_errors=True)
    return path


def real_tor(owner, authentication="cookie"):
    """A running tor for one test, or for all tests of a class."""
    tor = RealTor(temporary_directory(owner) / "tor", authentication)
    register = owner.addClassCleanup if isinstance(owner, type) else owner.addCleanup
    register(tor.stop)
    return tor.start()


class SieveTestCase(unittest.TestCase):
    longMessage = True
    maxDiff = 4000
    seconds = TEST_SECONDS

    def setUp(self):
        seconds = self.seconds * PATIENCE

        def too_long(*_):
            raise AssertionError(f"the test took longer than {seconds} s")

        signal.signal(signal.SIGALRM, too_long)
        signal.alarm(seconds)
        self.addCleanup(signal.alarm, 0)
        self.directory = temporary_directory(self)
        self.profiles = profile_directory(self.directory / "profiles.d")

    def write_profile(self, profile, name="40_test.yml"):
        return write_profile(self.profiles, name, profile)

    def fake_tor(self, **options):
        """A fake tor on a Unix socket, without authentication, if nothing else is asked for."""
        options.setdefault("address", self.directory / "tor.socket")
        tor = FakeTor(**options)
        self.addCleanup(tor.stop)
        return tor

    def sieve(self, tor, *arguments, profile=None, **options):
        """A running daemon in front of `tor` (a FakeTor, a RealTor, or a list of options)."""
        sieve = self.unstarted_sieve(tor, *arguments, profile=profile, **options)
        sieve.start()
        return sieve

    def unstarted_sieve(self, tor, *arguments, profile=None, **options):
        if profile is not None:
            self.write_profile(profile)
        if isinstance(tor, FakeTor):
            tor_options = ["--tor", tor.place]
        elif isinstance(tor, RealTor):
            tor_options = tor.options()
        else:
            tor_options = list(tor)
        options.setdefault("profiles", [self.profiles])
        sieve = Sieve(self.directory, arguments=[*tor_options, *arguments], **options)
        self.addCleanup(self._end, sieve)
        return sieve

    def _end(self, sieve):
        crashed = sieve.has_ended() and sieve.process is not None and sieve.process.returncode < 0
        sieve.stop()
        self.assertFalse(
            crashed, f"the daemon was killed by signal {-sieve.process.returncode if crashed else 0}{sieve.tail()}"
        )

    def client(self, sieve, *address, **options):
        client = sieve.client(*address, **options)
        self.addCleanup(client.close)
        return client

    def session(self, sieve, *address, **options):
        return self.client(sieve, *address, **options).authenticate()

    def assertAnswers(self, client, command, *lines):
        """One command gets exactly this reply."""
        self.assertEqual(
            [line.encode() for line in lines], client.ask(command), f"the reply to {command!r}{client._describe_peer()}"
        )

    def assertMemory(self, kilobytes, bound):
        """A process has, or has grown by, less memory than `bound`; with a sanitizer that says nothing."""
        if not SANITIZER:
            self.assertLess(kilobytes, bound, "kilobytes")

    def assertFiltered(self, client, command):
        self.assertAnswers(client, command, "510 Command filtered")

    def assertWorks(self, client, tor_version=None):
        """The session still gets the right reply to a command."""
        reply = client.ask("GETINFO version")
        self.assertEqual(2, len(reply), reply)
        self.assertRegex(reply[0], rb"^250-version=" + (tor_version.encode() if tor_version else rb"\d"))
        self.assertEqual(b"250 OK", reply[1])
