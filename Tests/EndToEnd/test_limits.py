# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many sessions there may be, and what becomes of those beyond."""

import shutil
import unittest

from harness import SieveTestCase, for_me
from harness.client import ConnectionClosed
from harness.processes import eventually

# Of 320 descriptors 256 are kept back and each session takes two: 32 sessions, of which one client has half.
DESCRIPTORS = 320
OF_ONE_CLIENT = 16


@unittest.skipUnless(shutil.which("prlimit"), "prlimit (util-linux) is missing")
class SessionLimitTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.write_profile(for_me(commands={"GETINFO": ["version"]}))
        self.daemon = self.sieve_with_descriptors(DESCRIPTORS)

    def sieve_with_descriptors(self, number):
        limit = f"--nofile={number}:{number}"
        return self.sieve(self.tor, prefix=["prlimit", limit, "--"])

    def test_a_client_gets_half_of_the_sessions_and_is_told_why_no_more(self):
        sessions = [self.session(self.daemon) for _ in range(OF_ONE_CLIENT)]
        self.assertEqual(b"", self.client(self.daemon).rest())
        self.daemon.await_log(f"this client has {OF_ONE_CLIENT} sessions open")
        for session in sessions:
            self.assertWorks(session)

    def test_a_session_that_ends_makes_room_for_another(self):
        sessions = [self.session(self.daemon) for _ in range(OF_ONE_CLIENT)]
        self.assertEqual(b"", self.client(self.daemon).rest())
        sessions.pop().close()
        self.assertWorks(eventually(self.try_for_a_session, "there is room for a session"))

    def try_for_a_session(self):
        try:
            return self.session(self.daemon)
        except ConnectionClosed:
            return None
