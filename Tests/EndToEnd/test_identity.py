# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is on the other end, and that nobody gets more than what is known of him allows."""

import os
import pathlib
import pwd
import sys

from harness import ME, RemoteHost, SieveTestCase, for_me, free_port, requires_ipv6, requires_root, run_bounded
from harness.namespace import A_THIRD_ADDRESS, NETWORK, OUR_ADDRESS, THEIR_ADDRESS

COMMANDS = {"GETINFO": ["version"]}
PYTHON = os.path.realpath(sys.executable)

# Asks as another user; prints the replies.
ASK = """
import socket, sys
place = sys.argv[1]
if place.startswith("/"):
    s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(place)
else:
    s = socket.create_connection((place, int(sys.argv[2])), 20)
s.sendall(b"AUTHENTICATE\\r\\nGETINFO version\\r\\nTAKEOWNERSHIP\\r\\nQUIT\\r\\n")
while True:
    chunk = s.recv(65536)
    if not chunk: break
    sys.stdout.buffer.write(chunk)
"""
ALLOWED = b"250 OK\r\n250-version=0.4.9.99-fake\r\n250 OK\r\n250 OK\r\n250 closing connection\r\n"
REFUSED = b"250 OK\r\n510 Command filtered\r\n250 OK\r\n250 closing connection\r\n"


class IdentityTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()

    def outcome(self, profile, listen=("unix",), address=None):
        """What this process gets under a profile."""
        daemon = self.sieve(self.tor, profile=profile, listen=list(listen))
        client = self.client(daemon, address or daemon.addresses[0], timeout=20)
        client.send("AUTHENTICATE\r\nGETINFO version\r\nTAKEOWNERSHIP\r\nQUIT\r\n")
        return client.rest()


class LocalTests(IdentityTestCase):
    def test_a_client_that_no_profile_is_for_gets_local_answers_and_nothing_else(self):
        daemon = self.sieve(self.tor, profile={**for_me(commands=COMMANDS), "users": ["no-such-user"]})
        probes = len(self.tor.sessions)
        client = self.client(daemon)
        self.assertEqual(b"250 OK", client.ask("PROTOCOLINFO 1")[-1])
        client.authenticate()
        self.assertAnswers(client, "TAKEOWNERSHIP", "250 OK")
        for command in (
            "GETINFO version",
            "SETEVENTS BW",
            "SIGNAL NEWNYM",
            "ADD_ONION NEW:BEST Port=80,17600",
            "GETCONF UseBridges",
            "NOSUCHCOMMAND",
        ):
            self.assertFiltered(client, command)
        daemon.await_log("no profile")
        self.assertEqual([], self.tor.heard("SIGNAL") + self.tor.heard("ADD_ONION"))
        self.assertAnswers(client, "QUIT", "250 closing connection")
        # Tor may have been asked for its version when the daemon started, but not for this client.
        self.assertLessEqual(len(self.tor.sessions), max(probes, 1))

    def test_an_empty_directory_of_profiles_lets_nobody_in(self):
        self.assertEqual(REFUSED, self.outcome(None))

    def test_users_are_matched_by_name_and_by_uid_over_every_local_transport(self):
        for listen in ("unix", "tcp"):
            for users, expected in (
                ([ME], ALLOWED),
                ([str(os.getuid())], ALLOWED),
                (["no-such-user", ME], ALLOWED),
                (["*"], ALLOWED),
                (["no-such-user"], REFUSED),
                (["54321"], REFUSED),
                ([], REFUSED),
            ):
                with self.subTest(listen=listen, users=users):
                    self.assertEqual(
                        expected,
                        self.outcome({"apparmor-profiles": ["*"], "users": users, "commands": COMMANDS}, [listen]),
                    )

    @requires_ipv6
    def test_a_user_is_known_over_the_ipv6_loopback_address(self):
        self.assertEqual(ALLOWED, self.outcome(for_me(commands=COMMANDS), ["tcp6"]))
        self.assertEqual(REFUSED, self.outcome({**for_me(commands=COMMANDS), "users": ["no-such-user"]}, ["tcp6"]))

    def test_groups_are_matched(self):
        for groups, expected in (([str(os.getgid())], ALLOWED), (["54321"], REFUSED)):
            with self.subTest(groups):
                self.assertEqual(expected, self.outcome(for_me(groups=groups, commands=COMMANDS)))

    def test_an_unconfined_client_is_known_by_its_executable(self):
        label = pathlib.Path("/proc/self/attr/apparmor/current")
        try:
            confined = not label.read_text().strip("\0\n").startswith("unconfined")
        except OSError:
            confined = False
        if confined:
            self.skipTest("the tests run under an AppArmor profile")
        for key in ("apparmor-profiles", "exe-paths"):
            for paths, expected in (
                ([PYTHON], ALLOWED),
                (["/usr/bin/true"], REFUSED),
                (["/usr/bin/*"], REFUSED),
                ([os.path.basename(PYTHON)], REFUSED),
            ):
                for listen in ("unix", "tcp"):
                    with self.subTest(key=key, paths=paths, listen=listen):
                        profile = {"apparmor-profiles": ["*"], "users": [ME], "commands": COMMANDS, key: paths}
                        self.assertEqual(expected, self.outcome(profile, [listen]))

    def test_users_alone_is_no_profile_for_a_local_client(self):
        self.assertEqual(REFUSED, self.outcome({"users": [ME], "commands": COMMANDS}))
        self.assertEqual(REFUSED, self.outcome({"apparmor-profiles": ["*"], "commands": COMMANDS}))
        self.assertEqual(REFUSED, self.outcome({"exe-paths": ["*"], "users": [ME], "commands": COMMANDS}))

    def test_a_profile_for_hosts_is_not_for_a_local_client(self):
        for hosts in (["*"], ["127.0.0.1"], ["127.0.0.0/8"]):
            with self.subTest(hosts):
                self.assertEqual(REFUSED, self.outcome({"hosts": hosts, "commands": COMMANDS}, ["tcp"]))

    def test_the_union_of_several_profiles_decides(self):
        self.write_profile(for_me(commands={"GETINFO": ["a"]}), "10_a.yml")
        self.write_profile(for_me(commands={"GETINFO": ["b"]}), "20_b.yml")
        self.write_profile({**for_me(commands={"GETINFO": ["c"]}), "users": ["no-such-user"]}, "30_c.yml")
        self.tor.info.update(a="1", b="2", c="3")
        client = self.session(self.sieve(self.tor))
        self.assertAnswers(client, "GETINFO a b", "250-a=1", "250-b=2", "250 OK")
        self.assertFiltered(client, "GETINFO c")


