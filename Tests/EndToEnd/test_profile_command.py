# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`profile list|show|enable|disable`: what is in use, changed all or nothing, under a running daemon."""

import hashlib
import json
import os
import re
import shutil
import signal

from harness import ME, SieveTestCase, for_me, requires_root, run_bounded
from harness.processes import eventually
from harness.profiles import profile_directory, write_profile

BINARY = os.environ["ONION_SIEVE"]
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]


def allowing(*keys):
    return for_me(commands={"GETINFO": list(keys)})


class ProfileCase(SieveTestCase):
    """A library with `shop` and `bank`, a directory for packages and one for the administrator."""

    def setUp(self):
        super().setUp()
        self.library = profile_directory(self.directory / "library")
        self.packaged = profile_directory(self.directory / "usr")
        self.etc = profile_directory(self.directory / "etc")
        self.administration = self.directory / "dpkg"
        self.runtime = self.directory / "no-daemon"
        write_profile(self.library, "shop.yml", allowing("version", "a"))
        write_profile(self.library, "bank.yml", allowing("version", "b"))

    def profile(self, action, *arguments, prefix=(), status=0, reloads=None):
        """Runs it and returns what it says, on standard output and then on standard error."""
        command = [*prefix, BINARY, "profile", action, "--library", self.library, "--admindir", self.administration]
        command += ["--profiles", self.packaged, "--profiles", self.etc, "--etc", self.etc]
        if action in ("enable", "disable"):
            command += ["--runtime-directory", self.runtime if reloads is None else reloads.runtime]
        result = run_bounded([*command, *arguments])
        said = result.stdout.decode() + result.stderr.decode()
        self.assertEqual(status, result.returncode, f"{arguments}: {said}")
        return said

    def states(self, status=0):
        entries = [json.loads(line) for line in self.profile("list", "--json", status=status).splitlines() if line[0] == "{"]
        return {(entry["name"], entry["state"]) for entry in entries}

    def everything(self):
        """All names below the directories, with what links say and files hold."""
        found = {}
        for top in (self.library, self.packaged, self.etc):
            for path in sorted(top.rglob("*")):
                found[path] = os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes()
        return found

    def assertRefused(self, action, *names, says=(), **options):
        """It ends with status 1, says why, and has changed nothing."""
        before = self.everything()
        said = self.profile(action, *names, status=1, **options)
        self.assertEqual(before, self.everything(), said)
        self.assertIn("nothing was changed", said)
        for text in says:
            self.assertIn(str(text), said)
        return said


class ListTests(ProfileCase):
    def test_every_state_has_its_row(self):
        write_profile(self.library, "hurt.yml", "- [\n")
        write_profile(self.library, "mine.yml", allowing("a"))
        write_profile(self.library, "quiet.yml", allowing("a"))
        write_profile(self.packaged, "shared.yml", allowing("a"))
        write_profile(self.etc, "shared.yml", allowing("b"))
        write_profile(self.etc, "mine.yml", allowing("b"))
        (self.etc / "shop.yml").symlink_to(self.library / "shop.yml")
        (self.etc / "quiet.yml").symlink_to("/dev/null")
        (self.etc / "gone.yml").symlink_to(self.library / "gone.yml")
        self.assertEqual(
            {
                ("bank", "available"),
                ("gone", "dangling"),
                ("hurt", "broken"),
                ("mine", "local"),
                ("mine", "overridden"),
                ("quiet", "mask"),
                ("quiet", "masked"),
                ("shared", "local"),
                ("shared", "overridden"),
                ("shop", "enabled"),
            },
            self.states(status=1),
        )
        table = self.profile("list", status=1)
        self.assertRegex(table, r"(?m)^NAME +STATE +FOR WHOM +FROM +OVERRIDDEN BY$")
        self.assertRegex(table, rf"(?m)^shop +enabled +user {ME} +library$")
        self.assertRegex(table, rf"(?m)^shared +overridden +- +{self.packaged} +{self.etc}/shared.yml$")
        self.assertRegex(table, rf"(?m)^    {self.library}/hurt.yml:\d+:\d+: error: ")
        self.assertIn(f"{self.etc}/gone.yml: error: leads to {self.library}/gone.yml, which is not there", table)
        self.assertNotIn("\x1b", table)

    def test_a_link_by_another_name_and_a_relative_one_are_links_into_the_library(self):
        (self.etc / "40_shop.yml").symlink_to("../library/shop.yml")
        self.assertEqual({("40_shop", "enabled"), ("bank", "available")}, self.states())
        self.profile("disable", "40_shop")
        self.assertEqual({("shop", "available"), ("bank", "available")}, self.states())

    def test_a_file_that_others_can_write_is_broken(self):
        (self.library / "shop.yml").chmod(0o666)
        self.assertEqual({("shop", "broken"), ("bank", "available")}, self.states(status=1))
        self.assertIn("can be written by", self.profile("list", status=1))

    def test_a_directory_that_is_not_there_is_an_error(self):
        shutil.rmtree(self.packaged)
        self.assertIn(f"{self.packaged}: error: cannot be listed", self.profile("list", status=1))

    def test_names_and_mistakes_cannot_steer_a_terminal(self):
        write_profile(self.etc, "\x1b]0;x\x07.yml", "- {\x1b[31m: 1}\n")
        self.assertNotIn("\x1b", self.profile("list", status=1))
        self.assertNotIn("\x1b", self.profile("list", "--json", status=1))


