# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests that profiles carry: `check` plays them, `serve` does not."""

import os
import pathlib
import re
import time

from harness import SieveTestCase, for_me, run_bounded
from harness.sanitizer import needs_plain_speed

BINARY = os.environ["ONION_SIEVE"]
SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "profiles.d"
SERVICE = "a" * 56
HEAD = """\
- name: shop
  hosts: ['192.0.2.2']
  commands:
    GETINFO:
      - version
      - {pattern: traffic/read, response: [{pattern: '250-(.*)=.*', replacement: '250-{}=0'}]}
    DEL_ONION: [{pattern: '.*', own: true}]
  onions: {keys: [new], ports: [80], targets: [1000-60000]}
  events: {BW: {response: [{pattern: '650 BW .*', replacement: 650 BW 0 0}]}}
  tests:
"""
PASSING = f"""\
    - {{send: GETINFO version, expect: forward}}
    - {{send: GETINFO address, expect: filter}}
    - {{send: GETINFO version, client: {{user: alice}}, expect: filter}}
    - {{send: 'ADD_ONION NEW:BEST Port=80,5000', forwards: 'ADD_ONION NEW:BEST Port=80,192.0.2.2:5000'}}
    - {{send: GETINFO traffic/read, reply: [250-traffic/read=7, 250 OK], gives: [250-traffic/read=0, 250 OK]}}
    - {{event: 650 BW 1 2, gives: [650 BW 0 0]}}
    - before: [{{send: 'ADD_ONION NEW:BEST Port=80,5000', reply: [250-ServiceID={SERVICE}, 250 OK]}}]
      send: DEL_ONION {SERVICE}
      expect: forward
"""


class CheckTests(SieveTestCase):
    def check(self, text, *arguments, status):
        self.path = self.write_profile(text)
        done = run_bounded([BINARY, "check", *arguments, self.path], seconds=20)
        self.assertEqual(status, done.returncode, done.stdout[-2000:] + done.stderr)
        return done.stdout.decode().replace(f"{self.path}:", "")

    def test_tests_that_pass_are_counted(self):
        self.assertEqual("1 file, 1 profile, 7 tests: 0 errors, 0 warnings\n", self.check(HEAD + PASSING, status=0))
        self.check(HEAD + PASSING, "--strict", status=0)

    def test_one_that_fails_is_an_error_at_its_place(self):
        output = self.check(HEAD + PASSING + "    - {send: GETINFO address, expect: forward}\n", status=1)
        self.assertIn("20:7: error: test of `GETINFO address` failed: expected forward, got filter (no rule matches) [failed-test]\n", output)
        self.assertIn("    - {send: GETINFO address, expect: forward}\n", output)
        self.assertTrue(output.endswith("1 file, 1 profile, 8 tests: 1 error, 0 warnings\n"), output)

    def test_what_came_and_why_is_said(self):
        for test, said in (
            ("{send: GETINFO version, expect: filter}", r"expected filter, got forward \(a rule allows it, 5:9\)"),
            (
                "{send: 'ADD_ONION NEW:BEST Port=80,1', expect: rewrite}",
                r"expected rewrite, got filter \(`onions` does not allow it: .*\)",
            ),
            (
                "{send: GETINFO version, reply: [250-address=1, 250 OK], gives: [250 OK]}",
                "it ends the session at tor's reply: tor's reply does not fit the command GETINFO",
            ),
            (
                f"{{event: 650 HS_DESC UPLOADED {SERVICE} UNKNOWN x, gives: []}}",
                r"the client may not ask for HS_DESC: filter \(no profile lists the event HS_DESC\)",
            ),
            (
                "{send: GETINFO version, client: {host: 192.0.2.3}, expect: forward}",
                r"expected forward, got filter \(no profile matches\)",
            ),
            (f"{{send: DEL_ONION {SERVICE}, expect: forward}}", "expected forward, got filter .* not the client's own"),
        ):
            with self.subTest(test):
                output = self.check(f"{HEAD}    - {test}\n", status=1)
                self.assertRegex(output, f"(?m)^11:7: error: test of `.*?` failed: {said}")

    def test_one_that_could_not_fail_or_not_pass_is_an_error(self):
        for test in (
            "{send: GETINFO version}",
            "{send: GETINFO version, expect: forward, forwards: GETINFO address}",
            "{send: GETINFO version, expect: filter, reply: [250 OK], gives: []}",
            "{send: GETINFO version, expects: forward}",
            "{send: GETINFO version, expect: forward, client: {}}",
            "{event: 650 BW 1 2}",
            "{before: [{send: QUIT, gives: []}], send: GETINFO version, expect: forward}",
        ):
            with self.subTest(test):
                output = self.check(f"{HEAD}    - {test}\n", status=1)
                self.assertRegex(output, r"(?m)^11:\d+: error: ")
                self.assertNotIn("failed-test", output)
                self.assertIn("1 file, 0 profiles, 0 tests: ", output)

    def test_each_file_is_played_by_itself(self):
        self.write_profile(HEAD + PASSING, "40_shop.yml")
        self.write_profile("- {hosts: ['192.0.2.2'], commands: {GETINFO: [address]}}  # sieve: allow dangerous-permission\n", "50_more.yml")
        done = run_bounded([BINARY, "check", self.profiles])
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertEqual(b"2 files, 2 profiles, 7 tests: 0 errors, 0 warnings, 1 allowed\n", done.stdout)

    @needs_plain_speed
    def test_many_and_long_ones_take_seconds_at_most(self):
        tests = "    - {send: GETINFO version, expect: forward}\n" * 10_000
        started = time.monotonic()
        self.assertIn("10000 tests: 0 errors", self.check(HEAD + tests, status=0))
        self.assertLess(time.monotonic() - started, 10)
        for length in (65_526, 65_527, 300_000):
            self.check(f"{HEAD}    - {{send: GETINFO {'a' * length}, expect: filter}}\n", status=0)

    def test_those_of_the_shipped_profiles_pass(self):
        done = run_bounded([BINARY, "check", "--strict", SHIPPED], seconds=60)
        self.assertEqual(0, done.returncode, done.stdout)
        count = re.search(rb"(\d+) tests: 0 errors, 0 warnings, \d+ allowed\n$", done.stdout)
        self.assertTrue(count, done.stdout)
        self.assertGreater(int(count[1]), 50)


class ServeTests(SieveTestCase):
    def reply(self, test):
        tor = self.fake_tor()
        self.write_profile(for_me(commands={"GETINFO": ["version"]}, tests=[test]))
        with self.subTest(test):
            return self.session(self.sieve(tor)).ask("GETINFO version")

    def test_a_profile_whose_tests_fail_is_used_all_the_same(self):
        self.assertEqual(b"250 OK", self.reply({"send": "GETINFO version", "expect": "filter"})[-1])

    def test_one_whose_tests_cannot_be_read_is_not(self):
        for test in ({"send": "GETINFO version"}, {"sned": "GETINFO version", "expect": "forward"}, "GETINFO version"):
            self.assertEqual([b"510 Command filtered"], self.reply(test))
