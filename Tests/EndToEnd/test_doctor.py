# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`onion-sieve doctor`: wrong set-ups, one by one, with the real tor."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess

from harness import SieveTestCase
from harness.case import real_tor, requires_root, temporary_directory
from harness.processes import eventually, run_bounded

HERE = {"users": ["*"], "apparmor-profiles": ["*"], "commands": {"GETINFO": ["version"]}}


class DoctorCase(SieveTestCase):
    def doctor(self, *arguments, prefix=()):
        """Findings as (check, severity) pairs; all of what it has said in `self.said`."""
        done = run_bounded([*prefix, os.environ["ONION_SIEVE"], "doctor", "--json", *arguments])
        self.said = done.stdout.decode() + done.stderr.decode()
        self.findings = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertTrue(self.findings, self.said)
        has_errors = any(finding["severity"] == "error" for finding in self.findings)
        self.assertEqual(1 if has_errors else 0, done.returncode, self.said)
        for finding in self.findings:
            if finding["severity"] == "error":
                self.assertTrue(finding.get("remedy"), finding)
        return self.findings

    def severities(self, check):
        return [finding["severity"] for finding in self.findings if finding["check"] == check]

    def assertSays(self, check, severity, text):
        for finding in self.findings:
            if finding["check"] == check and finding["severity"] == severity and text in finding["text"]:
                return
        self.fail(f"no {severity} of {check} with {text!r} in\n{self.said}")

    def places(self, daemon):
        return ["--runtime-directory", daemon.runtime, "--library", self.directory / "library"]

    def torless(self):
        """Options for a machine without daemon and tor."""
        return [
            "--runtime-directory", self.directory / "run", "--profiles", self.profiles, "--library", self.directory / "library",
            "--tor", f"unix:{self.directory}/none", "--tor-cookie", self.directory / "cookie",
        ]  # fmt: skip