class EnableTests(ProfileCase):
    def test_a_profile_is_enabled_and_disabled_by_its_name(self):
        for name in ("shop", "shop.yml"):
            with self.subTest(name):
                self.assertIn("no daemon runs", self.profile("enable", name))
                self.assertEqual(f"{self.library}/shop.yml", os.readlink(self.etc / "shop.yml"))
                self.assertIn("is enabled already", self.profile("enable", name))
                self.assertEqual(["shop.yml"], os.listdir(self.etc))
                self.profile("disable", name)
                self.assertEqual([], os.listdir(self.etc))
                self.assertIn("is not enabled", self.profile("disable", name))

    def test_what_is_no_name_is_refused(self):
        for name in ("../../etc/passwd", "/etc/passwd", "..", ".", "", ".shop", ".yml", "shop/", "a b", "shop\n", "ä", "*"):
            for action in ("enable", "disable"):
                with self.subTest(name, action=action):
                    self.assertRefused(action, "shop", name, says=["is no name of a profile"])

    def test_a_name_that_is_not_in_the_library_is_refused(self):
        self.assertRefused("enable", "shop", "nonesuch", says=["nonesuch: error: there is no such profile"])
        self.assertRefused("enable", "a" * 300, says=["too long"])
        self.assertRefused("disable", "nonesuch", says=["there is no such profile"])

    def test_no_name_is_wrong_usage(self):
        for action in ("enable", "disable", "show"):
            self.profile(action, status=2)

    def test_what_is_there_already_is_never_replaced(self):
        def own_file():
            write_profile(self.etc, "shop.yml", allowing("b"))

        obstacles = {
            "is a file of its own": own_file,
            "is a link to `/dev/null`|as a link to /dev/null": lambda: (self.etc / "shop.yml").symlink_to("/dev/null"),
            "is a link to `/nonexistent/shop.yml` already": lambda: (self.etc / "shop.yml").symlink_to("/nonexistent/shop.yml"),
            "is a link to `.*bank.yml` already": lambda: (self.etc / "shop.yml").symlink_to(self.library / "bank.yml"),
            "not replaced": lambda: (self.etc / "shop.yml").mkdir(),
        }
        for says, make in obstacles.items():
            with self.subTest(says):
                make()
                self.assertRegex(self.assertRefused("enable", "bank", "shop"), says)
                place = self.etc / "shop.yml"
                place.rmdir() if place.is_dir() and not place.is_symlink() else place.unlink()

    def test_a_name_that_another_directory_has_too_is_refused_and_listed(self):
        write_profile(self.packaged, "shop.yml", allowing("b"))
        self.assertRefused("enable", "shop", says=["has the same name as", self.packaged / "shop.yml", "ln -s"])
        self.assertIn("has the same name as", self.profile("list", status=1))
        (self.etc / "shop.yml").symlink_to(self.packaged / "shop.yml")
        self.profile("list")

    def test_a_file_that_serve_would_not_take_is_refused(self):
        mistakes = {"error: ": "- [\n", "has no profile in it": "# nothing\n"}
        write_profile(self.library, "shop.yml", mistakes["error: "])
        self.assertRefused("enable", "bank", "shop", says=[f"{self.library}/shop.yml:", "error: "])
        write_profile(self.library, "shop.yml", mistakes["has no profile in it"])
        self.assertRefused("enable", "bank", "shop", says=["has no profile in it"])
        write_profile(self.library, "shop.yml", allowing("a")).chmod(0o664)
        self.assertRefused("enable", "bank", "shop", says=["can be written by its group"])
        (self.library / "shop.yml").unlink()
        os.mkfifo(self.library / "shop.yml", 0o644)
        self.assertRefused("enable", "bank", "shop", says=["is no regular file"])

    def test_a_profile_whose_tests_fail_is_refused(self):
        write_profile(self.library, "lax.yml", for_me(commands={"GETINFO": ["address"]}, tests=[
            {"send": "GETINFO address", "expect": "filter"},
        ]))
        self.assertRefused("enable", "shop", "lax", says=("test of `GETINFO address` failed: expected filter, got forward",))

    def test_a_profile_that_is_for_nobody_is_refused(self):
        write_profile(self.library, "lonely.yml", "- users: [amnesia]\n  commands: {GETINFO: [version]}\n")
        self.assertRefused("enable", "lonely", says=("no client is ever matched by it",))

    def test_what_the_lint_warns_of_is_shown_and_enabled(self):
        write_profile(self.library, "lax.yml", for_me(commands={"GETINFO": ["address"]}))
        said = self.profile("enable", "lax")
        self.assertIn("[dangerous-permission]", said)
        self.assertIn("enabled lax", said)

    def test_what_is_in_use_without_the_library_needs_no_link(self):
        write_profile(self.packaged, "other.yml", allowing("version"))
        self.assertRefused("enable", "other", says=(f"{self.packaged}/other.yml: error: is in use where it is",))

    def test_a_directory_or_fifo_of_that_name_is_called_so(self):
        (self.etc / "shop.yml").mkdir()
        os.mkfifo(self.etc / "bank.yml")
        self.assertRefused("enable", "shop", "bank", says=("shop.yml: error: is neither a file nor a link", "bank.yml: error: is neither"))
        self.assertRefused("disable", "shop", says=("is neither a file nor a link, and stays",))

    def test_a_library_or_directory_that_others_can_write_is_refused(self):
        self.library.chmod(0o777)
        self.assertRefused("enable", "shop", says=[self.library, "can be written by"])
        self.library.chmod(0o755)
        self.etc.chmod(0o775)
        self.assertRefused("enable", "shop", says=[self.etc, "can be written by"])

    def test_a_library_file_that_was_edited_is_refused_and_listed(self):
        content = (self.library / "shop.yml").read_bytes()
        (self.administration / "info").mkdir(parents=True)
        (self.administration / "info/the-shop:amd64.md5sums").write_text(
            f"{hashlib.md5(b'').hexdigest()}  usr/share/doc/the-shop/copyright\n"
            f"{hashlib.md5(content).hexdigest()}  {str(self.library / 'shop.yml')[1:]}\n"
        )
        self.assertRegex(self.profile("list"), r"(?m)^shop +available .* the-shop$")
        write_profile(self.library, "shop.yml", allowing("version", "a", "address"))
        self.assertRefused(
            "enable", "bank", "shop", says=["was edited since the package `the-shop` was installed", "--reinstall the-shop"]
        )
        self.assertRegex(self.profile("list", status=1), r"(?m)^shop +available, modified .* the-shop$")
        (self.etc / "shop.yml").symlink_to(self.library / "shop.yml")
        self.assertRegex(self.profile("list", status=1), r"(?m)^shop +enabled, modified .* the-shop$")

    def test_disable_takes_links_into_the_library_only(self):
        write_profile(self.etc, "mine.yml", allowing("b"))
        (self.etc / "other.yml").symlink_to(write_profile(self.packaged, "other.yml", allowing("b")))
        write_profile(self.packaged, "package.yml", allowing("b"))
        self.profile("enable", "shop")
        self.assertRefused("disable", "shop", "mine", says=["is a file of its own"])
        self.assertRefused("disable", "shop", "other", says=["not into"])
        self.assertRefused("disable", "shop", "package", says=[f"ln -s /dev/null {self.etc}/package.yml"])
        (self.etc / "gone.yml").symlink_to(self.library / "gone.yml")
        self.profile("disable", "shop", "gone")
        self.assertEqual(["mine.yml", "other.yml"], sorted(os.listdir(self.etc)))

    def test_the_directory_of_links_is_made_if_it_is_missing(self):
        self.etc.rmdir()
        self.profile("enable", "shop")
        self.assertEqual(0o755, self.etc.stat().st_mode & 0o7777)

    @requires_root
    def test_a_directory_that_cannot_be_written_is_left_as_it_is(self):
        said = self.assertRefused("enable", "shop", "bank", prefix=NOBODY)
        self.assertIn("Permission denied", said)
        self.assertIn("run this as root", said)
        self.profile("enable", "shop", "bank")
        self.assertRefused("disable", "shop", "bank", prefix=NOBODY, says=["Permission denied"])
        read_only = ["unshare", "-m", "sh", "-c", f'mount --bind {self.etc} {self.etc} && mount -o remount,bind,ro {self.etc} && exec "$@"', "-"]
        self.assertRefused("disable", "shop", "bank", prefix=read_only, says=["read-only"])


