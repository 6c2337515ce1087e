# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`check` and `explain`: exit statuses, diagnostics, and one JSON object a command."""

import json
import os
import re
import textwrap

from harness import ME, SieveTestCase, run_bounded
from harness.profiles import profile_directory, write_profile

BINARY = os.environ["ONION_SIEVE"]
SHOP = textwrap.dedent(r"""
    - name: shop
      hosts:
        - '192.0.2.2'
        - '2001:db8::2'
      commands:
        GETINFO:
          - 'version'
          - pattern: 'net/listeners/socks'
            answer: ['250-net/listeners/socks="127.0.0.1:9050"', '250 OK']
        ADD_ONION:
          - pattern: 'NEW:BEST Port=80,(176\d\d)'
            replacement: 'NEW:BEST Port=80,{client-address}:{}'
        SIGNAL:
          - pattern: 'HALT'
            deny: true
      confs:
        UseBridges: ['', '[01]']  # sieve: allow dangerous-permission (what a test sets)
      events:
        BW:
        SIGNAL:
          suppress: true
    """).lstrip()


class CommandlineTestCase(SieveTestCase):
    def run_sieve(self, *arguments, **options):
        done = run_bounded([BINARY, *arguments], **options)
        self.assertGreaterEqual(done.returncode, 0, f"killed by a signal: {done.stderr!r}")
        return done

    def output(self, done):
        """Both streams: which of them diagnostics go to is not what these tests are about."""
        return (done.stdout + done.stderr).decode()


class UsageTests(CommandlineTestCase):
    def test_a_command_line_that_cannot_be_understood_is_status_2(self):
        for arguments in (
            ["nonsense"],
            ["serve", "--nonsense"],
            ["check", "--nonsense"],
            ["explain", "--nonsense"],
            ["explain", "--host", "nonsense", "GETINFO x"],
            ["explain", "--host"],
            ["serve", "--listen", "nonsense"],
            ["serve", "--tor", "nonsense"],
            ["serve", "--tor-auth", "nonsense"],
            ["serve", "--listen", "127.0.0.1:99999"],
            ["serve", "--listen", "unix:/x,mode=9999"],
            ["serve", "--complain="],
            ["explain", "--host", "192.0.2.2", "--user", "x", "QUIT"],
        ):
            with self.subTest(arguments):
                done = self.run_sieve(*arguments, seconds=5)
                self.assertEqual(2, done.returncode, self.output(done))
                self.assertTrue(done.stderr, "it says why")

    def test_help_is_status_0_and_names_the_options(self):
        self.assertEqual(0, self.run_sieve("--help").returncode)
        serve = self.output(self.run_sieve("serve", "--help"))
        for option in (
            "--listen",
            "--tor",
            "--tor-cookie",
            "--tor-auth",
            "--tor-password-file",
            "--tor-user",
            "--profiles",
            "--complain",
            "--debug",
        ):
            self.assertIn(option, serve)
        explain = self.output(self.run_sieve("explain", "--help"))
        for option in (
            "--profiles",
            "--host",
            "--user",
            "--group",
            "--apparmor",
            "--exe",
            "--unit",
            "--socket",
            "--json",
        ):
            self.assertIn(option, explain)
        self.assertIn("--strict", self.output(self.run_sieve("check", "--help")))