class WithTorTests(DoctorCase):
    def started(self, authentication="cookie", *arguments, **options):
        self.tor = real_tor(self, authentication)
        return self.sieve(self.tor, *arguments, profile=HERE, **options)

    def test_a_daemon_that_works_has_no_errors_and_its_own_options_count(self):
        daemon = self.started()
        self.tor.directory.chmod(0o700)
        self.doctor(*self.places(daemon))
        self.assertNotIn("error", [finding["severity"] for finding in self.findings], self.said)
        self.assertSays("tor-reachable", "ok", f"unix:{self.tor.socket_path} by SAFECOOKIE")
        self.assertSays("tor-cookie", "ok", "only root, tor and the daemon")
        self.assertSays("tor-control", "ok", f"127.0.0.1:{self.tor.port} takes tor's cookie only")
        self.assertSays("listeners", "ok", f"listens on unix:{daemon.unix}")
        self.assertNotRegex(self.said, rf"{daemon.unix}\.[0-9a-z]")
        self.assertSays("daemon", "ok", f"process {daemon.pid}")
        self.assertSays("sandbox", "warning", "gain privileges")
        self.assertSays("profiles", "ok", "1 profile")

    def test_nothing_is_changed_and_nothing_secret_is_shown(self):
        daemon = self.started()
        cookie = self.tor.cookie_path.read_bytes()

        def everything():
            places = [daemon.runtime, self.profiles, self.tor.directory]
            return {
                str(path): (path.lstat().st_mode, path.lstat().st_mtime_ns, path.lstat().st_ino)
                for place in places for path in [place, *place.rglob("*")] if path != self.tor.log
            }  # fmt: skip

        before = everything()
        self.doctor(*self.places(daemon))
        self.assertEqual(before, everything())
        for secret in (cookie.hex(), cookie.hex().upper(), repr(cookie)[2:-1]):
            self.assertNotIn(secret, self.said)

    def test_a_cookie_that_everybody_can_read(self):
        daemon = self.started()
        self.tor.directory.chmod(0o755)
        self.tor.cookie_path.chmod(0o644)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-cookie", "error", "everybody can read")
        # Behind a door that is shut nobody can.
        self.tor.directory.chmod(0o700)
        self.doctor(*self.places(daemon))
        self.assertEqual(["ok"], self.severities("tor-cookie"), self.said)

    @requires_root
    def test_a_cookie_that_some_can_read(self):
        daemon = self.started()
        self.tor.directory.chmod(0o755)
        self.tor.cookie_path.chmod(0o440)
        os.chown(self.tor.cookie_path, 0, 1)  # the group `daemon`, which is that of the user `daemon`
        self.doctor(*self.places(daemon))
        self.assertSays("tor-cookie", "warning", "daemon can read")

    @requires_root
    def test_a_cookie_that_the_daemon_cannot_read(self):
        unprivileged = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", "--bounding-set", "-all"]
        shutil.chown(self.directory, 12345)
        self.tor = real_tor(self)
        daemon = self.unstarted_sieve(self.tor, profile=HERE, prefix=unprivileged)
        daemon.runtime.mkdir()
        os.chown(daemon.runtime, 12345, 12345)
        daemon.start()
        self.doctor(*self.places(daemon))
        self.assertSays("tor-cookie", "error", "uid 12345, as whom the daemon runs, cannot read")
        self.assertSays("tor-reachable", "error", "uid 12345, as whom the daemon runs, may not connect")
        self.assertNotIn("adduser uid", self.said)
        # The socket alone does not let it in.
        self.tor.directory.chmod(0o755)
        self.tor.socket_path.chmod(0o666)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-reachable", "error", "the daemon cannot read")
        self.tor.cookie_path.chmod(0o644)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-reachable", "ok", "lets the daemon in")

    @requires_root
    def test_root_without_capabilities_is_a_user_like_others(self):
        self.tor = real_tor(self)
        os.chown(self.tor.socket_path, 12345, 12345)
        self.tor.socket_path.chmod(0o660)
        daemon = self.sieve(self.tor, profile=HERE, prefix=["setpriv", "--bounding-set", "-all"])
        self.doctor(*self.places(daemon))
        self.assertSays("tor-reachable", "error", "root, as whom the daemon runs, may not connect")
        self.assertIn("SupplementaryGroups=12345", self.said)
        # It is so.
        with daemon.client() as client:
            client.command("AUTHENTICATE")
            daemon.await_log("permission denied")
        # With all capabilities it is let in.
        able = self.sieve(self.tor)
        self.doctor(*self.places(able))
        self.assertSays("tor-reachable", "ok", "lets the daemon in")

    @requires_root
    def test_a_control_port_that_other_machines_reach(self):
        directory = self.directory / "wide"
        directory.mkdir(mode=0o700)
        torrc = directory / "torrc"
        torrc.write_text(
            f"DataDirectory {directory}/data\nSocksPort 0\nDisableNetwork 1\nControlPort 0.0.0.0:29062\n"
            f"CookieAuthentication 1\nCookieAuthFile {directory}/cookie\n"
        )
        script = (
            'ip link set lo up && { tor --defaults-torrc /dev/null --quiet -f "$1" & } && shift\n'
            'for _ in $(seq 100); do ss -ltn | grep -q :29062 && break; sleep 0.1; done\n"$@"; kill $!'
        )
        options = self.torless()
        options[options.index("--tor") + 1] = "127.0.0.1:29062"
        options[options.index("--tor-cookie") + 1] = f"{directory}/cookie"
        done = run_bounded(
            ["unshare", "--net", "sh", "-c", script, "sh", torrc, os.environ["ONION_SIEVE"], "doctor", "--json"] + options
        )
        self.said = done.stdout.decode() + done.stderr.decode()
        self.findings = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertSays("tor-control", "error", "0.0.0.0:29062")
        self.assertEqual(["error"], self.severities("tor-control"), self.said)

    def test_the_cookie_of_tor_counts_where_the_daemon_has_a_copy_of_its_own(self):
        self.tor = real_tor(self)
        copy = self.directory / "copy"
        copy.write_bytes(self.tor.cookie_path.read_bytes())
        copy.chmod(0o600)
        daemon = self.sieve(["--tor", f"unix:{self.tor.socket_path}", "--tor-cookie", copy], profile=HERE)
        self.tor.directory.chmod(0o755)
        self.tor.cookie_path.chmod(0o644)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-cookie", "error", f"everybody can read {self.tor.cookie_path}")

    def test_a_file_that_is_no_cookie_keeps_its_mode(self):
        daemon = self.started()
        other = self.directory / "hostname"
        other.write_text("debian\n")
        other.chmod(0o644)
        self.doctor(*self.places(daemon), "--tor", f"unix:{self.tor.socket_path}", "--tor-cookie", other)
        self.assertSays("tor-cookie", "error", "is no cookie: it has 7 bytes")
        self.assertNotIn("chmod", self.said)
        self.assertNotIn(f"CookieAuthFile {other}", self.said)

    def test_a_daemon_that_is_stopped(self):
        daemon = self.started()
        daemon.signal(signal.SIGSTOP)
        try:
            stat = pathlib.Path(f"/proc/{daemon.pid}/stat")
            eventually(lambda: ") T " in stat.read_text(), lambda: "it stops")
            self.doctor(*self.places(daemon))
        finally:
            daemon.signal(signal.SIGCONT)
        self.assertSays("daemon", "error", "is stopped")

    def test_a_socket_that_somebody_has_removed(self):
        daemon = self.started()
        daemon.unix.unlink()
        self.doctor(*self.places(daemon))
        self.assertSays("listeners", "error", f"unix:{daemon.unix} is not there any more")

    def test_an_applications_socket_that_is_there_and_then_is_not(self):
        self.tor = real_tor(self)
        daemon = self.sieve(self.tor, profile={"sockets": [{"name": "one"}], "commands": {"GETINFO": ["version"]}})
        path = daemon.runtime / "apps" / "one" / "control"
        eventually(path.exists, lambda: "the socket is made")
        self.doctor(*self.places(daemon))
        self.assertSays("listeners", "ok", f"unix:{path}")
        self.assertNotIn("/one/.socket", self.said)
        path.unlink()
        self.doctor(*self.places(daemon))
        self.assertSays("listeners", "error", f"unix:{path} is not there any more")
        self.assertSays("profile-audience", "warning", f"asks for the socket {path}")

    def test_profiles_of_a_relative_directory_are_those_of_the_daemon(self):
        (self.directory / "prof").mkdir(mode=0o755)
        (self.directory / "prof" / "90_broken.yml").write_text("- {users: ['*'], commands: {GETINFO: ['(']}}\n")
        daemon = self.started("cookie", "--profiles", "prof", prefix=["sh", "-c", 'cd "$0" && exec "$@"', self.directory])
        self.doctor(*self.places(daemon))
        self.assertSays("profiles", "error", f"{self.directory}/prof/90_broken.yml")

    def test_a_control_port_that_asks_for_nothing(self):
        self.started("none")
        daemon = self.sieve(self.tor)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-control", "error", f"127.0.0.1:{self.tor.port} asks for nothing")

    def test_a_control_port_that_takes_a_password(self):
        self.tor = real_tor(self, "password")
        password = self.directory / "password"
        password.write_text(self.tor.password + "\n")
        daemon = self.sieve(self.tor, "--tor-password-file", password, profile=HERE)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-reachable", "ok", "HASHEDPASSWORD")
        self.assertSays("tor-control", "warning", f"127.0.0.1:{self.tor.port} takes a password")
        self.assertNotIn(self.tor.password, self.said)
        password.chmod(0o666)
        self.directory.chmod(0o755)
        self.doctor(*self.places(daemon))
        self.assertSays("tor-password", "error", "everybody can read and write")
        password.write_text("wrong\n")
        self.doctor(*self.places(daemon))
        self.assertSays("tor-reachable", "error", "tor refused the password")
        self.assertIn("HashedControlPassword", self.said)

    def test_tor_that_has_gone(self):
        daemon = self.started()
        self.tor.stop()
        self.doctor(*self.places(daemon))
        self.assertSays("tor-reachable", "error", "no tor lets us in")

    def test_a_cookie_of_another_tor(self):
        daemon = self.started()
        other = self.directory / "other"
        other.write_bytes(bytes(32))
        self.doctor(*self.places(daemon), "--tor", f"unix:{self.tor.socket_path}", "--tor-cookie", other)
        self.assertSays("tor-reachable", "error", "does not know the cookie")

    def test_a_directory_of_profiles_in_which_others_can_write(self):
        daemon = self.started()
        self.profiles.chmod(0o775)
        self.doctor(*self.places(daemon))
        self.assertEqual(["error"], self.severities("profiles"), self.said)
        self.assertSays("profiles", "error", "writ")

    def test_a_runtime_directory_in_which_others_can_write(self):
        daemon = self.started()
        daemon.runtime.chmod(0o777)
        self.doctor(*self.places(daemon))
        self.assertSays("runtime-directory", "error", "others can write")
        daemon.runtime.chmod(0o755)
        apps = daemon.runtime / "apps"
        apps.mkdir()
        if os.getuid() == 0:
            os.chown(apps, 12345, 12345)
            self.doctor(*self.places(daemon))
            self.assertSays("runtime-directory", "error", "belongs to uid 12345")

    @requires_root
    def test_whoever_cannot_see_says_so(self):
        daemon = self.started()
        public = temporary_directory(self) / "onion-sieve"
        shutil.copy(os.environ["ONION_SIEVE"], public)
        public.chmod(0o755)
        done = run_bounded(
            ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups", "--", public, "doctor", "--json"]
            + self.places(daemon) + ["--profiles", self.profiles, *self.tor.options()]
        )  # fmt: skip
        self.assertNotIn(b"Fatal error", done.stderr)
        self.findings = [json.loads(line) for line in done.stdout.splitlines()]
        self.said = done.stdout.decode() + done.stderr.decode()
        self.assertSays("daemon", "warning", "could not be seen")
        self.assertEqual(["warning"], self.severities("tor-cookie"), self.said)
        self.assertEqual(["warning"], self.severities("tor-reachable"), self.said)

    @requires_root
    def test_with_hidepid_what_is_hidden_is_not_said_to_be_fine(self):
        daemon = self.started()
        script = (
            'mount -t proc -o hidepid=invisible proc /proc && exec $0 --reuid 12345 --regid 12345 --clear-groups -- "$@"'
        )
        public = temporary_directory(self) / "onion-sieve"
        shutil.copy(os.environ["ONION_SIEVE"], public)
        public.chmod(0o755)
        # As if it were readable: it is the way to the daemon's number.
        (daemon.runtime / "daemon.lock").chmod(0o644)
        done = run_bounded(
            # By its path: a shell may have another one built in.
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, shutil.which("setpriv"), public, "doctor"]
            + ["--json"] + self.places(daemon) + ["--profiles", self.profiles, *self.tor.options()]
        )  # fmt: skip
        if b"mount" in done.stderr:
            self.skipTest("procfs cannot be mounted here")
        self.findings = [json.loads(line) for line in done.stdout.splitlines()]
        self.said = done.stdout.decode() + done.stderr.decode()
        self.assertSays("sandbox", "warning", "hidepid")


