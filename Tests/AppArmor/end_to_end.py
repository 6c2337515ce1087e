# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end-to-end tests, with the daemon under its own policy."""

import pathlib
import subprocess
import sys
import unittest

from apparmor import POLICIES, denied, load, summary

CONFINED = pathlib.Path(__file__).with_name("confined")
END_TO_END = pathlib.Path(__file__).parents[1] / "EndToEnd"
LABEL = "onion-sieve"

# As an administrator would for options that name other places: the tests keep everything in directories of their own.
PLACES_OF_TESTS = """\
  /tmp/ r,
  /tmp/sieve-*/ rw,
  /tmp/sieve-*/** rwk,
  /srv/** r,
"""

# End-to-end tests of the other commands alone, which no policy binds.
OTHER_COMMANDS = {
    "test_apparmor_command",
    "test_audit_command",
    "test_commandline",
    "test_harness",
    "test_install",
    "test_lint",
    "test_manual",
    "test_profile_tests",
    "test_programs",
    "test_shipped_profiles",
    "test_suggest",
}

# Long ones, which touch nothing that others do not, and what has no business in a machine without a disk.
MORE_OF_THE_SAME = {
    "test_audit_failure",
    "test_audit_flood",
    "test_audit_secrets",
    "test_hostile_clients",
    "test_hostile_conditions",
    "test_hostile_tor",
    "test_mutated_commands",
    "test_tor_reads",
}

# Those that touch each kind of thing the policy has a rule for.
EVERY_KIND_OF_ACCESS = {
    "test_application_sockets",
    "test_audit_trail",
    "test_cookie",
    "test_identity",
    "test_many_clients",
    "test_real_tor",
    "test_status",
    "test_tor_authentication",
}


# Where a test points the daemon on purpose, since nobody can make a file there.
PROVOKED = 'name="/proc/sys/cookie'


def load_policy(rules=""):
    """The daemon's, for the places of the tests."""
    (POLICIES / "local/usr.bin.onion-sieve").write_text(PLACES_OF_TESTS + rules)
    load("usr.bin.onion-sieve")


class PolicyTestCase(unittest.TestCase):
    maxDiff = None

    def assertNothingIsDenied(self, choose):
        """...during the modules of which this is true."""
        modules = {path.stem for path in END_TO_END.glob("test_*.py")} - OTHER_COMMANDS - MORE_OF_THE_SAME
        modules = sorted(filter(choose, modules))
        print(f"\nend-to-end tests of {' '.join(modules)}, with the daemon under its policy:", flush=True)
        before = len(denied(LABEL))
        # A denial fails each time, and the tests have passed in time elsewhere; here a second has been seen to last ten.
        suite = [sys.executable, "-B", END_TO_END / "suite.py", "--binary", CONFINED, "--seconds", "3000", "--again"]
        done = subprocess.run([*suite, *modules], check=False)
        denials = [line for line in denied(LABEL)[before:] if PROVOKED not in line]
        self.assertEqual([], summary(denials))
        self.assertEqual(0, done.returncode, "some of them failed")