@requires_root
class OtherUserTests(IdentityTestCase):
    def ask_as(self, user, *place):
        account = pwd.getpwnam(user)
        done = run_bounded([PYTHON, "-c", ASK, *place], user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def test_each_user_gets_what_the_profiles_of_that_user_allow(self):
        for name in ("games", "daemon"):
            self.write_profile({"apparmor-profiles": ["*"], "users": ["games"], "commands": COMMANDS})
            daemon = self.sieve(self.tor, listen=["unix", "tcp"], unix_options=",mode=0666")
            expected = ALLOWED if name == "games" else REFUSED
            with self.subTest(name):
                self.assertEqual(expected, self.ask_as(name, str(daemon.unix)))
                self.assertEqual(expected, self.ask_as(name, *map(str, daemon.tcp)))
                client = self.session(daemon)
                self.assertFiltered(client, "GETINFO version")

    def test_an_executable_that_its_user_could_have_written_is_unknown(self):
        copy = self.directory / "python"
        copy.write_bytes(pathlib.Path(PYTHON).read_bytes())
        copy.chmod(0o755)
        os.chown(copy, 65534, 65534)
        self.write_profile({"apparmor-profiles": [str(copy), PYTHON], "users": ["games"], "commands": COMMANDS})
        daemon = self.sieve(self.tor, unix_options=",mode=0666")
        done = run_bounded(
            [copy, "-c", ASK, daemon.unix], user=65534, group=65534, extra_groups=[], env={"PYTHONHOME": "/usr"}
        )
        self.assertEqual(REFUSED, done.stdout, done.stderr)
        self.assertEqual(ALLOWED, self.ask_as("games", str(daemon.unix)))

    def test_the_name_of_a_file_forges_no_fields(self):
        directory = self.directory / "x"
        directory.mkdir()
        self.directory.chmod(0o755)
        copy = directory / "n apparmor=unconfined; profiles: any"
        copy.write_bytes(pathlib.Path(PYTHON).read_bytes())
        copy.chmod(0o777)
        self.write_profile({"apparmor-profiles": [PYTHON], "users": ["games"], "commands": COMMANDS})
        daemon = self.sieve(self.tor, unix_options=",mode=0666")
        for prepare, doubt in (
            (lambda: copy.chmod(0o777), "others than root can write it"),
            (lambda: os.chown(copy, 12345, 12345), "belongs to uid 12345"),
        ):
            prepare()
            run_bounded([copy, "-c", ASK, daemon.unix], user="games", group="games", extra_groups=[], env={"PYTHONHOME": "/usr"})
            daemon.await_log(f'exe=unknown("{copy}", {doubt})')


@requires_root
class RemoteTests(IdentityTestCase):
    def setUp(self):
        super().setUp()
        self.remote = RemoteHost().start()
        self.addCleanup(self.remote.stop)
        self.place = (OUR_ADDRESS, free_port(OUR_ADDRESS))

    def is_allowed(self, profile):
        daemon = self.sieve(self.tor, profile=profile, listen=[self.place])
        lines = self.remote.send(self.place, ["GETINFO version"])
        daemon.stop()
        return lines == [b"250-version=0.4.9.99-fake", b"250 OK"]

    def test_a_remote_client_is_known_by_its_address(self):
        for hosts, expected in (
            ([THEIR_ADDRESS], True),
            ([f"{NETWORK}.0/30"], True),
            (["*"], True),
            ([A_THIRD_ADDRESS], False),
            ([f"{NETWORK}.4/30"], False),
            ([], False),
            (["172.31.0.0/16", THEIR_ADDRESS], True),
        ):
            with self.subTest(hosts):
                self.assertEqual(expected, self.is_allowed({"hosts": hosts, "commands": COMMANDS}))

    def test_a_profile_for_local_programs_is_not_for_a_remote_client(self):
        self.assertFalse(self.is_allowed({"apparmor-profiles": ["*"], "users": ["*"], "commands": COMMANDS}))

    def test_a_client_from_this_machines_own_address_is_matched_by_that_very_address_only(self):
        for hosts, expected in (
            ([OUR_ADDRESS], ALLOWED),
            (["*"], REFUSED),
            ([f"{NETWORK}.0/30"], REFUSED),
            ([THEIR_ADDRESS], REFUSED),
        ):
            with self.subTest(hosts):
                daemon = self.sieve(
                    self.tor,
                    profile={"hosts": hosts, "apparmor-profiles": ["*"], "users": [ME], "commands": COMMANDS},
                    listen=[self.place],
                )
                client = self.client(daemon)
                client.send("AUTHENTICATE\r\nGETINFO version\r\nTAKEOWNERSHIP\r\nQUIT\r\n")
                self.assertEqual(expected, client.rest())
                client.close()
                daemon.stop()
