# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`onion-sieve apparmor`: policies from profiles, on standard output and in files."""

import os
import pathlib
import tempfile
import unittest

from harness.processes import run_bounded

MARK = "# Made by `onion-sieve apparmor`"
PROFILE = """\
- name: thing
  users: ['*']
  apparmor-profiles: [{labels}]
  commands:
    GETINFO: [version]
"""


class AppArmorCommandCase(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = pathlib.Path(holder.name)
        self.output = self.directory / "apparmor.d"
        self.output.mkdir()

    def profile(self, *labels, name="thing", text=PROFILE):
        quoted = ", ".join('"' + label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"' for label in labels)
        path = self.directory / f"{name}.yml"
        path.write_text(text.format(labels=quoted))
        return path

    def apparmor(self, *arguments, umask=0o022):
        return run_bounded([os.environ["ONION_SIEVE"], "apparmor", *arguments], text=True, umask=umask)

    def refuses(self, *arguments, status=1, saying):
        result = self.apparmor(*arguments, "--output", str(self.output))
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertIn(saying, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual([path.name for path in self.output.iterdir() if not path.is_symlink()], self.before)

    before = []


class TextTests(AppArmorCommandCase):
    def test_standard_output_has_one_head_and_a_policy_for_each_label(self):
        result = self.apparmor(str(self.profile("/usr/bin/thing", "thing")))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertTrue(result.stdout.startswith(MARK))
        self.assertEqual(result.stdout.count("\ninclude <tunables/global>\n"), 1)
        self.assertIn("\nabi <abi/3.0>,\n", result.stdout)
        self.assertIn("\nprofile /usr/bin/thing /usr/bin/thing {\n", result.stdout)
        self.assertIn("\nprofile thing {\n", result.stdout)

    def test_options_say_what_is_allowed_and_what_is_kept_away(self):
        result = self.apparmor(
            str(self.profile("thing")), "--complain", "--abi", "5.0", "--control", "unix:/srv/filter", "--socks", "unix:/srv/socks",
            "--tor-control", "/srv/tor/control", "--tor-cookie", "/srv/tor/cookie", "--tor-data", "/srv/data/",
            "--control-cookie", "/srv/filter-cookie",
        )
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for line in (
            "abi <abi/5.0>,", "profile thing flags=(complain) {", "  /srv/filter rw,", "  /srv/filter-cookie r,", "  /srv/socks rw,",
            "  audit deny /srv/tor/control mrwklx,", "  audit deny /srv/tor/cookie mrwklx,", "  audit deny /srv/data/{,**} mrwklx,",
        ):
            self.assertIn(f"\n{line}\n", result.stdout)
        self.assertNotIn("network inet", result.stdout)
        self.assertNotIn("/onion-sieve/control", result.stdout)

    def test_the_runtime_directory_leads_to_the_socket(self):
        result = self.apparmor(str(self.profile("thing")), "--runtime-directory", "/srv/sieve")
        self.assertIn("\n  /srv/sieve/control rw,\n", result.stdout)
        self.assertIn("\n  network inet stream,\n", result.stdout)

    def test_paths_that_mean_something_to_apparmor_are_escaped(self):
        result = self.apparmor(str(self.profile("/opt/a b/x[1]")))
        self.assertIn('\nprofile "/opt/a b/x[1]" "/opt/a b/x\\[1\\]" {\n', result.stdout)

    def test_names_are_found_as_profile_show_finds_them(self):
        self.profile("/usr/bin/thing")
        result = self.apparmor("thing", "--library", str(self.directory))
        self.assertEqual(result.returncode, 0, result.stderr)


class RefusalTests(AppArmorCommandCase):
    def test_labels_that_are_no_name_of_a_policy_write_nothing(self):
        for label, saying in (
            ("my app", "blank"),
            ("a//&b", "stack"),
            ("a//b", "child"),
            (":ns:a", "namespace"),
            ("thing (enforce)", "mode"),
            ("@{HOME}/thing", "variable"),
            ("/usr/bin/@{x}", "variable"),
            ('/usr/bin/a" {', "quotation marks"),
            ("/a\n}\nprofile b { file, }", "does not show"),
            ("a*b", "letters"),
            ("/usr/bin/python3", "every program that this one runs"),
            ("/opt/" + "a" * 250, "too long"),
            ("*", "every program"),
        ):
            with self.subTest(label):
                self.refuses(str(self.profile("/usr/bin/good", label) if label != "*" else self.profile(label)), saying=saying)

    def test_a_profile_for_nobody_here_or_with_mistakes_writes_nothing(self):
        hosts = "- name: thing\n  hosts: ['10.0.0.1']\n  commands:\n    GETINFO: [version]\n"
        self.refuses(str(self.profile(text=hosts, name="hosts")), saying="other hosts only")
        self.refuses(str(self.profile(text=hosts + "  users: 3: 4", name="broken")), saying="error")
        self.refuses("no-such-profile", saying="there is no such profile")
        self.refuses("..", saying="no name of a profile")
        good = str(self.profile("/usr/bin/good", name="good"))
        self.refuses(good, str(self.directory / "missing.yml"), saying="no such file")

    def test_options_that_cannot_stand_in_a_policy_are_wrong_usage(self):
        good = str(self.profile("/usr/bin/good"))
        for arguments in (
            ("--tor-cookie", "relative"),
            ("--tor-cookie", "/a\nb"),
            ("--tor-data", "/@{HOME}"),
            ("--tor-data", "/"),
            ("--runtime-directory", '/run/a"b'),
            ("--control", "nonsense"),
            ("--socks", "example.org:9050"),
            ("--abi", "2.0"),
            ("--control", "unix:/run/tor/control"),
            ("--output", ""),
        ):
            with self.subTest(arguments):
                result = self.apparmor(good, *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                self.assertNotEqual(result.stderr, "")


class FileTests(AppArmorCommandCase):
    def test_a_profile_that_is_given_twice_is_taken_once(self):
        path = self.profile("/usr/bin/thing")
        once, twice = self.apparmor(str(path)), self.apparmor(str(path), f"{path.parent}/./{path.name}")
        self.assertEqual((0, once.stdout, ""), (twice.returncode, twice.stdout, twice.stderr))

    def test_a_file_that_holds_another_policy_is_not_replaced(self):
        directory = self.directory / "out"
        directory.mkdir()
        for first, second, name in (
            ("/usr/bin/a/b", "/usr/bin/a.b", "usr.bin.a.b"), ("/opt/x y", "/opt/x_y", "opt.x_y"), ("opt.z", "/opt/z", "opt.z"),
        ):  # fmt: skip
            with self.subTest(first):
                one, two = str(self.profile(first, name="one")), str(self.profile(second, name="two"))
                self.assertEqual(0, self.apparmor(one, "--output", str(directory)).returncode)
                before = (directory / name).read_bytes()
                result = self.apparmor(two, "--output", str(directory))
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertIn(f"holds the policy `{first}`", result.stderr)
                self.assertEqual(before, (directory / name).read_bytes())
                # The next version of the same one is another matter.
                again = self.apparmor(one, "--complain", "--output", str(directory))
                self.assertEqual(again.returncode, 0, again.stderr)

    def test_one_file_a_policy_named_as_apparmor_does_and_readable_by_all(self):
        profile = str(self.profile("/usr/bin/thing", "thing"))
        result = self.apparmor(profile, "--output", str(self.output), umask=0o077)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(sorted(path.name for path in self.output.iterdir()), ["thing", "usr.bin.thing"])
        for path in self.output.iterdir():
            self.assertEqual(path.stat().st_mode & 0o7777, 0o644)
            self.assertTrue(path.read_text().startswith(MARK))
        self.assertIn(f"apparmor_parser -r {self.output}/usr.bin.thing", result.stdout)

    def test_files_of_its_own_are_replaced_whole_and_left_if_nothing_changes(self):
        profile = str(self.profile("/usr/bin/thing"))
        self.apparmor(profile, "--output", str(self.output))
        path = self.output / "usr.bin.thing"
        first = path.stat().st_ino
        result = self.apparmor(profile, "--output", str(self.output))
        self.assertIn("is up to date", result.stdout)
        self.assertEqual(path.stat().st_ino, first)
        result = self.apparmor(profile, "--complain", "--output", str(self.output))
        self.assertIn("wrote", result.stdout)
        self.assertIn("flags=(complain)", path.read_text())
        self.assertEqual([path.name for path in self.output.iterdir()], ["usr.bin.thing"])

    def test_files_of_others_are_not_replaced_and_nothing_else_is_written(self):
        profile = str(self.profile("/usr/bin/aaa", "/usr/bin/thing"))
        own = self.output / "usr.bin.thing"
        for content in ("profile /usr/bin/thing {}\n", "", f" {MARK}\n"):
            own.write_text(content)
            self.before = ["usr.bin.thing"]
            self.refuses(profile, saying="was not made by this program")
            self.assertEqual(own.read_text(), content)
        own.unlink()
        self.before = []
        target = self.directory / "target"
        target.write_text(f"{MARK}\n")
        own.symlink_to(target)
        self.refuses(profile, saying="symbolic link")
        self.assertEqual(target.read_text(), f"{MARK}\n")
        own.unlink()
        own.mkdir()
        self.before = ["usr.bin.thing"]
        self.refuses(profile, saying="no regular file")

    def test_a_directory_that_is_not_there_is_named(self):
        result = self.apparmor(str(self.profile("/usr/bin/thing")), "--output", str(self.directory / "missing"))
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{self.directory}/missing: error: cannot be opened", result.stderr)
