# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGHUP: new sessions get the new profiles, running ones keep theirs, and a broken file changes nothing."""

import signal

from harness import SieveTestCase, for_me
from harness.processes import eventually
from harness.profiles import write_profile


def allowing(*keys):
    return for_me(commands={"GETINFO": list(keys)})


class ReloadTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.tor.info.update({name: name for name in ("a", "b", "marker")})

    def new_session_gets(self, daemon, key, allowed):
        with daemon.session() as client:
            return (client.ask(f"GETINFO {key}")[0] != b"510 Command filtered") == allowed

    def await_policy(self, daemon, key, allowed=True):
        eventually(
            lambda: self.new_session_gets(daemon, key, allowed),
            lambda: f"{key} is {'allowed' if allowed else 'filtered'}{daemon.tail()}",
        )

    def reload_and_await_marker(self, daemon):
        """Reloads, and waits until another file, which came with it, has its effect."""
        self.write_profile(allowing("marker"), "90_marker.yml")
        daemon.reload()
        self.await_policy(daemon, "marker")

    def test_new_sessions_get_the_new_profile_and_running_ones_keep_theirs(self):
        daemon = self.sieve(self.tor, profile=allowing("version", "a"))
        old = self.session(daemon)
        self.assertAnswers(old, "GETINFO a", "250-a=a", "250 OK")
        self.write_profile(allowing("version", "b"))
        daemon.reload()
        self.await_policy(daemon, "b")
        new = self.session(daemon)
        self.assertFiltered(new, "GETINFO a")
        self.assertAnswers(old, "GETINFO a", "250-a=a", "250 OK")
        self.assertFiltered(old, "GETINFO b")
        self.assertWorks(old)

    def test_a_session_that_was_accepted_but_not_authenticated_survives_a_reload(self):
        daemon = self.sieve(self.tor, profile=allowing("version"))
        waiting = self.client(daemon)
        self.reload_and_await_marker(daemon)
        self.assertWorks(waiting.authenticate())

    def test_a_profile_that_is_removed_is_gone_for_new_sessions(self):
        daemon = self.sieve(self.tor, profile=allowing("version"))
        old = self.session(daemon)
        (self.profiles / "40_test.yml").unlink()
        daemon.reload()
        self.await_policy(daemon, "version", allowed=False)
        self.assertWorks(old)

    def test_profiles_stay_as_they_were_while_a_directory_cannot_be_listed(self):
        later = self.directory / "later"
        later.mkdir(mode=0o755)
        daemon = self.sieve(self.tor, profile=allowing(".*"), profiles=[self.profiles, later])
        write_profile(later, "90_denies.yml", for_me(commands={"GETINFO": [{"pattern": "a", "deny": True}]}))
        daemon.reload()
        self.await_policy(daemon, "a", allowed=False)
        later.rename(self.directory / "away")
        later.symlink_to(later)
        daemon.reload()
        daemon.await_log("could not be read again")
        self.assertTrue(self.new_session_gets(daemon, "a", allowed=False))
        self.assertTrue(self.new_session_gets(daemon, "b", allowed=True))

    def test_a_file_that_broke_keeps_its_previous_version(self):
        daemon = self.sieve(self.tor, profile=allowing("version", "a"))
        for broken in ("- name: [\n", "- {users: ['*'], commands: {GETINFO: ['(?=x)']}}\n", "just text\n"):
            with self.subTest(broken):
                (self.profiles / "90_marker.yml").unlink(missing_ok=True)
                daemon.reload()
                self.await_policy(daemon, "marker", allowed=False)
                self.write_profile(broken)
                self.reload_and_await_marker(daemon)
                client = self.session(daemon)
                self.assertAnswers(client, "GETINFO a", "250-a=a", "250 OK")
                daemon.await_log("40_test.yml")
        self.write_profile(allowing("version", "b"))
        daemon.reload()
        self.await_policy(daemon, "b")
        self.await_policy(daemon, "a", allowed=False)

    def test_a_file_that_was_broken_from_the_start_counts_once_it_is_mended(self):
        daemon = self.sieve(self.tor, profile="- [\n")
        self.assertFiltered(self.session(daemon), "GETINFO a")
        self.write_profile(allowing("a"))
        daemon.reload()
        self.await_policy(daemon, "a")

    def test_many_reloads_under_load_drop_no_session_and_lose_no_reply(self):
        daemon = self.sieve(self.tor, profile=allowing("version"))
        clients = [self.session(daemon) for _ in range(5)]
        for _ in range(20):
            for client in clients:
                client.send("GETINFO version\r\nGETINFO address\r\n")
            daemon.signal(signal.SIGHUP)
            for client in clients:
                self.assertEqual([b"250-version=0.4.9.99-fake", b"250 OK"], client.reply())
                self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertFalse(daemon.has_ended())
