# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`suggest`: a session under --complain, the profile that is made of its trail, and the same session under that profile."""

import json
import os
import re

import stem.control

from harness import ME, SieveTestCase, for_me
from harness.case import real_tor
from harness.processes import eventually, run_bounded

BINARY = os.environ["ONION_SIEVE"]
SERVICE = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid"
# For whom it is, and nothing that it may do.
NOBODY = [for_me(name="learner")]


def suggest(*arguments, stdin=None):
    return run_bounded([BINARY, "suggest", *map(str, arguments)], input=stdin, seconds=60)


class SuggestTests(SieveTestCase):
    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)

    def recorded(self, talk, *options, profile=NOBODY):
        """The trail of a session in complain mode."""
        trail = self.directory / "trail.jsonl"
        daemon = self.sieve(self.tor, "--complain", "--audit", trail, *options, profile=profile)
        talk(daemon)
        eventually(lambda: '"disconnected"' in trail.read_text(), lambda: f"the session ends{daemon.tail()}")
        daemon.stop()
        return trail

    def suggested(self, trail, *options):
        done = suggest(trail, *options)
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return done.stdout.decode()

    def assertStrictlyClean(self, text):
        path = self.directory / "suggested.yml"
        path.write_text(text)
        path.chmod(0o644)
        done = run_bounded([BINARY, "check", "--strict", str(path)])
        self.assertEqual(0, done.returncode, done.stdout.decode() + text)
        self.assertIn(b"0 errors, 0 warnings", done.stdout)
        return path

    def refused(self, trail):
        records = [json.loads(line) for line in trail.read_text().splitlines()]
        return [r for r in records if r.get("decision") == "filter" or r.get("complain")]

    def application(self, daemon):
        """What a program built on stem may well do."""
        place = daemon.client_address if hasattr(daemon, "client_address") else daemon.unix
        with stem.control.Controller.from_socket_file(str(place)) as controller:
            controller.authenticate()
            controller.get_version()
            controller.get_info(["status/bootstrap-phase", "net/listeners/socks"])
            controller.get_conf("UseBridges")
            controller.add_event_listener(lambda event: None, stem.control.EventType.HS_DESC)
            controller.signal("NEWNYM")
            service = controller.create_ephemeral_hidden_service({80: 8080}, key_content="ED25519-V3")
            self.assertEqual([service.service_id], controller.list_ephemeral_hidden_services())
            self.assertTrue(controller.remove_ephemeral_hidden_service(service.service_id))
            controller.get_info("circuit-status")

    def test_a_session_works_under_the_profile_that_was_made_of_it_and_no_other_does(self):
        text = self.suggested(self.recorded(self.application))
        self.assertStrictlyClean(text)
        self.assertIn("targets:\n      - 8080\n", text)
        self.assertIn("HS_DESC: {own: true}", text)
        self.assertIn("{pattern: 'circuit-status', own: true}", text)
        again = self.directory / "again.jsonl"
        daemon = self.sieve(self.tor, "--audit", again, profile=text)
        daemon.client_address = self.place(daemon, text)
        self.application(daemon)
        eventually(lambda: '"disconnected"' in again.read_text(), lambda: f"the session ends{daemon.tail()}")
        self.assertEqual([], self.refused(again))
        client = self.session(daemon, daemon.client_address)
        for command in (
            "GETINFO address",
            "GETINFO traffic/read",
            "GETINFO version traffic/read",
            "GETCONF SocksPort",
            "SETCONF UseBridges=1",
            "SIGNAL RELOAD",
            "SETEVENTS STREAM",
            "ADD_ONION NEW:BEST Port=80,8081",
            "ADD_ONION NEW:BEST Flags=Detach Port=80,8080",
            f"DEL_ONION {SERVICE}",
        ):
            self.assertFiltered(client, command)

    def place(self, daemon, text):
        """The socket that the profile asks for, if it does, or else the daemon's."""
        name = re.search(r"sockets: \[\{name: '([a-z0-9-]+)'", text)
        return daemon.runtime / "apps" / name[1] / "control" if name else daemon.unix

    def test_what_is_dangerous_is_left_out_with_the_reason_and_answered_if_that_is_asked_for(self):
        wishes = ("GETINFO version", "GETINFO address", "GETINFO config-text", "SETCONF SafeLogging=1", "SIGNAL DUMP")

        def talk(daemon):
            client = self.session(daemon)
            for wish in wishes:
                self.assertRegex(client.ask(wish)[-1], b"^(250|551) ")
            client.close()

        trail = self.recorded(talk)
        text = self.suggested(trail)
        self.assertStrictlyClean(text)
        for wish in wishes[1:]:
            self.assertIn(f"# - {wish} (once", text)
            self.assertIn(f"{{send: '{wish}', expect: filter}}", text)
        answered = self.suggested(trail, "--answer")
        self.assertStrictlyClean(answered)
        self.assertIn("{send: 'GETINFO config-text', expect: answer}", answered)
        self.assertIn("{send: 'SIGNAL DUMP', expect: filter}", answered)

    def test_a_profile_that_is_there_is_told_what_it_lacks_and_what_it_does_not_need(self):
        profile = [for_me(name="learner", commands={"GETINFO": ["version", "traffic/read"]})]

        def talk(daemon):
            client = self.session(daemon)
            for command in ("GETINFO version", "SIGNAL NEWNYM"):
                client.ask(command)
            client.close()

        trail = self.recorded(talk, profile=profile)
        done = suggest(trail, "--profile", "learner", "--profiles", self.profiles)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(b"- 'NEWNYM'", done.stdout)
        self.assertNotIn(b"'version'", done.stdout)
        self.assertIn(b"a profile to stand beside learner", done.stderr)
        self.assertIn(b"not needed by anything in the trail: ", done.stderr)
        # JSON is YAML, but nothing can stand behind a list of it; behind an entry of a list it can.
        path = self.write_profile("- " + json.dumps(profile[0]) + "\n" + done.stdout.decode())
        checked = run_bounded([BINARY, "check", "--strict", str(path)])
        self.assertEqual(0, checked.returncode, checked.stdout.decode())
        nothing = suggest(trail, "--profile", "learner", "--profiles", self.profiles)
        self.assertEqual((0, b""), (nothing.returncode, nothing.stdout), nothing.stderr)
        self.assertIn(b"lacks nothing", nothing.stderr)

    def test_several_applications_are_listed_to_choose_from(self):
        client = {"transport": "unix", "uid": 1000, "user": "alice", "apparmor_mode": "enforce"}
        lines = [
            json.dumps(
                {
                    "schema": 1,
                    "time": "2026-11-21T20:00:00Z",
                    "event": "command",
                    "session": number,
                    "client": {**client, "apparmor": label},
                    "decision": "filter",
                    "command": "GETINFO",
                    "arguments": "version",
                }
            )
            for number, label in enumerate(("one", "two\x1b[31m"))
        ]
        trail = "\n".join(lines + ["no record", '{"schema": 9}', ""]).encode()
        done = suggest("-", stdin=trail)
        self.assertEqual((1, b""), (done.returncode, done.stdout))
        self.assertRegex(done.stderr.decode(), r"(?s)1 +AppArmor label one .*2 +AppArmor label two.*--application")
        self.assertNotIn(b"\x1b", done.stderr)
        self.assertIn(b"2 lines that no trail has", done.stderr)
        for arguments in (["--application", "1"], ["--client", "one"]):
            chosen = suggest("-", *arguments, stdin=trail)
            self.assertEqual(0, chosen.returncode, chosen.stderr)
            self.assertIn(b"apparmor-profiles: ['one']", chosen.stdout)
        self.assertEqual(1, suggest("-", "--application", "2", stdin=trail).returncode)

    def test_what_is_chosen_of_a_trail_does_not_join_sessions(self):
        client = {"transport": "unix", "uid": 1000, "user": "alice", "apparmor": "one", "apparmor_mode": "enforce"}
        record = {"schema": 1, "time": "2026-11-21T20:00:00Z", "session": 1, "client": client}
        service = {"event": "command", "decision": "filter", "command": "ADD_ONION", "arguments": "NEW:BEST Port=80,8080"}
        # Of two daemons, the second of which counts its sessions anew.
        lines = [json.dumps({**record, **more}) for more in [{"event": "connected"}, service] * 2]
        done = suggest("-", "--decision", "filter", stdin="\n".join([*lines, ""]).encode())
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn(b" in 2 sessions,", done.stdout)
        self.assertIn(b"    max: 1\n", done.stdout)

    def test_what_cannot_be_read_is_said(self):
        self.assertEqual(1, suggest(self.directory / "missing.jsonl").returncode)
        self.assertEqual(1, suggest("-", stdin=b"").returncode)
        self.assertEqual(2, suggest("-", "--since", "yesterday's").returncode)
        self.assertEqual(2, suggest().returncode)
        self.assertEqual(2, suggest("-", "--name", "../x").returncode)
        twice = suggest("-", "--profile", "shop", "--profile", "bank")
        self.assertEqual(2, twice.returncode)
        self.assertIn(b"one profile at a time is compared", twice.stderr)
        self.assertEqual(1, suggest("-", "--profile", "nobody", "--profiles", self.profiles, stdin=b"").returncode)