class CheckTests(CommandlineTestCase):
    def check(self, *arguments):
        return self.run_sieve("check", *arguments)

    def test_good_profiles_are_status_0_as_files_and_as_directories(self):
        path = self.write_profile(SHOP)
        for arguments in ([path], [self.profiles], [self.profiles, path], ["--strict", path]):
            with self.subTest(arguments):
                done = self.check(*arguments)
                self.assertEqual(0, done.returncode, self.output(done))
                self.assertNotIn("error:", self.output(done))
                self.assertNotIn("warning:", self.output(done))

    def assertError(self, text, line, *words, severity="error", status=1, arguments=()):
        path = self.write_profile(text)
        done = self.check(*arguments, path)
        output = self.output(done)
        self.assertEqual(status, done.returncode, output)
        position = rf"{line}:\d+" if line else r"\d+:\d+"
        found = [l for l in output.splitlines() if re.match(rf"{re.escape(str(path))}:{position}: {severity}: \S", l)]
        self.assertTrue(found, f"no {severity} in line {line or 'any'}: {output}")
        for word in words:
            self.assertIn(word, output)
        self.assertNotIn("\x1b", output, "colour where no terminal is")

    def rule(self, rule):
        return f"- users: ['me']\n  units: ['*']\n  commands:\n    GETINFO:\n      - version\n      - {rule}\n"

    def test_an_error_is_told_with_its_place(self):
        for text, line, words in (
            ("- name: [\n", None, []),
            ("- name: a\n\tusers: []\n", 2, []),
            ("- name: a\n  users: ['*']\n  units: ['*']\n  users: ['x']\n", 4, ["users"]),
            ("- users: ['*']\n  units: ['*']\n  commands: GETINFO\n", 3, ["commands"]),
            ("- users: 7\n  units: ['*']\n", 1, ["users"]),
            ("- users: ['*']\n  units: ['*']\n  commands:\n    GETINFO: version\n", 4, ["GETINFO"]),
            ("just text\n", 1, []),
            ("- just text\n", 1, []),
            (self.rule("'(?=x)version'"), 6, ["look"]),
            (self.rule("'(?<!x)version'"), 6, ["look"]),
            (self.rule(r"'(a)\1'"), 6, []),
            (self.rule(r"'\z'"), 6, []),
            (self.rule("'a{,3}'"), 6, []),
            (self.rule("'*'"), 6, []),
            (self.rule("'(a'"), 6, []),
            (self.rule("'a{2000}'"), 6, []),
            (self.rule("{pattern: 'a', replacement: '{0}'}"), 6, ["group"]),
            (self.rule("{pattern: '(a)', replacement: '{}{}'}"), 6, ["group"]),
            (self.rule("{pattern: '(a)', replacement: '{nonsense}'}"), 6, ["nonsense"]),
            (self.rule("{pattern: '(a)', replacement: '{'}"), 6, []),
            (self.rule(r'{pattern: "a", replacement: "a\nSIGNAL HALT"}'), 6, []),
            (self.rule("{pattern: 'a', answer: ['250-a=1']}"), 6, ["answer"]),
            (self.rule("{replacement: 'a'}"), 6, ["pattern"]),
            (self.rule("{pattern: 'a', deny: maybe}"), 6, ["deny"]),
            (self.rule("[a, b]"), 6, []),
            ("- hosts: ['10.0.0.300']\n", 1, ["10.0.0.300"]),
        ):
            with self.subTest(text):
                self.assertError(text, line, *words)

    def test_an_empty_or_comment_only_file_gets_a_diagnostic(self):
        for text in ("", "\n\n", "# a comment\n", "---\n"):
            with self.subTest(text):
                path = self.write_profile(text)
                self.assertRegex(
                    self.output(self.check(path)), rf"(?m)^{re.escape(str(path))}:\d+:\d+: (error|warning): "
                )

    def test_an_unknown_key_is_a_warning_that_names_the_nearest_and_an_error_when_strict(self):
        text = "- users: ['*']\n  units: ['*']\n  comands:\n    GETINFO: [version]\n"
        self.assertError(text, 3, "comands", "commands", severity="warning", status=0)
        self.assertError(text, 3, "comands", "commands", severity="(error|warning)", status=1, arguments=["--strict"])

    def test_all_errors_of_all_files_are_told_in_one_run(self):
        for name in ("30_c.yml", "10_a.yml", "20_b.yml"):
            self.write_profile(self.rule("'(?=x)'") + "      - '(b'\n", name)
        self.write_profile(SHOP, "25_good.yml")
        done = self.check(self.profiles)
        self.assertEqual(1, done.returncode)
        places = re.findall(r"(?m)^\S*/(\w+\.yml):(\d+):\d+: error:", self.output(done))
        self.assertEqual([(name, line) for name in ("10_a.yml", "20_b.yml", "30_c.yml") for line in ("6", "7")], places)

    def test_a_diagnostic_shows_the_line_and_points_at_the_place(self):
        path = self.write_profile(self.rule("'(?=x)version'"))
        lines = self.output(self.check(path)).splitlines()
        self.assertTrue(any("'(?=x)version'" in line for line in lines), lines)
        self.assertTrue(any(re.fullmatch(r"[\s|]*\^[~^]*\s*", line) for line in lines), lines)

    def test_what_cannot_be_read_is_an_error_that_names_it_and_never_hangs(self):
        missing = self.profiles / "missing.yml"
        dangling = self.profiles / "dangling.yml"
        dangling.symlink_to("nowhere")
        pipe = self.profiles / "pipe.yml"
        os.mkfifo(pipe)
        for path in (missing, dangling, pipe):
            with self.subTest(path.name):
                done = self.check(path)
                self.assertIn(done.returncode, (1, 2), self.output(done))
                self.assertIn(path.name, self.output(done))

    def test_a_file_that_may_not_be_read_is_an_error_that_names_it(self):
        if os.getuid() == 0:
            self.skipTest("root may read every file")
        path = self.write_profile(SHOP)
        path.chmod(0)
        done = self.check(path)
        self.assertEqual(1, done.returncode)
        self.assertIn(str(path), self.output(done))

    def test_a_file_that_others_may_write_is_a_warning(self):
        path = self.write_profile(SHOP)
        path.chmod(0o666)
        output = self.output(self.check(path))
        self.assertRegex(output, rf"(?m)^{re.escape(str(path))}(:\d+:\d+)?: warning: ")

    def test_hostile_yaml_is_bounded(self):
        for text in (
            "a: &a [x]\n"
            + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)),
            "[" * 100_000,
            "- " * 100_000,
            "- users: ['" + "a" * 20_000_000 + "']\n",
        ):
            with self.subTest(text[:30]):
                path = self.write_profile(text)
                done = run_bounded([BINARY, "check", path], seconds=10)
                self.assertEqual(1, done.returncode, done.stderr[-500:])


