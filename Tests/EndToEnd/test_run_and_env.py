# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`onion-sieve run` and `onion-sieve env`: an application that finds the filter, and tor no other way."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

from harness import SieveTestCase
from harness.processes import eventually, run_bounded

GENERATOR = pathlib.Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")

# What a program finds of itself, as JSON.
REPORT = """
import json, os, signal, sys
print(json.dumps({
    "tor": {k: v for k, v in os.environ.items() if k.startswith("TOR_")},
    "arguments": [os.fsencode(a).hex() for a in sys.argv[1:]],
    "files": sorted(int(n) for n in os.listdir("/proc/self/fd") if int(n) > 2 and os.path.exists("/proc/self/fd/" + n)
                    and not os.readlink("/proc/self/fd/" + n).startswith("/proc/")),
    "process": os.getpid(), "parent": os.getppid(),
    "blocked": [int(s) for s in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "threads": len(os.listdir("/proc/self/task")),
    "status": {l.split(":")[0]: l.split(":")[1].strip() for l in open("/proc/self/status") if l.startswith("Sig")},
}))
"""


class RunCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()

    def run_command(self, *arguments, prefix=(), **options):
        return run_bounded([*prefix, os.environ["ONION_SIEVE"], *arguments], **options)

    def places(self, daemon):
        return ["--profiles", self.profiles, "--runtime-directory", daemon.runtime]

    def started(self, socket="app", **profile):
        self.write_profile({"sockets": [{"name": socket}], "commands": {"GETINFO": ["version"]}, **profile}, "app.yml")
        daemon = self.sieve(self.tor, "--tor-socks", "127.0.0.1:9150")
        # Later than the socket and its file, which is written once more.
        daemon.await_log("sockets of applications: ")
        return daemon

    def report(self, daemon, *arguments, prefix=(), **options):
        done = self.run_command(
            "run", "app", *self.places(daemon), "--unconfined", "--", sys.executable, "-c", REPORT, *arguments, prefix=prefix,
            **options
        )
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        return json.loads(done.stdout)

    def fails(self, status, saying, *arguments, **options):
        done = self.run_command(*arguments, **options)
        self.assertEqual((status, b""), (done.returncode, done.stdout), done.stderr)
        self.assertIn(saying, done.stderr.decode())
        self.assertNotIn(b"Fatal error", done.stderr)


