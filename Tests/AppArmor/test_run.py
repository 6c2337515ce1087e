# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`onion-sieve run` puts a program under its policy or does not start it, and `doctor` says which policies there are."""

import json
import os

from apparmor import LINUX, POLICIES, SECONDS, load, play, program
from harness import SieveTestCase
from harness.processes import eventually, run_bounded

# Not one that another test loads a policy for.
THING = "/usr/bin/thing-to-run"
# No executable has it: only `run` puts a program under it.
LABEL = "a-thing"
ODD = "/opt/*[x]"
FILTER = "control"


class RunTests(SieveTestCase):
    seconds = 600

    def setUp(self):
        super().setUp()
        program(THING)
        # Policies are names, one of them a path with what would be a pattern elsewhere.
        text = "- {users: ['*'], apparmor-profiles: ['%s'], commands: {GETINFO: [version]}}\n"
        self.write_profile(text % LABEL, "thing.yml")
        self.write_profile(text % ODD, "odd.yml")
        self.daemon = self.unstarted_sieve(self.fake_tor(), listen=[])
        self.place = self.daemon.runtime / FILTER
        self.daemon.command += ["--listen", f"unix:{self.place},mode=0666"]
        self.daemon.start()
        eventually(self.place.exists, lambda: f"it listens{self.daemon.tail()}", seconds=SECONDS)
        self.places = ["--profiles", str(self.profiles), "--runtime-directory", str(self.daemon.runtime)]

    def confine(self, profile, *options):
        """Loads the policy that is generated for a profile, and returns how it is removed."""
        done = run_bounded(
            [os.environ["ONION_SIEVE"], "apparmor", self.profiles / f"{profile}.yml", *self.places[2:], *options]
            + ["--output", POLICIES], SECONDS,
        )  # fmt: skip
        self.assertEqual(0, done.returncode, done.stderr)
        name = done.stdout.decode().split("wrote ")[1].split(";")[0].rpartition("/")[2]
        load(name)

        def remove():
            run_bounded(["apparmor_parser", "--remove", POLICIES / name], SECONDS)
            (POLICIES / name).unlink(missing_ok=True)

        self.addCleanup(remove)
        return remove

    def prefix(self, profile, *options):
        return [os.environ["ONION_SIEVE"], "run", profile, *self.places, *options, "--"]

    def label(self, profile, *options):
        """The label that a program gets, or why it was not started."""
        done = run_bounded([*self.prefix(profile, *options), THING, "label"], SECONDS, text=True)
        if done.returncode == 125:
            self.assertEqual("", done.stdout)
            return done.stderr
        self.assertEqual(0, done.returncode, done.stderr)
        self.warning = done.stderr
        return done.stdout.strip()

    def test_a_program_runs_under_its_policy_or_not_at_all(self):
        self.assertIn(f"the AppArmor policy `{LABEL}` is not loaded", self.label("thing"))
        self.assertEqual("label: unconfined", self.label("thing", "--unconfined"))
        remove = self.confine("thing")
        self.assertEqual(f"label: {LABEL} (enforce)", self.label("thing"))
        self.assertEqual("", self.warning)
        self.assertEqual("label: unconfined", self.label("thing", "--unconfined"))
        remove()
        self.assertIn("is not loaded", self.label("thing"))

    def test_the_filter_knows_it_by_the_label(self):
        self.confine("thing")
        steps = ["connect", str(self.place), "say", "AUTHENTICATE", "hear", "say", "GETINFO version", "hear"]
        self.assertRegex(play(THING, *steps, prefix=self.prefix("thing"))[1], "^250-version=")
        self.assertEqual("510 Command filtered", play(THING, *steps, prefix=self.prefix("thing", "--unconfined"))[1])

    def test_a_policy_that_keeps_nothing_is_warned_of_or_refused(self):
        self.confine("thing", "--complain")
        self.assertEqual(f"label: {LABEL} (complain)", self.label("thing"))
        self.assertIn("complain mode", self.warning)
        load(LABEL, f"abi <abi/3.0>,\nprofile {LABEL} flags=(unconfined) {{\n}}\n")
        self.assertIn("is in unconfined mode", self.label("thing"))

    def test_a_policy_in_complain_mode_around_it_does_not_make_up_one_that_is_missing(self):
        load("around", "abi <abi/3.0>,\nprofile around flags=(complain) {\n}\n")
        self.addCleanup(run_bounded, ["apparmor_parser", "--remove", POLICIES / "around"], SECONDS)
        done = run_bounded(["aa-exec", "-p", "around", "--", *self.prefix("thing"), THING, "label"], SECONDS, text=True)
        self.assertEqual((125, ""), (done.returncode, done.stdout), done.stderr)

    def test_a_path_with_what_is_a_pattern_elsewhere_is_one_name(self):
        self.confine("odd")
        self.assertEqual(f"label: {ODD} (enforce)", self.label("odd"))

    def doctor(self):
        done = run_bounded([os.environ["ONION_SIEVE"], "doctor", "--json", *self.places], SECONDS)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_doctor_reads_it_from_the_kernel(self):
        def severities(text):
            return [finding["severity"] for finding in findings if text in finding["text"]]

        findings = self.doctor()
        self.assertEqual(["ok"], severities("AppArmor is on"), findings)
        self.assertEqual(["warning"], severities(f"no policy `{LABEL}` is loaded"), findings)
        self.assertEqual(["ok" if LINUX >= (6, 17) else "warning"], severities("connects to a socket by its path"), findings)
        self.assertEqual(["warning"], severities("the daemon is not under its own policy"), findings)
        self.confine("thing")
        findings = self.doctor()
        self.assertEqual(["ok"], severities(f"the policy `{LABEL}` is enforced"), findings)
        self.confine("thing", "--complain")
        findings = self.doctor()
        self.assertEqual(["warning"], severities(f"the policy `{LABEL}` is in complain mode"), findings)
