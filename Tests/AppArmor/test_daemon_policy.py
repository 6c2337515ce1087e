# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon under its own policy, apparmor/usr.bin.onion-sieve, enforced."""

import pathlib
import unittest

from apparmor import denied, play, program
from end_to_end import EVERY_KIND_OF_ACCESS, LABEL, PolicyTestCase, load_policy


def setUpModule():
    load_policy()


class CapturedDaemonTests(unittest.TestCase):
    """A program that has taken the daemon over, and its policy with it."""

    def test_it_cannot_do_what_the_filter_does_not(self):
        program("/usr/sbin/onion-sieve-captured")
        # The policy lets its own executable be run under it, and no other.
        load_policy("  /usr/sbin/onion-sieve-captured mr,\n")
        self.addCleanup(load_policy)
        under = ("aa-exec", "-p", LABEL, "--")
        captured = "/usr/sbin/onion-sieve-captured"
        self.assertEqual(["label: onion-sieve (enforce)", "look: ok"], play(captured, "label", "look", "/etc/passwd", prefix=under))
        for steps, expected in (
            (["look", "/etc/shadow"], "look: Permission denied"),
            (["look", "/root/.profile"], "look: Permission denied"),
            (["look", "/dev/mem"], "look: Permission denied"),
            (["look", "/proc/1/mem"], "look: Permission denied"),
            (["look", "/proc/1/environ"], "look: Permission denied"),
            (["become", "/usr/bin/actor"], "become: Permission denied"),
            (["become", "/bin/sh"], "become: Permission denied"),
        ):
            with self.subTest(steps):
                pathlib.Path("/root/.profile").touch()
                before = len(denied(LABEL))
                self.assertEqual([expected], play(captured, *steps, prefix=under))
                self.assertGreater(len(denied(LABEL)), before, "the kernel has logged it")
                self.assertNotEqual([expected], play(captured, *steps), "without the policy it can")


class EndToEndTests(PolicyTestCase):
    def test_nothing_is_denied_to_the_daemon_that_touches_every_kind_of_thing(self):
        self.assertNothingIsDenied(lambda module: module in EVERY_KIND_OF_ACCESS)