class RunTests(RunCase):
    def test_the_program_finds_the_filter_and_what_the_caller_said_of_another_tor_is_gone(self):
        daemon = self.started()
        hostile = {
            "TOR_CONTROL_HOST": "127.0.0.1", "TOR_CONTROL_PORT": "9051", "TOR_CONTROL_PASSWD": "secret",
            "TOR_CONTROL_COOKIE_AUTH_FILE": "/run/tor/control.authcookie", "TOR_SOCKS_IPC_PATH": "/run/tor/socks",
            "TOR_SKIP_LAUNCH": "0", "TOR_OTHER": "kept",
        }  # fmt: skip
        found = self.report(daemon, env={**os.environ, **hostile})
        self.assertEqual(
            {
                "TOR_CONTROL_IPC_PATH": str(daemon.runtime / "apps/app/control"),
                "TOR_SKIP_LAUNCH": "1",
                "TOR_SOCKS_HOST": "127.0.0.1",
                "TOR_SOCKS_PORT": "9150",
                "TOR_OTHER": "kept",
            },
            found["tor"],
        )

    def test_it_works_there(self):
        daemon = self.started()
        script = (
            "import os, socket\ns = socket.socket(socket.AF_UNIX); s.connect(os.environ['TOR_CONTROL_IPC_PATH'])\n"
            "s.sendall(b'AUTHENTICATE\\r\\nGETINFO address\\r\\nQUIT\\r\\n')\n"
            "print(b''.join(iter(lambda: s.recv(4096), b'')).decode())"
        )
        done = self.run_command("run", "app", *self.places(daemon), "--unconfined", "--", sys.executable, "-c", script)
        self.assertIn(b"510 Command filtered", done.stdout, done.stderr)

    def test_the_process_is_the_same_with_the_callers_signals_and_no_other_files(self):
        daemon = self.started()
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        self.addCleanup(os.close, writing)
        odd = b"\xff\xfe --complain=x"

        def prepare():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
            signal.signal(signal.SIGUSR2, signal.SIG_IGN)

        child = subprocess.Popen(
            [os.environ["ONION_SIEVE"], "run", "app", *map(str, self.places(daemon)), "--unconfined", "--"]
            + [sys.executable, "-c", REPORT, "--complain=y", "--", odd, "", "--help"],
            stdout=subprocess.PIPE, pass_fds=[reading, writing], preexec_fn=prepare,
        )  # fmt: skip
        output, _ = child.communicate(timeout=20)
        found = json.loads(output)
        self.assertEqual((child.pid, os.getpid()), (found["process"], found["parent"]))
        self.assertEqual([b"--complain=y", b"--", odd, b"", b"--help"], [bytes.fromhex(a) for a in found["arguments"]])
        self.assertEqual([], found["files"])
        self.assertEqual([int(signal.SIGUSR1)], found["blocked"])
        ignored = int(found["status"]["SigIgn"], 16)
        self.assertTrue(ignored >> (signal.SIGUSR2 - 1) & 1)
        self.assertEqual(1, found["threads"])

    def test_a_parent_death_signal_is_the_programs(self):
        if not shutil.which("setpriv"):
            self.skipTest("needs setpriv")
        daemon = self.started()
        script = "import ctypes; n = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(n)); print(n.value)"
        done = self.run_command(
            "run", "app", *self.places(daemon), "--unconfined", "--", sys.executable, "-c", script,
            prefix=["setpriv", "--pdeathsig", "USR1", "--"],
        )  # fmt: skip
        self.assertEqual(str(int(signal.SIGUSR1)).encode(), done.stdout.strip(), done.stderr)

    def test_sockets_that_the_service_manager_passes_stay_open(self):
        daemon = self.started()
        reading, writing = os.pipe()
        script = 'exec 3<&$1 4<&$1; export LISTEN_PID=$$ LISTEN_FDS=1; shift; exec "$@"'
        child = subprocess.Popen(
            ["sh", "-c", script, "sh", str(reading), os.environ["ONION_SIEVE"], "run", "app"]
            + [*map(str, self.places(daemon)), "--unconfined", "--", sys.executable, "-c", REPORT],
            stdout=subprocess.PIPE, pass_fds=[reading],
        )  # fmt: skip
        os.close(reading)
        os.close(writing)
        self.assertEqual([3], json.loads(child.communicate(timeout=20)[0])["files"])

    def test_exit_status_and_signals_are_the_programs(self):
        daemon = self.started()
        for script, status in (("exit 7", 7), ("kill -TERM $$", -signal.SIGTERM), ("exit 125", 125)):
            with self.subTest(script):
                done = self.run_command("run", "app", *self.places(daemon), "--unconfined", "--", "sh", "-c", script)
                self.assertEqual(status, done.returncode)

    def test_what_cannot_be_started_has_the_status_that_a_shell_gives(self):
        daemon = self.started()
        plain = self.directory / "plain"
        plain.write_text("text\n")
        script = self.directory / "script"
        script.write_text("#!/nonexistent\n")
        script.chmod(0o755)
        odd = self.directory / "odd"
        odd.write_bytes(b"\0\1\2")
        odd.chmod(0o755)
        for command, status, saying in (
            ("no-such-command", 127, "there is no such command"),
            ("/no/such", 127, "there is no such command"),
            (plain, 126, "cannot be executed"),
            (self.directory, 126, "no regular file"),
            (script, 127, "interpreter"),
            (odd, 126, "cannot be executed"),
        ):
            with self.subTest(command):
                self.fails(status, saying, "run", "app", *self.places(daemon), "--unconfined", "--", command)

    def test_without_apparmor_nothing_is_started_unless_told(self):
        if os.path.exists("/sys/module/apparmor") and open("/sys/module/apparmor/parameters/enabled").read()[0] == "Y":
            self.skipTest("this kernel has AppArmor: Tests/AppArmor looks there")
        daemon = self.started(**{"users": ["*"], "apparmor-profiles": ["app"]})
        mark = self.directory / "mark"
        self.fails(125, "AppArmor is off", "run", "app", *self.places(daemon), "--", "touch", mark)
        self.assertFalse(mark.exists())
        done = self.run_command("run", "app", *self.places(daemon), "--unconfined", "--", "touch", mark)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertTrue(mark.exists())

    def test_several_labels_need_a_choice(self):
        daemon = self.started(**{"users": ["*"], "apparmor-profiles": ["one", "/opt/*[x]", "/usr/bin/true"]})
        start = ["run", "app", *self.places(daemon)]
        self.fails(125, "several policies", *start, "--", "sh", "-c", "true")
        self.fails(125, "not for the policy `two`", *start, "--label", "two", "--", "true")
        # The one of the executable, and one with regex characters, are names of policies like any others.
        for arguments in (["--", "/usr/bin/true"], ["--label", "/opt/*[x]", "--", "true"], ["--label", "one", "--", "true"]):
            done = self.run_command(*start, *arguments)
            self.assertEqual(125, done.returncode)
            self.assertNotIn(b"several", done.stderr)
            self.assertRegex(done.stderr, b"AppArmor is off|is not loaded")

    def test_a_socket_that_is_missing_or_anothers_stops_it(self):
        daemon = self.started()
        places = self.places(daemon)
        start = ["run", "app", *places, "--unconfined", "--", "true"]
        self.assertEqual(0, self.run_command(*start).returncode)
        self.fails(125, "there is no socket", "run", "app", *places, "--control", "unix:/no/where", "--unconfined", "--", "true")
        holder = daemon.runtime / "apps/app"
        holder.chmod(0o777)
        self.fails(125, "everybody can write", *start)
        holder.chmod(0o775)
        self.fails(125, "its group", *start)
        holder.chmod(0o755)
        # A link is followed, and who could change it counts.
        link = self.directory / "link"
        link.symlink_to(holder)
        linked = ["run", "app", *places, "--control", f"unix:{link}/control", "--unconfined", "--", "true"]
        self.assertEqual(0, self.run_command(*linked).returncode)
        if os.getuid() == 0:
            os.chown(link, 12345, -1, follow_symlinks=False)
            self.fails(125, "link belongs to uid 12345", *linked)
        if os.getuid() == 0:
            os.chown(holder, 12345, -1)
            self.fails(125, "somebody else has been there", *start)
            # Nor if all of it is his, the file with another tor's SOCKS port among it.
            for path in (holder / "control", holder / "env"):
                os.chown(path, 12345, -1)
            self.fails(125, "belongs to uid 12345", *start)
            for path in (holder, holder / "control"):
                os.chown(path, 0, -1)
            self.fails(125, "apps/app/env belongs to uid 12345", *start)
            chosen = ["run", "app", *places, "--socks", "127.0.0.1:9050", "--unconfined", "--", "true"]
            self.assertEqual(0, self.run_command(*chosen).returncode)
            os.chown(holder / "env", 0, -1)
            os.chown(holder / "control", 12345, -1)
            self.fails(125, "apps/app/control belongs to uid 12345", *start)
            os.chown(holder / "control", 0, -1)
            self.fails(125, "you may not connect", *start, prefix=["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"])

    def test_whom_an_access_control_list_lets_in_is_not_guessed(self):
        if os.getuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv")
        daemon = self.started()
        socket = daemon.runtime / "apps/app/control"
        entries = "02000000" "01000600ffffffff" "04000000ffffffff" "0800060027000000" "10000600ffffffff" "20000000ffffffff"
        try:
            os.setxattr(socket, "system.posix_acl_access", bytes.fromhex(entries))
        except OSError as error:
            self.skipTest(f"no access control lists here: {error}")
        self.fails(
            125, f"access control list names: `getfacl {socket}`", "run", "app", *self.places(daemon), "--unconfined", "--", "true",
            prefix=["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"],
        )  # fmt: skip

    def test_what_serve_would_not_read_is_not_taken_by_name(self):
        daemon = self.started()
        file = self.profiles / "app.yml"
        file.chmod(0o666)
        for command, status in ((["run", "app", "--unconfined"], 125), (["env", "app"], 1)):
            ending = ["--", "true"] if status == 125 else []
            self.fails(status, "can be written by", *command, *self.places(daemon), *ending)
        # Whoever gives the path has chosen it.
        done = self.run_command("run", file, *self.places(daemon), "--unconfined", "--", "true")
        self.assertEqual(0, done.returncode, done.stderr)

    def test_tors_own_socket_and_cookie_are_never_the_filters(self):
        self.started()
        link = self.directory / "cookie"
        for option, value in (
            ("--control", "unix:/run/tor/control"), ("--control", "unix:/var/run/tor/./control"),
            ("--control", "unix:/run/tor-instances/a/control"), ("--control-cookie", "/run/tor/control.authcookie"),
        ):  # fmt: skip
            with self.subTest(value):
                ending = ["--unconfined", "--", "touch", link]
                self.fails(125, "tor's own", "run", "app", "--profiles", self.profiles, option, value, *ending)
                self.fails(2, "tor's own", "env", "app", "--profiles", self.profiles, option, value)
        self.assertFalse(link.exists())

    def test_a_name_of_a_profile_leads_to_the_name_of_its_file(self):
        self.write_profile({"name": "games-any", "sockets": ["app"], "commands": {"GETINFO": ["version"]}}, "games.yml")
        self.fails(1, "games.yml", "env", "games-any", "--profiles", self.profiles)

    def test_options_that_do_nothing_here_are_not_offered(self):
        for command in ("run", "env", "apparmor"):
            with self.subTest(command):
                done = self.run_command(command, "--help")
                self.assertNotIn(b"--admindir", done.stdout)
                self.assertIn(b"--library", done.stdout)

    def test_wrong_usage_is_no_status_that_a_program_has(self):
        for arguments in (
            ["run"],
            ["run", "app"],
            ["run", "app", "true"],
            ["run", "app", "--nonsense", "--", "true"],
            ["run", "app", "--control", "x", "--", "true"],
            ["run", "app", "--label", "x", "--unconfined", "--", "true"],
        ):
            with self.subTest(arguments):
                self.assertEqual(125, self.run_command(*arguments).returncode)
        self.assertEqual(125, self.run_command("run", "--profiles", self.profiles, "nothing", "--", "true").returncode)
        (self.profiles / "broken.yml").write_text("- nonsense\n")
        self.assertEqual(
            125, self.run_command("run", "broken", "--profiles", self.profiles, "--unconfined", "--", "true").returncode
        )


