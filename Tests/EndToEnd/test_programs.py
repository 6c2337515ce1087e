# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs were seen to send (Tests/Programs), asked of the profiles as they are shipped now."""

from harness import SieveTestCase
from harness.kept_commands import load_all
from harness.profiles import profile_directory


class KeptCommandsTests(SieveTestCase):
    def test_a_shipped_profile_decides_what_its_program_sends_as_it_did_when_the_program_ran(self):
        kept = load_all()
        self.assertTrue(kept)
        for program in kept:
            with self.subTest(program):
                directory = profile_directory(self.directory / program.path.stem)
                self.assertTrue(program.sent)
                for entry, answer in zip(program.sent, program.explained(directory), strict=True):
                    self.assertDecides(entry, answer)

    def assertDecides(self, entry, answer):
        if entry.decision == "own":
            # A rule allows it, but to a session that made the thing, which one without a past has not.
            self.assertEqual("filter", answer["decision"], answer)
            self.assertIn("rule", answer)
        else:
            self.assertEqual(entry.decision, answer["decision"], answer)

    def test_what_a_profile_refuses_its_program_has_a_reason(self):
        for program in load_all():
            for entry in program.sent:
                if entry.decision == "filter":
                    self.assertTrue(program.reasons[entry.command], f"{program.path}: why may {entry.command!r} fail?")