class ExplainTests(CommandlineTestCase):
    def explain(self, *commands, client=("--host", "192.0.2.2"), stdin=None):
        done = self.run_sieve(
            "explain",
            "--profiles",
            self.profiles,
            *client,
            "--json",
            *commands,
            **({} if stdin is None else {"input": stdin}),
        )
        self.assertEqual(0, done.returncode, self.output(done))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def setUp(self):
        super().setUp()
        self.path = self.write_profile(SHOP, "40_shop.yml")

    def test_an_argument_with_a_line_break_is_no_command(self):
        for text in ("GETINFO a\nSIGNAL SHUTDOWN", "GETINFO a\r\n", "\n"):
            with self.subTest(text):
                (said,) = self.explain(text)
                self.assertEqual(("filter", text), (said["decision"], said["command"]))

    def test_a_command_that_passes_names_its_rule(self):
        [found] = self.explain("GETINFO version")
        self.assertEqual(("GETINFO version", "forward"), (found["command"], found["decision"]))
        self.assertEqual(f"{self.path}:7:9", found["rule"])
        self.assertEqual("GETINFO version", found.get("forwarded", "GETINFO version"))

    def test_a_command_that_is_rewritten_says_what_is_forwarded(self):
        [found] = self.explain("ADD_ONION NEW:BEST Port=80,17600")
        self.assertEqual("rewrite", found["decision"])
        self.assertEqual("ADD_ONION NEW:BEST Port=80,192.0.2.2:17600", found["forwarded"])
        self.assertEqual(f"{self.path}:11:9", found["rule"])
        [found] = self.explain("ADD_ONION NEW:BEST Port=80,17600", client=("--host", "2001:db8::2"))
        self.assertEqual("ADD_ONION NEW:BEST Port=80,[2001:db8::2]:17600", found["forwarded"])

    def test_a_command_that_is_filtered_says_why(self):
        [found] = self.explain("GETINFO address")
        self.assertEqual(
            {"command": "GETINFO address", "decision": "filter", "reason": "no rule matches", "profiles": ["shop"]},
            found,
        )
        [found] = self.explain("SIGNAL HALT")
        self.assertEqual("filter", found["decision"])
        self.assertEqual(f"{self.path}:14:9", found["rule"])

    def test_own_is_judged_as_in_a_session_that_has_made_nothing_before_a_tor_without_credentials(self):
        self.write_profile(
            textwrap.dedent("""
            - hosts: ['192.0.2.2']
              commands:
                DEL_ONION: [{pattern: '.*', own: true}]
                ONION_CLIENT_AUTH_ADD: [{pattern: '.*', own: true}]
                ONION_CLIENT_AUTH_REMOVE: [{pattern: '.*', own: true}]
            """),
            "50_own.yml",
        )
        service = "a" * 56
        commands = [
            f"DEL_ONION {service}",
            f"ONION_CLIENT_AUTH_ADD {service} x25519:{'A' * 43}=",
            f"ONION_CLIENT_AUTH_REMOVE {service}",
        ]
        self.assertEqual(["filter", "forward", "filter"], [found["decision"] for found in self.explain(*commands)])

    def test_a_client_that_no_profile_is_for_is_told_so(self):
        for client in (("--host", "192.0.2.9"), ("--user", ME, "--apparmor", "x")):
            [found] = self.explain("GETINFO version", client=client)
            self.assertEqual(
                ("filter", "no profile matches", []), (found["decision"], found["reason"], found.get("profiles", []))
            )

    def test_what_is_answered_here_is_an_answer(self):
        commands = ["PROTOCOLINFO 1", "AUTHENTICATE", "TAKEOWNERSHIP", "QUIT", "GETINFO net/listeners/socks"]
        self.assertEqual(["answer"] * len(commands), [found["decision"] for found in self.explain(*commands)])

    def test_each_kind_of_command_is_judged(self):
        decisions = {
            "SETCONF UseBridges=1": True,
            "SETCONF UseBridges=2": False,
            "RESETCONF UseBridges": True,
            "GETCONF UseBridges": True,
            "GETCONF Bridge": False,
            "SETEVENTS BW": True,
            "SETEVENTS BW SIGNAL": True,
            "SETEVENTS CIRC": False,
            "setevents bw": True,
            "GETINFO version address": False,
            "GETINFO version version": True,
            'SETCONF UseBridges="a\\r\\n250 OK"': False,
            "SIGNAL NEWNYM": False,
            "": False,
            " GETINFO version": False,
        }
        for command, allowed in decisions.items():
            with self.subTest(command):
                [found] = self.explain(command)
                self.assertEqual(allowed, found["decision"] in ("forward", "rewrite", "answer"), found)

    def test_commands_are_read_from_standard_input_one_a_line_and_judged_in_order(self):
        commands = [
            "GETINFO version",
            "",
            "GETINFO address",
            "ADD_ONION NEW:BEST Port=80,17600",
            "?",
            "GETINFO\tversion",
            'SETCONF "x',
        ] * 300
        found = self.explain(stdin="".join(command + "\n" for command in commands).encode())
        self.assertEqual(commands, [each["command"] for each in found])
        self.assertEqual(
            ["forward", "filter", "filter", "rewrite", "filter", "filter", "filter"] * 300,
            [each["decision"] for each in found],
        )

    def test_bytes_that_are_no_text_give_valid_json(self):
        found = self.explain(stdin=b'GETINFO v\xff\xfe\nGETINFO \x01\nGETINFO "\\\nGETINFO version\n')
        self.assertEqual(["filter", "filter", "filter", "forward"], [each["decision"] for each in found])

    def test_a_local_client_is_described_by_its_options(self):
        if ME == "nobody":
            self.skipTest("nobody is the other user here")
        for keys, client in (
            (f"  apparmor-profiles: ['app']\n  users: ['{ME}']\n", ("--user", ME, "--apparmor", "app")),
            (f"  apparmor-profiles: ['/usr/bin/app']\n  users: ['{ME}']\n", ("--user", ME, "--exe", "/usr/bin/app")),
            (f"  units: ['user:app-*.scope']\n  users: ['{ME}']\n", ("--user", ME, "--unit", "user:app-x.scope")),
            (
                f"  units: ['app.service']\n  users: ['{ME}']\n  groups: ['us']\n",
                ("--user", ME, "--unit", "app.service", "--group", "us"),
            ),
        ):
            with self.subTest(keys):
                self.write_profile(f"- name: local\n{keys}  commands:\n    GETINFO: ['a']\n", "50_local.yml")
                self.assertEqual("forward", self.explain("GETINFO a", client=client)[0]["decision"])
                self.assertEqual(
                    "filter", self.explain("GETINFO a", client=("--user", "nobody", *client[2:]))[0]["decision"]
                )
                self.assertEqual("filter", self.explain("GETINFO a", client=client[:2])[0]["decision"])

    def test_without_json_it_is_told_in_words(self):
        done = self.run_sieve(
            "explain", "--profiles", self.profiles, "--host", "192.0.2.2", "GETINFO version", "GETINFO address"
        )
        self.assertEqual(0, done.returncode, self.output(done))
        output = done.stdout.decode()
        for words in ("GETINFO version", f"{self.path}:7:9", "GETINFO address", "no rule matches"):
            self.assertIn(words, output)
        self.assertNotIn("\x1b", output)

    def test_directories_are_merged_as_serve_merges_them(self):
        later = profile_directory(self.directory / "later.d")
        write_profile(
            later, "40_shop.yml", "- name: other\n  hosts: ['192.0.2.2']\n  commands:\n    GETINFO: ['address']\n"
        )
        done = self.run_sieve(
            "explain",
            "--profiles",
            self.profiles,
            "--profiles",
            later,
            "--host",
            "192.0.2.2",
            "--json",
            "GETINFO version",
            "GETINFO address",
        )
        self.assertEqual(["filter", "forward"], [json.loads(line)["decision"] for line in done.stdout.splitlines()])
