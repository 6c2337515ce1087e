# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon under its own policy during all other end-to-end tests, which takes longest."""

import unittest

from apparmor import LABELS_WITH_SOCKETS
from end_to_end import EVERY_KIND_OF_ACCESS, PolicyTestCase, load_policy


def setUpModule():
    load_policy()


# The policy's abi is that of 3.0, so that a recent kernel is asked the same questions.
@unittest.skipIf(LABELS_WITH_SOCKETS, "Debian 12's kernel has them")
class WholeSuiteTests(PolicyTestCase):
    def test_nothing_is_denied_to_the_daemon_during_all_other_end_to_end_tests(self):
        self.assertNothingIsDenied(lambda module: module not in EVERY_KIND_OF_ACCESS)
