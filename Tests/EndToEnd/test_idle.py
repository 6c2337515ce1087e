# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon costs while nothing happens, and what it is made of."""

import os
import pathlib
import re
import resource
import shutil
import time
import unittest

from harness import SieveTestCase, for_me, run_bounded
from harness.footprint import Footprint, await_return
from harness.hostile import raise_descriptors
from harness.processes import becomes_idle, eventually, is_left_in_peace, proportional_kilobytes
from harness.sanitizer import needs_no_other_threads, needs_plain_memory

PROFILE = for_me(commands={"GETINFO": ["version"]})


class IdleTests(SieveTestCase):
    def test_a_hundred_idle_sessions_use_no_cpu(self):
        daemon = self.sieve(self.fake_tor(), profile=PROFILE)
        for _ in range(100):
            self.assertWorks(self.session(daemon))
        becomes_idle(daemon.pid, 5)

    @needs_no_other_threads
    def test_idle_sessions_wake_nobody(self):
        daemon = self.sieve(self.fake_tor(), profile=PROFILE)
        for _ in range(100):
            self.assertWorks(self.session(daemon))
        # What was waited for before may still be looked at once; each session by itself would be.
        is_left_in_peace(daemon.pid, 10)

    def test_a_daemon_without_clients_and_without_tor_uses_no_cpu(self):
        daemon = self.sieve(["--tor", f"unix:{self.directory / 'nothing'}"], profile=PROFILE)
        becomes_idle(daemon.pid, 3)

    @needs_plain_memory
    def test_less_than_16_MB_are_its_own_once_it_has_started_and_once_it_has_read_its_profiles_again(self):
        daemon = self.sieve(self.fake_tor(), profile=PROFILE)

        def is_small():
            return proportional_kilobytes(daemon.pid) < 16 * 1024

        def describe():
            return f"{proportional_kilobytes(daemon.pid)} kB are less than 16 MB{daemon.tail()}"

        eventually(is_small, describe)
        daemon.reload()
        daemon.await_log("reloaded: ")
        eventually(is_small, describe)

    @needs_plain_memory
    def test_connections_that_linger_leave_no_memory(self):
        """The rest of a crowd says QUIT just before what most of it left is given back, and does not close."""
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
        raise_descriptors()
        daemon = self.sieve(self.fake_tor(), profile=PROFILE)
        # What its start needed goes back first, after three seconds.
        time.sleep(4)
        before = Footprint.of(daemon.pid)
        clients = [self.session(daemon) for _ in range(2000)]
        crowded = Footprint.of(daemon.pid)
        for part in clients[:1200], clients[1200:]:
            for client in part:
                client.send(b"QUIT\r\n")
            for client in part:
                self.assertEqual([b"250 closing connection"], client.reply())
            time.sleep(2.6)
        self.assertGreater(crowded.anonymous, before.anonymous + 12 * 1024)
        await_return(daemon.pid, before, 4 * 1024)


class BinaryTests(unittest.TestCase):
    # Foundation's own images and ICU's data leave these in a binary, also when linked statically.
    TRACES = (b"FoundationInternationalization", b"icudt", b"_FoundationICU", b"libFoundation.so")

    @unittest.skipUnless(shutil.which("ldd"), "ldd is missing")
    def test_the_binary_links_neither_Foundation_nor_ICU(self):
        linked = run_bounded(["ldd", os.environ["ONION_SIEVE"]])
        self.assertRegex((linked.stdout + linked.stderr).decode(), r"libc\.so|not a dynamic executable")
        # FoundationEssentials is what swift-crypto and swift-argument-parser bring.
        self.assertEqual(
            [], re.findall(r"libFoundation(?!Essentials)\S*|lib_FoundationICU\S*|libicu\S*", linked.stdout.decode())
        )

    def test_the_binary_contains_neither_Foundation_nor_ICU(self):
        binary = pathlib.Path(os.environ["ONION_SIEVE"]).read_bytes()
        self.assertEqual([], [trace.decode() for trace in self.TRACES if trace in binary])
