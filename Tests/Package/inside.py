# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users of the package meet, in a machine of their own with systemd, tor and AppArmor. The tests build on each other."""

import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

# What the package's own tests say to a socket.
sys.path.insert(0, "/root/tests")

from client import TALK

PACKAGE = "/root/onion-sieve.deb"
CONTROL = "/run/onion-sieve/control"
PROFILES = pathlib.Path("/etc/onion-grater.d")
# An application that has authenticated, and asks what it is told to ask.
PATIENT = """
import itertools, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(60)
connection.connect(sys.argv[1])
lines = connection.makefile("rw", newline="")
for command in itertools.chain(["AUTHENTICATE"], sys.stdin):
    lines.write(command.strip() + "\\r\\n")
    lines.flush()
    print(lines.readline().rstrip(), flush=True)
"""
# What the tests need of the Python filter: that it has its port.
PYTHON_FILTER = """
import socket
listener = socket.create_server(("127.0.0.1", 951))
while True:
    connection, _ = listener.accept()
    connection.recv(4096)
    connection.sendall(b"the Python filter\\r\\n")
    connection.close()
"""


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def talk(user, *commands, path=CONTROL):
    return run("runuser", "-u", user, "--", sys.executable, "-c", TALK, path, *commands)


def journal(*arguments):
    return run("journalctl", "--no-pager", "--output=cat", *arguments).stdout


