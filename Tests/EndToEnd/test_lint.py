# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `check` finds in profiles that could be used: named, allowed by comments, as text, JSON and SARIF."""

import json
import os
import pathlib
import re
import textwrap

from harness import RawClient, SieveTestCase, run_bounded
from harness.case import real_tor

BINARY = os.environ["ONION_SIEVE"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
LOOSE = textwrap.dedent(r"""
    - name: loose
      hosts: [10.0.0.7]
      commands:
        SETCONF: ['DisableNetwork.*']
        GETINFO: ['address']  # sieve: allow dangerous-permission (it is a map)
    """).lstrip()
# What a finding shows of each of these is sent to tor, which must be able to read it.
WITNESSED = textwrap.dedent(r"""
    - name: witnessed
      hosts: ['10.0.0.0/24']
      commands:
        SETCONF: ['UseBridges.*=.*', 'Socks5Proxy.*', 'SafeLogging=.*']
        RESETCONF: ['__OwningControllerProcess']
        GETINFO: ['version config-text', 'traffic/read traffic/written process/pid', 'hs/client/desc/id/2.*',
                  'hs/(client|service)/desc/id/[b-z]\S+', '.*']
        GETCONF: ['UseBridges Bridge', 'hashedcontrolpassword', '(?i)socks5.*']
        SIGNAL: ['[Hh]up', 'usr1', 'Dump|Debug']
        MAPADDRESS: ['0.0.0.0=.*', '192.0.2.1=example.com', '\S+=\S+']
        ADD_ONION: ['NEW:BEST Port=80,127.0.0.1:8080', 'NEW:.* Port=80,(\d+)', 'ED25519-V3:\S+ Port=80,10.0.0.5:80']
        DEL_ONION: ['[x-z]\w+', '\S+']
        HSFETCH: ['b\S*', '\S+']
        ONION_CLIENT_AUTH_ADD: ['.*']
        ONION_CLIENT_AUTH_REMOVE: ['\S+']
        ONION_CLIENT_AUTH_VIEW: ['']
        RESOLVE: ['\S+']
        CLOSECIRCUIT: ['\d+']
      confs:
        __OwningControllerProcess: ['']
        HiddenServiceSingleHopMode:
    """).lstrip()
CLEAN = "- name: clean\n  hosts: [10.0.0.7]\n  commands:\n    GETINFO: [version]\n"


class LintTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.path = self.write_profile(LOOSE)

    def run_sieve(self, *arguments):
        done = run_bounded([BINARY, *arguments], seconds=30)
        done.stdout = done.stdout.decode()
        return done

    def check(self, *arguments, path=None):
        return self.run_sieve("check", *arguments, path or self.path)

    def test_a_finding_has_its_place_its_name_and_the_command_that_gets_through(self):
        done = self.check()
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertRegex(done.stdout, rf"(?m)^{re.escape(str(self.path))}:4:15: warning: .* \[trailing-arguments\]$")
        self.assertRegex(done.stdout, r"(?m)^hint: ")
        self.assertTrue(done.stdout.endswith("0 errors, 2 warnings, 1 allowed\n"), done.stdout)

    def test_explain_says_of_that_command_what_the_finding_says(self):
        commands = re.findall(r"warning: `([^`]*)` gets through", self.check().stdout)
        self.assertEqual(["SETCONF DisableNetwork=0", "SETCONF DisableNetwork=0 ORPort=9001"], sorted(commands))
        done = self.run_sieve("explain", "--profiles", self.profiles, "--host", "10.0.0.7", "--json", *commands)
        self.assertEqual(["forward"] * 2, [json.loads(line)["decision"] for line in done.stdout.splitlines()])

    def test_tor_can_read_what_is_shown(self):
        path = self.write_profile(WITNESSED, "50_witnessed.yml")
        findings = json.loads(self.check("--format", "json", path=path).stdout)["findings"]
        commands = {
            match[1] for f in findings if (match := re.match(r"`([A-Z_]+(?: [^`]*)?)` (?:gets through|of )", f["message"]))
        }
        self.assertGreater(len(commands), 25, findings)
        tor = real_tor(self, authentication="none")
        for command in sorted(commands):
            with self.subTest(command), RawClient(tor.socket_path) as client:
                client.command("AUTHENTICATE")
                self.assertEqual(b"250 OK", client.line())
                client.command(command)
                self.assertNotRegex(client.line(), rb"\A(?:50\d|51[0-9]|552 Unrec|553 Unable)")

    def test_warnings_fail_only_if_strict_and_those_that_are_allowed_never(self):
        self.assertEqual(1, self.check("--strict").returncode)
        allowed = LOOSE.replace("DisableNetwork.*']", "DisableNetwork=[01]']  # sieve: allow dangerous-permission")
        path = self.write_profile(allowed)
        done = self.check("--strict", path=path)
        self.assertEqual(0, done.returncode, done.stdout)
        self.assertNotIn("warning:", done.stdout)

    def test_what_is_allowed_is_listed_with_its_reason_if_asked(self):
        self.assertNotIn("allowed:", self.check().stdout)
        output = self.check("--verbose").stdout
        self.assertRegex(output, r"(?m)^.*:5:\d+: allowed: .* \[dangerous-permission\]$")
        self.assertIn("reason: it is a map\n", output)

    def test_an_allowance_for_nothing_is_a_finding(self):
        path = self.write_profile(CLEAN.replace("[version]", "[version]  # sieve: allow shadowed, nonsense"))
        done = self.check("--strict", path=path)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stdout, r"(?m)^.*:4:40: warning: .* \[unused-allow\]$")
        self.assertRegex(done.stdout, r"(?m)^.*:4:50: warning: .* \[unknown-finding\]$")

    def test_json_has_every_finding_and_the_counts(self):
        done = self.check("--format", "json")
        report = json.loads(done.stdout)
        counts = {key: value for key, value in report.items() if key != "findings"}
        self.assertEqual({"files": 1, "profiles": 1, "tests": 0, "errors": 0, "warnings": 2, "allowed": 1}, counts)
        self.assertEqual(3, len(report["findings"]))
        allowed = [f for f in report["findings"] if f["severity"] == "allowed"]
        self.assertEqual(
            [(str(self.path), 5, "dangerous-permission", "it is a map")],
            [(f["file"], f["line"], f["name"], f["reason"]) for f in allowed],
        )
        for finding in report["findings"]:
            self.assertLessEqual({"file", "line", "column", "severity", "name", "message", "hint"}, set(finding))

    def test_json_has_mistakes_without_a_name_and_files_without_a_place(self):
        path = self.write_profile("- hosts: [")
        done = self.check("--format", "json", path=path)
        self.assertEqual(1, done.returncode)
        self.assertEqual(["error"], [f["severity"] for f in json.loads(done.stdout)["findings"]])
        done = self.check("--format", "json", path=self.profiles / "missing.yml")
        self.assertEqual(1, done.returncode)
        self.assertNotIn("line", json.loads(done.stdout)["findings"][0])

    def test_sarif_is_a_log_of_version_2_1_0(self):
        log = json.loads(self.check("--format", "sarif").stdout)
        self.assertEqual("2.1.0", log["version"])
        (run,) = log["runs"]
        driver = run["tool"]["driver"]
        self.assertEqual("onion-sieve", driver["name"])
        names = [rule["id"] for rule in driver["rules"]]
        self.assertEqual(len(names), len(set(names)))
        for rule in driver["rules"]:
            for text in ("shortDescription", "fullDescription", "help"):
                self.assertTrue(rule[text]["text"])
            self.assertIn(rule["defaultConfiguration"]["level"], ("warning", "error"))
        self.assertEqual(3, len(run["results"]))
        for result in run["results"]:
            self.assertEqual(result["ruleId"], names[result["ruleIndex"]])
            self.assertIn(result["level"], ("none", "note", "warning", "error"))
            self.assertTrue(result["message"]["text"])
            (location,) = result["locations"]
            physical = location["physicalLocation"]
            self.assertEqual(f"file://{self.path}", physical["artifactLocation"]["uri"])
            self.assertGreaterEqual(physical["region"]["startLine"], 1)
            self.assertGreaterEqual(physical["region"]["startColumn"], 1)
        suppressed = [result for result in run["results"] if "suppressions" in result]
        why = {"kind": "inSource", "justification": "it is a map"}
        self.assertEqual([[why]], [result["suppressions"] for result in suppressed])

    def test_the_manual_has_every_finding_and_no_other(self):
        log = json.loads(self.check("--format", "sarif").stdout)
        names = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
        manual = (ROOT / "man" / "onion-sieve-lint.7").read_text()
        self.assertEqual([name for name in names if name != "mistake"], re.findall(r"(?m)^\.It Cm (\S+)$", manual))

    def test_names_of_files_are_written_so_that_they_are_references(self):
        path = self.write_profile(LOOSE, "40_a b%é.yml")
        log = json.loads(self.check("--format", "sarif", path=path).stdout)
        uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        self.assertTrue(uri.endswith("/40_a%20b%25%C3%A9.yml"), uri)

    def test_profiles_that_contradict_each_other_are_named_when_looked_at_together(self):
        self.write_profile(CLEAN + "  events: {BW: }\n", "10_first.yml")
        self.write_profile(CLEAN.replace("clean", "other") + "  events: {BW: {suppress: true}}\n", "20_second.yml")
        output = self.run_sieve("check", self.profiles).stdout
        self.assertRegex(output, r"(?m)^.*10_first\.yml:5:12: warning: .*20_second\.yml:5.* \[contradiction\]$")
        self.assertNotIn("contradiction", self.check(path=self.profiles / "10_first.yml").stdout)

    def test_a_format_that_there_is_not_is_wrong_usage(self):
        self.assertEqual(2, self.check("--format", "xml").returncode)
