# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files the daemon takes, and which it leaves out loudly without losing the others."""

import os

from harness import SieveTestCase, for_me, requires_root
from harness.profiles import profile_directory, write_profile

GOOD = for_me(commands={"GETINFO": ["version"]})
OTHER = for_me(commands={"GETINFO": ["a"]})


class ProfileFileTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.tor.info["a"] = "1"
        self.write_profile(GOOD, "10_good.yml")

    def allows_a(self, client):
        reply = client.ask("GETINFO a")
        self.assertIn(reply, ([b"250-a=1", b"250 OK"], [b"510 Command filtered"]))
        return len(reply) == 2

    def assertLeftOut(self, name, **options):
        """The good file is in, the bad one is out, and the log names it."""
        daemon = self.sieve(self.tor, **options)
        client = self.session(daemon)
        self.assertWorks(client)
        self.assertFalse(self.allows_a(client), f"{name} is in")
        daemon.await_log(str(name))

    def test_a_file_that_others_may_write_is_left_out(self):
        for mode in (0o666, 0o646, 0o664):
            with self.subTest(oct(mode)):
                self.write_profile(OTHER).chmod(mode)
                self.assertLeftOut("40_test.yml")

    @requires_root
    def test_a_file_of_another_user_is_left_out(self):
        os.chown(self.write_profile(OTHER), 65534, 65534)
        self.assertLeftOut("40_test.yml")

    def test_the_files_of_a_directory_that_others_may_write_are_left_out(self):
        theirs = profile_directory(self.directory / "theirs.d")
        write_profile(theirs, "40_test.yml", OTHER)
        theirs.chmod(0o777)
        self.assertLeftOut("theirs.d", profiles=[self.profiles, theirs])

    def test_a_link_to_a_file_that_others_may_write_is_left_out(self):
        target = write_profile(profile_directory(self.directory / "elsewhere"), "target", OTHER)
        (self.profiles / "40_test.yml").symlink_to(target)
        self.assertTrue(self.allows_a(self.session(self.sieve(self.tor))), "a link to a good file counts")
        target.chmod(0o666)
        self.assertLeftOut("40_test.yml")

    def test_a_link_through_a_directory_that_others_may_write_is_left_out(self):
        elsewhere = profile_directory(self.directory / "elsewhere")
        (self.profiles / "40_test.yml").symlink_to(write_profile(elsewhere, "target", OTHER))
        elsewhere.chmod(0o777)
        self.assertLeftOut("40_test.yml")

    def test_a_file_with_an_error_is_left_out(self):
        for text in (
            "- [\n",
            "- {apparmor-profiles: ['*'], users: ['*'], commands: {GETINFO: ['a', '(?=x)']}}\n",
            "- {apparmor-profiles: ['*'], users: ['*'], commands: {GETINFO: [a, {pattern: x, replacement: '{0}'}]}}\n",
            "- {apparmor-profiles: ['*'], users: ['*'], commands: {GETINFO: ['a']}, commands: {}}\n",
            "- {apparmor-profiles: ['*'], users: 7, commands: {GETINFO: ['a']}}\n",
            "",
            "# nothing but a comment\n",
        ):
            with self.subTest(text):
                self.write_profile(text)
                self.assertLeftOut("40_test.yml")

    def test_what_is_no_regular_file_is_left_out_and_does_not_hang_the_start(self):
        os.mkfifo(self.profiles / "40_test.yml", 0o644)
        self.assertLeftOut("40_test.yml")
        (self.profiles / "40_test.yml").unlink()
        (self.profiles / "40_test.yml").symlink_to("nowhere")
        self.assertLeftOut("40_test.yml")

    def test_a_directory_that_is_missing_takes_no_other_with_it(self):
        daemon = self.sieve(self.tor, profiles=[self.directory / "missing.d", self.profiles])
        self.assertWorks(self.session(daemon))

    def test_files_with_other_names_are_ignored(self):
        for name in (
            ".40_hidden.yml",
            "40_test.yml~",
            "40_test.yml.dpkg-old",
            "40_test.yaml",
            "40_test",
            ".40_test.yml.swp",
        ):
            self.write_profile(OTHER, name)
        nested = profile_directory(self.profiles / "40_directory.yml")
        write_profile(nested, "40_test.yml", OTHER)
        client = self.session(self.sieve(self.tor))
        self.assertWorks(client)
        self.assertFalse(self.allows_a(client))

    def test_a_file_replaces_that_of_the_same_name_in_an_earlier_directory(self):
        later = profile_directory(self.directory / "later.d")
        write_profile(later, "10_good.yml", OTHER)
        client = self.session(self.sieve(self.tor, profiles=[self.profiles, later]))
        self.assertTrue(self.allows_a(client))
        self.assertFiltered(client, "GETINFO version")

    def test_a_broken_file_keeps_out_the_one_that_it_replaces(self):
        later = profile_directory(self.directory / "later.d")
        write_profile(later, "10_good.yml", "- [\n")
        client = self.session(self.sieve(self.tor, profiles=[self.profiles, later]))
        self.assertFiltered(client, "GETINFO version")

    def test_a_link_to_dev_null_masks_a_file(self):
        self.write_profile(OTHER)
        later = profile_directory(self.directory / "later.d")
        (later / "40_test.yml").symlink_to("/dev/null")
        client = self.session(self.sieve(self.tor, profiles=[self.profiles, later]))
        self.assertWorks(client)
        self.assertFalse(self.allows_a(client))

    def test_a_later_file_overrides_an_earlier_one(self):
        self.write_profile(
            for_me(commands={"GETINFO": [{"pattern": "a", "answer": ["250-a=early", "250 OK"]}]}), "20_early.yml"
        )
        later = profile_directory(self.directory / "later.d")
        write_profile(
            later,
            "15_between.yml",
            for_me(commands={"GETINFO": [{"pattern": "a", "answer": ["250-a=between", "250 OK"]}]}),
        )
        client = self.session(self.sieve(self.tor, profiles=[self.profiles, later]))
        self.assertAnswers(client, "GETINFO a", "250-a=early", "250 OK")
        write_profile(
            later, "50_local.yml", for_me(commands={"GETINFO": [{"pattern": "a", "answer": ["250-a=late", "250 OK"]}]})
        )
        client = self.session(self.sieve(self.tor, profiles=[self.profiles, later]))
        self.assertAnswers(client, "GETINFO a", "250-a=late", "250 OK")