def eventually(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come to that in time")
        time.sleep(0.2)


class MachineTestCase(unittest.TestCase):
    maxDiff = None

    def good(self, *command, **options):
        done = run(*command, **options)
        self.assertEqual(0, done.returncode, (command, done.stdout, done.stderr))
        return done.stdout

    def repacked(self, version):
        """The same package as another version."""
        tree = pathlib.Path("/root") / version
        if tree.exists():
            return f"{tree}.deb"
        self.good("dpkg-deb", "--raw-extract", PACKAGE, tree)
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}", control.read_text()))
        self.good("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, f"{tree}.deb")
        return f"{tree}.deb"


class PackageTests(MachineTestCase):
    def test_01_it_installs_into_a_debian_with_tor(self):
        eventually(lambda: pathlib.Path("/run/tor/control").exists(), 60)
        for user in ("alice", "bob"):
            self.good("useradd", "--create-home", user)
        said = self.good("dpkg", "--install", PACKAGE)
        self.assertNotIn("onion-grater.service", said)
        self.good("systemctl", "is-active", "onion-sieve.service")
        self.good("systemctl", "is-enabled", "onion-sieve.service")
        self.assertEqual("disabled\n", run("systemctl", "is-enabled", "onion-sieve.socket").stdout)
        self.good("usermod", "--append", "--groups", "onion-sieve", "alice")
        eventually(lambda: "is at unix:/run/tor/control" in journal("--unit=onion-sieve"))
        self.assertNotIn("Failed to set thread priority", journal("--unit=onion-sieve"))

    def test_02_its_units_are_as_systemd_wants_them(self):
        for unit in ("onion-sieve.service", "onion-sieve.socket"):
            done = run("systemd-analyze", "verify", "--man=no", unit)
            self.assertEqual((0, ""), (done.returncode, done.stderr), unit)
        exposure = self.good("systemd-analyze", "security", "--no-pager", "onion-sieve.service").splitlines()[-1]
        self.assertLess(float(exposure.split(":")[1].split()[0]), 2.0, exposure)

    def test_03_the_daemon_is_nobody_else_and_under_its_policy(self):
        process = self.good("systemctl", "show", "--property=MainPID", "--value", "onion-sieve.service").strip()
        status = pathlib.Path(f"/proc/{process}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        self.assertEqual(self.good("id", "-u", "_onion-sieve").strip(), fields["Uid"].split()[1])
        # CAP_DAC_READ_SEARCH, CAP_NET_BIND_SERVICE and CAP_SYS_PTRACE.
        expected = 1 << 2 | 1 << 10 | 1 << 19
        self.assertEqual([expected] * 2, [int(fields[name], 16) for name in ("CapEff", "CapBnd")])
        self.assertEqual(("1", "2"), (fields["NoNewPrivs"], fields["Seccomp"]))
        label = pathlib.Path(f"/proc/{process}/attr/current").read_text().strip()
        self.assertEqual("onion-sieve (enforce)", label)
        mounts = [line.split() for line in pathlib.Path(f"/proc/{process}/mountinfo").read_text().splitlines()]
        writable = {fields[4] for fields in mounts if "rw" in fields[5].split(",")}
        self.assertNotIn("/", writable)
        own = {"/run/onion-sieve", "/var/log/onion-sieve"}
        self.assertEqual(own, own & writable)
        # A directory of its own, too: PrivateTmp=.
        own.add("/var/tmp")
        for path in ("/etc", "/usr", "/var", "/run/tor"):
            self.assertEqual([], [mount for mount in writable - own if mount == path or mount.startswith(path + "/")])

    def test_04_a_user_in_the_group_talks_to_tor_through_it_and_another_does_not(self):
        PROFILES.mkdir(exist_ok=True)
        (PROFILES / "50_shop.yml").write_text(
            "- {users: [alice], sockets: [{name: shop, group: onion-sieve}], commands: {GETINFO: [version]}}\n"
        )
        self.good("onion-sieve", "check", "--strict", str(PROFILES))
        self.good("systemctl", "reload", "onion-sieve.service")
        path = "/run/onion-sieve/apps/shop/control"
        eventually(lambda: pathlib.Path(path).exists())
        said = talk("alice", "GETINFO version", "GETINFO address", path=path).stdout.splitlines()
        self.assertEqual(["250 OK", "250 OK", "510 Command filtered", "250 closing connection"], said[:1] + said[2:])
        self.assertTrue(said[1].startswith("250-version=0."), said)
        for where in (CONTROL, path):
            self.assertIn("PermissionError", talk("bob", "GETINFO version", path=where).stderr)
        self.assertIn("510 Command filtered", talk("alice", "GETINFO version").stdout, "no profile is for everybody")
        self.assertIn("PermissionError", talk("alice", "GETINFO version", path="/run/tor/control").stderr)

    def test_05_the_journal_finds_what_was_refused(self):
        found = journal("ONION_SIEVE_DECISION=filter", "ONION_SIEVE_PROFILE=50_shop")
        self.assertIn("GETINFO address", found)

    def test_06_a_profile_of_the_library_is_enabled_with_one_command(self):
        names = sorted(path.name for path in pathlib.Path("/usr/share/onion-sieve/profiles.d").glob("*.yml"))
        self.assertIn("onionshare.yml", names)
        self.good("onion-sieve", "profile", "enable", "onionshare")
        eventually(lambda: "onionshare" in self.good("onion-sieve", "profile", "list"))
        self.good("onion-sieve", "profile", "disable", "onionshare")

    def test_07_with_the_socket_clients_wait_while_it_is_started_anew(self):
        self.good("systemctl", "stop", "onion-sieve.service")
        self.good("systemctl", "enable", "--now", "onion-sieve.socket")
        self.good("systemctl", "start", "onion-sieve.service")
        self.assertIn("250 closing connection", talk("alice").stdout)
        self.assertEqual(set(), self.failures_while_it_is_started_anew(3))
        self.good("systemctl", "stop", "onion-sieve.service")
        self.assertIn("250 closing connection", talk("alice").stdout, "it was started by the connection")
        self.good("systemctl", "is-active", "onion-sieve.service")
        with socket.create_connection(("127.0.0.1", 951), timeout=20) as connection:
            connection.sendall(b"PROTOCOLINFO 1\r\n")
            try:
                answer = connection.recv(4096)
            except ConnectionError:
                self.fail(journal("--unit=onion-sieve"))
            self.assertTrue(answer.startswith(b"250-PROTOCOLINFO 1\r\n"), answer)

    def test_08_an_upgrade_ends_no_session_and_without_any_starts_it_anew(self):
        newer = self.repacked("0.1.0-1+newer")
        main = ("systemctl", "show", "--property=MainPID", "--value", "onion-sieve.service")
        before = self.good(*main)
        application = subprocess.Popen(
            ["runuser", "-u", "alice", "--", sys.executable, "-c", PATIENT, "/run/onion-sieve/apps/shop/control"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.addCleanup(application.kill)
        self.addCleanup(application.stdout.close)
        self.assertEqual("250 OK\n", application.stdout.readline())
        said = self.good("dpkg", "--install", newer)
        self.assertIn("there are sessions", said)
        self.assertEqual(before, self.good(*main))
        application.stdin.write("GETINFO version\n")
        application.stdin.close()
        self.assertTrue(application.stdout.read().startswith("250-version="))
        self.assertEqual(0, application.wait(30))
        said = self.good("dpkg", "--install", self.repacked("0.1.0-1+newest"))
        self.assertNotIn("there are sessions", said)
        self.assertNotEqual(before, self.good(*main))
        self.good("systemctl", "is-active", "onion-sieve.service")

    def test_09_a_package_that_brings_a_profile_has_it_in_use_at_once(self):
        tree = pathlib.Path("/root/application")
        for directory in ("DEBIAN", "usr/lib/onion-grater.d"):
            (tree / directory).mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(
            "Package: application\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: none\n"
        )
        (tree / "usr/lib/onion-grater.d/60_application.yml").write_text(
            "- {users: [alice], apparmor-profiles: ['*'], commands: {GETINFO: [version]}}\n"
        )
        self.good("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, "/root/application.deb")
        self.good("dpkg", "--install", "/root/application.deb")
        eventually(lambda: "250-version=" in talk("alice", "GETINFO version").stdout)
        self.good("dpkg", "--purge", "application")
        eventually(lambda: "510 Command filtered" in talk("alice", "GETINFO version").stdout)

    def test_10_nothing_is_denied_to_it(self):
        kernel = [line for line in journal("--dmesg").splitlines() if "DENIED" in line or "type=1326" in line]
        self.assertEqual([], [line for line in kernel if "onion-sieve" in line])

    def test_11_purged_it_leaves_nothing_but_what_others_made(self):
        self.good("dpkg", "--purge", "onion-sieve")
        with self.assertRaises(OSError, msg="nobody listens"):
            socket.create_connection(("127.0.0.1", 951), timeout=20)
        self.assertEqual("", run("systemctl", "list-units", "--all", "--plain", "--no-legend", "onion-sieve*").stdout)
        self.assertEqual("", run("getent", "passwd", "_onion-sieve").stdout)
        self.assertEqual("", run("getent", "group", "onion-sieve").stdout)
        left = self.good(
            "find", "/", "-xdev", "(", "-path", "/proc", "-o", "-path", "/sys", "-o", "-path", "/root", ")", "-prune",
            "-o", "-name", "*onion-sieve*", "-print",
        )  # fmt: skip
        self.assertEqual("", left)
        self.assertEqual(["50_shop.yml"], [path.name for path in PROFILES.iterdir()])

    def test_12_installed_again_beside_the_python_filter_it_leaves_it_its_address_and_says_what_to_do(self):
        pathlib.Path("/root/onion-grater.py").write_text(PYTHON_FILTER)
        unit = pathlib.Path("/etc/systemd/system/onion-grater.service")
        unit.write_text(
            "[Service]\nExecStart=/usr/bin/python3 /root/onion-grater.py\n[Install]\nWantedBy=multi-user.target\n"
        )
        merged = PROFILES / "30_autogenerated.yml"
        merged.write_text("- {apparmor-profiles: ['*'], users: [alice], hosts: ['*'], commands: {GETINFO: [version]}}\n")
        before = {path: path.read_bytes() for path in PROFILES.iterdir()}
        self.good("systemctl", "daemon-reload")
        self.good("systemctl", "enable", "--now", "onion-grater.service")
        eventually(lambda: self.on_port_951() == b"the Python filter\r\n")
        said = self.good("dpkg", "--install", PACKAGE)
        self.assertIn("/usr/share/doc/onion-sieve/README.Debian", said)
        self.assertTrue(pathlib.Path("/usr/share/doc/onion-sieve/README.Debian").exists())
        for service in ("onion-grater.service", "onion-sieve.service"):
            self.good("systemctl", "is-active", service)
        self.assertEqual(before, {path: path.read_bytes() for path in PROFILES.iterdir()})
        self.assertEqual(b"the Python filter\r\n", self.on_port_951())
        self.good("usermod", "--append", "--groups", "onion-sieve", "alice")
        self.assertIn("250-version=", talk("alice", "GETINFO version").stdout)

    def test_13_three_steps_lead_from_the_python_filter_to_this_one_and_back(self):
        steps, back = self.read_me()
        self.assertEqual(["onion-sieve check /etc/onion-grater.d"], steps[:1])
        for command in steps:
            self.good("sh", "-c", command)
        eventually(lambda: self.on_port_951().startswith(b"250-PROTOCOLINFO 1\r\n"))
        self.assertEqual("disabled\n", run("systemctl", "is-enabled", "onion-grater.service").stdout)
        self.assertIn("250-version=", talk("alice", "GETINFO version").stdout)
        for command in back:
            self.good("sh", "-c", command)
        eventually(lambda: self.on_port_951() == b"the Python filter\r\n")
        self.good("systemctl", "is-active", "onion-sieve.service")
        self.assertIn("250-version=", talk("alice", "GETINFO version").stdout)

    def test_14_purged_beside_it_it_takes_along_what_it_had_put_there(self):
        self.good("dpkg", "--purge", "onion-sieve")
        self.assertFalse(pathlib.Path("/etc/systemd/system/onion-sieve.service.d").exists())
        self.good("systemctl", "is-active", "onion-grater.service")
        self.assertEqual(["30_autogenerated.yml", "50_shop.yml"], sorted(path.name for path in PROFILES.iterdir()))

    def failures_while_it_is_started_anew(self, times):
        """Why clients did not come in meanwhile."""
        failures = set()
        ended = threading.Event()

        def connect():
            while not ended.is_set():
                for family, place in ((socket.AF_UNIX, CONTROL), (socket.AF_INET, ("127.0.0.1", 951))):
                    with socket.socket(family) as connection:
                        connection.settimeout(60)
                        try:
                            connection.connect(place)
                        except OSError as error:
                            failures.add(str(error))
                time.sleep(0.05)

        clients = threading.Thread(target=connect)
        clients.start()
        for _ in range(times):
            self.good("systemctl", "restart", "onion-sieve.service")
        ended.set()
        clients.join()
        # Starting it this often is not what systemd's limit is for.
        self.good("systemctl", "reset-failed", "onion-sieve.service", "onion-sieve.socket")
        return failures

    def on_port_951(self):
        try:
            with socket.create_connection(("127.0.0.1", 951), timeout=20) as connection:
                connection.sendall(b"PROTOCOLINFO 1\r\n")
                return connection.recv(4096)
        except OSError:
            return b""

    def read_me(self):
        """The commands of its three steps, those of the second aside, which are somebody's to do; and those of the way back."""
        text = pathlib.Path("/usr/share/doc/onion-sieve/README.Debian").read_text()
        there, back = text.split("From onion-grater to onion-sieve, and back")[1].split("The way back")
        return [
            [line.strip() for line in part.splitlines() if line.startswith(" " * 7)] for part in (there, back)
        ]


class PackagesOwnTests(MachineTestCase):
    """What is in debian/tests, for autopkgtest; the last of them leaves the machine changed."""

    def passes(self, name):
        run("systemctl", "disable", "--now", "onion-grater.service")
        shutil.rmtree(PROFILES, ignore_errors=True)
        self.good("dpkg", "--install", PACKAGE)
        self.good(f"/root/tests/{name}")

    def test_1_what_is_shipped_is_without_a_fault(self):
        self.passes("shipped")

    def test_2_a_tor_of_its_own_is_filtered(self):
        self.passes("filter")

    def test_3_the_service_filters_debians_tor(self):
        self.passes("service")


class UpgradeTests(MachineTestCase):
    """The package comes, is replaced by a newer one, goes, and comes again. Whatever was there before is there after."""

    def setUp(self):
        run("dpkg", "--purge", "onion-sieve")
        # A file of the administrator's would be left, and is somebody else's concern.
        shutil.rmtree(PROFILES, ignore_errors=True)

    def newer(self):
        return self.repacked("0.1.0-1+newer")

    def everything(self):
        """All that a package may leave behind: files with their owners and modes, links, and accounts."""
        others = ("./dev", "./proc", "./root", "./sys", "./tmp", "./var/cache", "./var/lib/dpkg", "./var/log/journal", "./var/tmp")
        pruned = [word for path in others for word in ("-path", path, "-o")][:-1]
        files = self.good(
            "find", ".", "-xdev", "(", *pruned, ")", "-prune", "-o", "-printf", "%p %M %u %g %l\n", cwd="/"
        )  # fmt: skip
        accounts = [pathlib.Path("/etc", name).read_text() for name in ("passwd", "group", "shadow", "gshadow")]
        runtime = [str(path) for path in pathlib.Path("/run").glob("*onion*")]
        return sorted(files.splitlines()), [sorted(lines.splitlines()) for lines in accounts], runtime

    def test_1_what_was_set_is_kept_by_an_upgrade(self):
        self.good("dpkg", "--install", PACKAGE)
        drop_in = pathlib.Path("/etc/systemd/system/onion-sieve.service.d/own.conf")
        drop_in.parent.mkdir()
        self.addCleanup(shutil.rmtree, drop_in.parent)
        drop_in.write_text("[Service]\nEnvironment=OWN=1\n")
        local = pathlib.Path("/etc/apparmor.d/local/usr.bin.onion-sieve")
        local.write_text("# own\n")
        self.good("onion-sieve", "profile", "enable", "onionshare")
        self.good("systemctl", "disable", "onion-sieve.service")
        before = self.good("systemctl", "show", "--property=MainPID", "--value", "onion-sieve.service")
        self.good("dpkg", "--install", self.newer())
        self.assertTrue(self.good("dpkg-query", "-W", "-f", "${Version}", "onion-sieve").endswith("+newer"))
        self.assertEqual("# own\n", local.read_text())
        self.assertTrue((PROFILES / "onionshare.yml").is_symlink())
        self.assertEqual("disabled\n", run("systemctl", "is-enabled", "onion-sieve.service").stdout)
        # It is started anew, so that what runs is what is installed.
        self.good("systemctl", "is-active", "onion-sieve.service")
        self.assertNotEqual(before, self.good("systemctl", "show", "--property=MainPID", "--value", "onion-sieve.service"))

    def test_2_clients_at_the_socket_are_served_after_an_upgrade(self):
        self.good("dpkg", "--install", PACKAGE)
        self.good("usermod", "--append", "--groups", "onion-sieve", "alice")
        self.good("systemctl", "stop", "onion-sieve.service")
        self.good("systemctl", "enable", "--now", "onion-sieve.socket")
        self.good("dpkg", "--install", self.newer())
        self.assertEqual("enabled\n", run("systemctl", "is-enabled", "onion-sieve.socket").stdout)
        self.assertIn("250 closing connection", talk("alice").stdout)

    def test_3_whichever_way_it_goes_nothing_of_it_is_left(self):
        before = self.everything()
        for first, *then in (
            (PACKAGE, self.newer(), "--purge"),
            (PACKAGE, "--remove", PACKAGE, "--remove", "--purge"),
        ):
            self.good("dpkg", "--install", first)
            self.good("onion-sieve", "profile", "enable", "onionshare")
            for step in then:
                self.good("dpkg", *(["--install", step] if step.endswith(".deb") else [step, "onion-sieve"]))
            for expected, found in zip(before, self.everything(), strict=True):
                self.assertEqual(expected, found, (first, then))


class WhonixTests(MachineTestCase):
    def test_profiles_are_read_where_whonix_has_them(self):
        run("dpkg", "--purge", "onion-sieve")
        self.good("dpkg", "--install", PACKAGE)
        self.good("usermod", "--append", "--groups", "onion-sieve", "alice")
        example = pathlib.Path("/usr/share/doc/onion-sieve/examples/whonix-gateway.conf").read_text()
        drop_in = pathlib.Path("/etc/systemd/system/onion-sieve.service.d/whonix-gateway.conf")
        drop_in.parent.mkdir(exist_ok=True)
        self.addCleanup(drop_in.unlink)
        # This machine has no second interface.
        drop_in.write_text(example.replace("eth1", "lo"))
        merged = pathlib.Path("/etc/onion-grater-merger.d")
        merged.mkdir()
        (merged / "30_whonix-default.yml").write_text(
            "- {users: [alice], apparmor-profiles: ['*'], commands: {GETINFO: [version]}}\n"
        )
        self.good("systemctl", "daemon-reload")
        self.good("systemctl", "restart", "onion-sieve.service")
        self.assertTrue(pathlib.Path("/usr/local/etc/onion-grater-merger.d").is_dir())
        self.assertIn("250-version=", talk("alice", "GETINFO version").stdout)
        denials = [line for line in journal("--dmesg").splitlines() if "DENIED" in line and "onion-sieve" in line]
        self.assertEqual([], denials)


if __name__ == "__main__":
    arguments = [word for word in pathlib.Path("/root/arguments").read_text().splitlines() if word]
    print("@@ ready", flush=True)
    program = unittest.main(argv=[sys.argv[0], "-v", *arguments], exit=False, failfast=False)
    print(f"@@ status {0 if program.result.wasSuccessful() else 1}", flush=True)