class EnvTests(RunCase):
    def variables(self, *arguments):
        done = self.run_command("env", "app", "--profiles", self.profiles, *arguments)
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        return done.stdout

    def shell(self, program, text, *arguments):
        """The TOR_* variables of a shell that has read `text`."""
        environment = {"PATH": os.environ["PATH"], "HOME": "/", "TOR_CONTROL_PASSWD": "x", "TOR_SOCKS_PORT": "1"}
        done = run_bounded([program, *arguments, "-c", text.decode() + "\nenv -0"], env=environment)
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        pairs = [entry.split(b"=", 1) for entry in done.stdout.split(b"\0") if entry.startswith(b"TOR_")]
        return {name.decode(): value.decode() for name, value in pairs}

    # Every character that a shell could act on.
    odd = "/run/a b'c\"d`e$HOME$(id)\\f*?[x]~;&|<>(){}!#%ü/control"

    def setUp(self):
        super().setUp()
        self.write_profile({"sockets": [{"name": "app"}], "commands": {"GETINFO": ["version"]}}, "app.yml")

    def test_shells_read_what_was_meant_whatever_stands_in_a_path(self):
        wanted = {
            "TOR_CONTROL_IPC_PATH": self.odd, "TOR_SKIP_LAUNCH": "1", "TOR_SOCKS_IPC_PATH": self.odd + "2",
        }  # fmt: skip
        options = ["--control", f"unix:{self.odd}", "--socks", f"unix:{self.odd}2"]
        for program in ("sh", "bash", "zsh"):
            if shutil.which(program):
                with self.subTest(program):
                    self.assertEqual(wanted, self.shell(program, self.variables(*options)))
        fish = self.variables(*options, "--shell", "fish").decode()
        self.assertIn(
            "set -gx TOR_CONTROL_IPC_PATH '/run/a b\\'c\"d`e$HOME$(id)\\\\f*?[x]~;&|<>(){}!#%ü/control'\n", fish
        )
        self.assertIn("set -e TOR_CONTROL_HOST", fish)
        if shutil.which("fish"):
            self.assertEqual(wanted, self.shell("fish", fish.encode()))

    def test_the_sockets_file_and_env_say_the_same(self):
        daemon = self.started()
        text = self.variables("--runtime-directory", daemon.runtime, "--shell", "systemd")
        self.assertEqual((daemon.runtime / "apps/app/env").read_bytes(), text)
        self.assertEqual(
            {
                "TOR_CONTROL_IPC_PATH": str(daemon.runtime / "apps/app/control"), "TOR_SKIP_LAUNCH": "1",
                "TOR_SOCKS_HOST": "127.0.0.1", "TOR_SOCKS_PORT": "9150",
            },
            self.shell("sh", self.variables("--runtime-directory", daemon.runtime)),
        )  # fmt: skip

    def test_the_daemons_socks_path_is_read_back_whatever_stands_in_it(self):
        self.write_profile({"sockets": [{"name": "app"}], "commands": {"GETINFO": ["version"]}}, "app.yml")
        for path in ("/tmp/so ck", "/tmp/a'b\"c\\d$e`f;g#h=i"):
            with self.subTest(path):
                daemon = self.sieve(self.tor, "--tor-socks", f"unix:{path}")
                eventually(lambda: (daemon.runtime / "apps/app/control").exists(), "the socket is there")
                found = self.shell("sh", self.variables("--runtime-directory", daemon.runtime))
                self.assertEqual(path, found.get("TOR_SOCKS_IPC_PATH"))
                self.assertNotIn("TOR_SOCKS_HOST", found)
                daemon.stop()

    def test_an_environment_file_that_cannot_be_read_is_no_reason_to_guess(self):
        daemon = self.started()
        file = daemon.runtime / "apps/app/env"
        for content in (b"TOR_SOCKS_IPC_PATH='/tmp/x'\n", b"TOR_SOCKS_PORT=9050\n", b"\xff\n", b"TOR_SOCKS_IPC_PATH=/a", b"x" * 70000):
            with self.subTest(content[:40]):
                file.write_bytes(content)
                for command in (["env", "app"], ["run", "app", "--unconfined"]):
                    ending = ["--", "true"] if command[0] == "run" else []
                    self.fails(125 if ending else 1, "does not say tor's SOCKS port", *command, *self.places(daemon), *ending)
        file.unlink()
        file.symlink_to("/dev/null")
        self.fails(1, "env", "env", "app", *self.places(daemon))

    def test_a_socks_path_that_no_file_can_hold_is_refused_at_the_start(self):
        self.fails(2, "--tor-socks", "serve", "--tor-socks", "unix:/tmp/so\u00e9")

    def test_what_cannot_be_written_is_no_success(self):
        self.write_profile({"apparmor-profiles": ["app"], "users": ["*"], "commands": {"GETINFO": ["version"]}}, "app.yml")
        places = ["--profiles", self.profiles]
        for command in (
            ["env", "app", *places], ["apparmor", "app", *places], ["profile", "show", "app", *places],
            ["profile", "list", *places], ["explain", "--host", "10.0.0.1", "GETINFO version", *places],
            ["check", "--format", "json", self.profiles],
        ):  # fmt: skip
            with self.subTest(command), open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [os.environ["ONION_SIEVE"], *command], stdout=full, stderr=subprocess.PIPE, timeout=20
                )
                self.assertEqual(1, done.returncode, done.stderr)
                self.assertIn(b"standard output cannot be written", done.stderr)
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [os.environ["ONION_SIEVE"], "env", "app", "--profiles", self.profiles], stdout=writing, stderr=subprocess.PIPE, timeout=20
        )
        os.close(writing)
        self.assertIn(done.returncode, (-signal.SIGPIPE, 128 + signal.SIGPIPE))
        self.assertEqual(b"", done.stderr)

    def test_over_tcp_and_with_a_cookie(self):
        text = self.variables("--control", "[::1]:951", "--control-cookie", "/run/x/cookie", "--socks", "10.0.0.1:9050")
        self.assertEqual(
            {
                "TOR_CONTROL_HOST": "::1", "TOR_CONTROL_PORT": "951", "TOR_CONTROL_COOKIE_AUTH_FILE": "/run/x/cookie",
                "TOR_SKIP_LAUNCH": "1", "TOR_SOCKS_HOST": "10.0.0.1", "TOR_SOCKS_PORT": "9050",
            },
            self.shell("sh", text),
        )  # fmt: skip

    def test_systemd_reads_what_was_meant(self):
        path = "/run/a b'c\"d`e\\f%n#;/control"
        text = self.variables("--control", f"unix:{path}", "--shell", "systemd")
        if not GENERATOR.exists():
            self.skipTest("needs systemd's generator for environment.d")
        home = self.directory / "home"
        (home / "environment.d").mkdir(parents=True)
        (home / "environment.d/50-tor.conf").write_bytes(text)
        done = run_bounded([GENERATOR], env={"XDG_CONFIG_HOME": str(home), "HOME": str(home), "PATH": os.environ["PATH"]})
        self.assertEqual(0, done.returncode, done.stderr)
        # It writes in the language of shells.
        lines = [line for line in done.stdout.decode().splitlines() if line.startswith("TOR_")]
        read = self.shell("bash", "".join(f"export {line}\n" for line in lines).encode())
        self.assertEqual((path, "127.0.0.1"), (read["TOR_CONTROL_IPC_PATH"], read["TOR_SOCKS_HOST"]))

    def test_what_no_file_can_hold_is_refused(self):
        for path in ("/run/$HOME/control", "/run/ü/control"):
            with self.subTest(path):
                self.fails(1, "TOR_CONTROL_IPC_PATH cannot be written", "env", "app", "--profiles", self.profiles,
                           "--control", f"unix:{path}", "--shell", "systemd")  # fmt: skip

    def test_who_it_is_not_for_is_told(self):
        self.write_profile({"hosts": ["10.0.0.1"], "commands": {"GETINFO": ["version"]}}, "far.yml")
        self.fails(1, "for no program of this machine", "env", "far", "--profiles", self.profiles)
        self.write_profile({"sockets": ["a", "b"], "commands": {"GETINFO": ["version"]}}, "two.yml")
        self.fails(1, "several sockets", "env", "two", "--profiles", self.profiles)
        self.fails(1, "no such profile", "env", "none", "--profiles", self.profiles)
        self.fails(2, "--shell", "env", "app", "--shell", "csh")