class WithoutTorTests(DoctorCase):
    def test_a_machine_without_anything(self):
        self.doctor(*self.torless())
        self.assertSays("daemon", "error", "no daemon was found")
        self.assertSays("tor-reachable", "error", "no tor lets us in")
        self.assertSays("profiles", "warning", "there is no profile")

    def test_what_a_person_reads(self):
        done = run_bounded([os.environ["ONION_SIEVE"], "doctor", *self.torless()], text=True)
        self.assertEqual((1, ""), (done.returncode, done.stderr))
        self.assertIn("error: daemon: no daemon was found with ", done.stdout)
        self.assertIn("\n    systemctl start onion-sieve\n", done.stdout)
        self.assertRegex(done.stdout.splitlines()[-1], r"^\d+ errors?, \d+ warnings?$")
        self.assertNotIn("\x1b", done.stdout)

    def test_without_apparmor_nothing_is_promised(self):
        if os.path.exists("/sys/module/apparmor/parameters/enabled"):
            self.skipTest("this kernel has AppArmor")
        self.doctor(*self.torless())
        self.assertEqual(["warning"], self.severities("apparmor"))

    def test_profiles_that_are_for_nobody_and_broken_ones(self):
        self.write_profile({**HERE, "users": ["no-such-user"]}, "10_nobody.yml")
        (self.profiles / "20_broken.yml").write_text("- {users: ['*'], commands: {GETINFO: ['(']}}\n")
        self.doctor(*self.torless())
        self.assertSays("profile-audience", "warning", "no user `no-such-user`")
        self.assertSays("profiles", "error", "20_broken.yml:1:")

    @requires_root
    def test_port_951_taken_by_another_program(self):
        if shutil.which("unshare") is None:
            self.skipTest("needs unshare")
        listen = (
            "import os, socket, subprocess, sys\ns = socket.create_server(('127.0.0.1', 951))\n"
            "sys.exit(subprocess.run(sys.argv[1:]).returncode)"
        )
        script = 'ip link set lo up && exec "$@"'
        grater = self.directory / "onion-grater"
        grater.write_text(listen)
        done = run_bounded(
            ["unshare", "--net", "sh", "-c", script, "sh", "/usr/bin/python3", "-u", grater, os.environ["ONION_SIEVE"]]
            + ["doctor", "--json", *self.torless()]
        )  # fmt: skip
        self.findings = [json.loads(line) for line in done.stdout.splitlines()]
        self.said = done.stdout.decode() + done.stderr.decode()
        self.assertSays("port-951", "error", "onion-grater (process ")
        self.assertIn("systemctl disable --now onion-grater", self.said)

    def test_what_answers_as_tor_and_does_not_speak_its_language_ends_in_a_message(self):
        for answer in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 4096, b"250-PROTOCOLINFO 1\r\n", b""):
            with self.subTest(answer), socket.socket(socket.AF_UNIX) as listener:
                path = self.directory / "odd"
                path.unlink(missing_ok=True)
                listener.bind(str(path))
                listener.listen()
                options = self.torless()
                options[options.index("--tor") + 1] = f"unix:{path}"
                process = subprocess.Popen(
                    [os.environ["ONION_SIEVE"], "doctor", "--json", *map(str, options)], stdout=subprocess.PIPE
                )
                connection, _ = listener.accept()
                connection.sendall(answer)
                connection.shutdown(socket.SHUT_WR)
                output, _ = process.communicate(timeout=30)
                connection.close()
                self.assertEqual(1, process.returncode)
                self.assertIn(b'"tor-reachable","severity":"error"', output)