class RunningDaemonTests(ProfileCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.tor.info.update({"a": "a", "b": "b"})

    def daemon(self, **options):
        options.setdefault("profiles", [self.packaged, self.etc])
        return self.sieve(self.tor, **options)

    def test_new_sessions_get_what_was_enabled_and_open_ones_keep_theirs(self):
        write_profile(self.etc, "10_base.yml", allowing("version"))
        daemon = self.daemon()
        first = self.session(daemon)
        said = self.profile("enable", "shop", reloads=daemon)
        self.assertIn(f"(process {daemon.pid}) has reloaded: 2 profiles loaded", said)
        self.assertIn("sessions that keep theirs: 1", said)
        # It waits for the daemon, so what comes after it finds the profile in use.
        second = self.session(daemon)
        self.assertAnswers(second, "GETINFO a", "250-a=a", "250 OK")
        self.assertFiltered(first, "GETINFO a")
        self.assertWorks(first)
        self.profile("disable", "shop", reloads=daemon)
        third = self.session(daemon)
        self.assertFiltered(third, "GETINFO a")
        self.assertAnswers(second, "GETINFO a", "250-a=a", "250 OK")
        for client in (first, second, third):
            self.assertWorks(client)

    def test_many_changes_in_a_row_are_each_in_effect_when_they_are_reported(self):
        daemon = self.daemon()
        for _ in range(10):
            self.profile("enable", "shop", reloads=daemon)
            self.assertAnswers(self.session(daemon), "GETINFO a", "250-a=a", "250 OK")
            self.profile("disable", "shop", reloads=daemon)
            self.assertFiltered(self.session(daemon), "GETINFO a")

    def test_a_refusal_does_not_reach_the_daemon(self):
        daemon = self.daemon()
        self.assertRefused("enable", "shop", "../../etc/passwd", reloads=daemon)
        self.assertFiltered(self.session(daemon), "GETINFO a")
        self.assertEqual(1, daemon.log().count("profiles loaded from"))

    def test_other_files_that_the_daemon_leaves_out_are_named(self):
        daemon = self.daemon()
        write_profile(self.etc, "hurt.yml", "- [\n")
        said = self.profile("enable", "shop", reloads=daemon)
        self.assertIn(f"{self.etc}/hurt.yml: warning: the daemon has left it out", said)

    def test_no_reload_leaves_the_daemon_alone(self):
        daemon = self.daemon()
        self.assertIn("is not told", self.profile("enable", "shop", "--no-reload", reloads=daemon))
        self.assertFiltered(self.session(daemon), "GETINFO a")
        daemon.reload()
        daemon.await_log("1 profile loaded")
        self.assertAnswers(self.session(daemon), "GETINFO a", "250-a=a", "250 OK")

    def test_a_daemon_that_reads_other_directories_is_named(self):
        daemon = self.daemon(profiles=[self.packaged])
        said = self.profile("enable", "shop", reloads=daemon, status=1)
        self.assertIn("does not read profiles from this directory", said)

    def test_a_daemon_that_was_killed_is_not_taken_for_running(self):
        daemon = self.daemon()
        daemon.process.kill()
        daemon.process.wait()
        daemon.process = None
        self.assertTrue((daemon.runtime / "daemon.lock").exists())
        self.assertIn("no daemon runs", self.profile("enable", "shop", reloads=daemon))

    def test_a_daemon_that_does_not_answer_is_not_said_to_have_reloaded(self):
        daemon = self.daemon()
        daemon.signal(signal.SIGSTOP)
        try:
            said = self.profile("enable", "shop", reloads=daemon, status=1)
        finally:
            daemon.signal(signal.SIGCONT)
        self.assertIn("was asked to reload and has not said that it did", said)
        self.assertNotIn("has reloaded", said)
        eventually(lambda: "1 profile loaded" in daemon.log(), "the daemon reloads once it goes on")

    @requires_root
    def test_another_user_cannot_find_the_daemon_and_is_told_what_to_do(self):
        daemon = self.daemon()
        os.chown(self.etc, 65534, 65534)
        said = self.profile("enable", "shop", prefix=NOBODY, reloads=daemon, status=1)
        self.assertIn("systemctl reload onion-sieve", said)
        self.assertTrue((self.etc / "shop.yml").is_symlink())
        self.assertEqual(0o600, (daemon.runtime / "daemon.lock").stat().st_mode & 0o7777)

    def test_a_second_daemon_says_that_it_cannot_be_found(self):
        first = self.daemon()
        second = self.unstarted_sieve(self.tor, profiles=[self.etc])
        second.command[second.command.index(str(second.runtime))] = str(first.runtime)
        second.start()
        second.await_log(f"another onion-sieve (process {first.pid}) runs with this directory")
        self.assertIn(f"(process {first.pid}) has reloaded", self.profile("enable", "shop", reloads=first))

    def test_a_daemon_without_a_runtime_directory_of_its_own_serves_all_the_same(self):
        theirs = profile_directory(self.directory / "theirs")
        theirs.chmod(0o777)
        for path, reason in ((theirs, "others can write"), ("/dev/null/run", "cannot be made")):
            with self.subTest(path):
                daemon = self.unstarted_sieve(self.tor, profiles=[self.etc])
                daemon.command[daemon.command.index(str(daemon.runtime))] = str(path)
                daemon.start()
                daemon.await_log(reason)
                self.assertFiltered(self.session(daemon), "GETINFO a")

    def test_what_lies_where_the_lock_is_looked_for_is_not_followed(self):
        self.runtime.mkdir()
        lock = self.runtime / "daemon.lock"
        os.mkfifo(lock)
        self.assertIn("no daemon runs", self.profile("enable", "shop"))
        lock.unlink()
        lock.symlink_to("/etc/passwd")
        self.assertIn("was not told", self.profile("enable", "bank", status=1))


class ShowTests(ProfileCase):
    def setUp(self):
        super().setUp()
        write_profile(
            self.etc,
            "50_later.yml",
            "- users: ['%s']\n  apparmor-profiles: ['*']\n  commands:\n    GETINFO:\n    - {pattern: config-text, deny: true}\n"
            "    - pattern: 'c(.*)'\n      replacement: 'd{}'\n      response:\n      - {pattern: x, replacement: ''}\n      else: drop\n"
            "  confs: {UseBridges: ['0']}\n  events: {BW: {suppress: true}}\n  limits: {sessions: 3}\n" % ME,
        )
        write_profile(self.etc, "90_hosts.yml", {"hosts": ["192.0.2.1"], "commands": {"GETINFO": ["z"]}})
        (self.etc / "10_shop.yml").symlink_to(self.library / "shop.yml")
        self.client_options = ["--user", ME, "--apparmor", "anything"]

    def shown(self, *arguments, **options):
        """Each line as (section, effect, text, file:line), the directory taken off."""
        lines = []
        for line in self.profile("show", "--json", *arguments, **options).splitlines():
            line = json.loads(line)
            place = re.sub(r":\d+$", "", line["origin"].replace(f"{self.etc}/", ""))
            lines.append((line["section"], line["effect"], line["text"], place))
        return lines

    def test_the_merged_policy_stands_in_the_order_in_which_it_decides(self):
        self.assertEqual(
            [
                ("profiles", "profile", "50_later", "50_later.yml:1"),
                ("profiles", "profile", "10_shop", "10_shop.yml:1"),
                ("GETCONF", "option", "UseBridges", "50_later.yml:11"),
                ("GETINFO", "deny", "config-text", "50_later.yml:5"),
                ("GETINFO", "rewrite", "c(.*)", "50_later.yml:6"),
                ("GETINFO", "allow", "version", "10_shop.yml:10"),
                ("GETINFO", "allow", "a", "10_shop.yml:11"),
                ("RESETCONF", "option", "UseBridges", "50_later.yml:11"),
                ("SETCONF", "option", "UseBridges", "50_later.yml:11"),
                ("events", "suppress", "BW", "50_later.yml:12"),
            ],
            self.shown(*self.client_options),
        )

    def test_the_text_has_a_place_on_every_rule(self):
        text = self.profile("show", *self.client_options)
        self.assertRegex(text, rf"(?m)^  deny     config-text +{self.etc}/50_later.yml:5:7$")
        self.assertRegex(text, rf"(?m)^  rewrite  c\(\.\*\) +{self.etc}/50_later.yml:6:7\n           to    d\{{\}}$")
        self.assertRegex(text, rf"(?m)^           limit +sessions 3 +{self.etc}/50_later.yml:13:\d+$")
        self.assertEqual(text, self.profile("show", *self.client_options))

    def test_a_profile_is_shown_by_its_name_in_use_or_not(self):
        self.assertEqual(
            [("GETINFO", "allow", "version"), ("GETINFO", "allow", "b")], [line[:3] for line in self.shown("bank")][1:]
        )
        self.assertEqual([("GETINFO", "allow", "z")], [line[:3] for line in self.shown("90_hosts.yml")][1:])
        self.assertEqual([("GETINFO", "allow", "b")], [line[:3] for line in self.shown("bank", *self.client_options)][2:])
        self.assertEqual(3, len(self.shown(self.library / "bank.yml")))

    def test_a_client_that_no_profile_is_for_is_an_answer_of_its_own(self):
        self.assertIn("no profile is for this client", self.profile("show", "--host", "192.0.2.7", status=1))
        self.assertIn("no profile is for this client", self.profile("show", "bank", "--host", "192.0.2.1", status=1))

    def test_wrong_names_and_mistakes_are_named(self):
        self.assertIn("there is no such profile", self.profile("show", "nonesuch", status=1))
        self.assertIn("is no name", self.profile("show", ".hidden", status=1))
        write_profile(self.etc, "60_bad.yml", "- [\n")
        said = self.profile("show", *self.client_options, status=1)
        self.assertIn("60_bad.yml:", said)
        self.assertIn("config-text", said)
