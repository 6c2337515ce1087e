# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies that `onion-sieve apparmor` writes, and the daemon's, in front of a tor at Debian's places."""

import os
import pathlib
import pwd
import shutil
import subprocess
import unittest

from apparmor import APPARMOR_5, LINUX, POLICIES, SECONDS, load, parser_5, play, program
from harness import SieveTestCase
from harness.processes import end, eventually, run_bounded, spawn

GAMES = pwd.getpwnam("games").pw_uid
THING = "/usr/bin/thing"
FILTER, TOR, COOKIE = "/run/onion-sieve/control", "/run/tor/control", "/run/tor/control.authcookie"
TORRC = f"""\
DataDirectory /var/lib/tor
SocksPort 0
DisableNetwork 1
ControlSocket {TOR} GroupWritable RelaxDirModeCheck
CookieAuthentication 1
CookieAuthFile {COOKIE}
Log notice stdout
"""
PROFILE = """\
- users: ['*']
  apparmor-profiles: [/usr/bin/thing]
  commands:
    GETINFO: [version]
"""
REFUSED = "Permission denied"
# From here on AppArmor has a say in who connects to a path, for policies of abi 5.0.
MEDIATES_SOCKETS = LINUX >= (6, 17)


class GeneratedPolicyTests(SieveTestCase):
    seconds = 600

    def setUp(self):
        super().setUp()
        for place in ("/run/tor", "/run/onion-sieve", "/var/lib/tor", "/etc/tor"):
            shutil.rmtree(place, ignore_errors=True)
        os.makedirs("/etc/tor")
        pathlib.Path("/etc/tor/torrc").write_text(TORRC)
        for place, mode in (("/run/tor", 0o755), ("/var/lib/tor", 0o700)):
            os.makedirs(place)
            os.chmod(place, mode)
        tor = spawn(["tor", "--defaults-torrc", "/dev/null", "-f", "/etc/tor/torrc"], stdout=subprocess.DEVNULL)
        self.addCleanup(end, tor)
        eventually(lambda: os.path.exists(TOR) and os.path.exists(COOKIE), "tor is there", seconds=SECONDS)
        self.write_profile(PROFILE, "thing.yml")
        program(THING)
        self.daemon = self.unstarted_sieve(
            ["--tor", f"unix:{TOR}", "--tor-cookie", COOKIE], "--listen", f"unix:{FILTER},mode=0666", listen=[]
        )
        os.makedirs("/run/onion-sieve")
        self.daemon.start()
        eventually(lambda: os.path.exists(FILTER), lambda: f"it listens{self.daemon.tail()}", seconds=SECONDS)

    def confine(self, *options, parser=("apparmor_parser",)):
        source = self.profiles / "thing.yml"
        done = run_bounded([os.environ["ONION_SIEVE"], "apparmor", source, *options, "--output", POLICIES], SECONDS)
        self.assertEqual(0, done.returncode, done.stderr)
        self.addCleanup(run_bounded, ["apparmor_parser", "--remove", POLICIES / "usr.bin.thing"], SECONDS)
        load("usr.bin.thing", parser=parser)

    def attempts(self, *prefix, user=None):
        """What a program gets, by name."""
        steps = []
        for place in (COOKIE, "/var/lib/tor/state", "/etc/tor/torrc"):
            steps += ["print", place, "look", place]
        for place in (TOR, FILTER):
            steps += ["print", place, "reach", place]
        lines = play(THING, *steps, user=user, prefix=prefix)
        return {place: result.partition(": ")[2] for place, result in zip(lines[::2], lines[1::2], strict=True)}

    def talk(self, place, *commands, prefix=()):
        steps = ["connect", place]
        for command in commands:
            steps += ["say", command, "hear"]
        return play(THING, *steps, prefix=prefix)

    def assertFilterServes(self, *prefix):
        lines = self.talk(FILTER, "AUTHENTICATE", "GETINFO version", "GETINFO address", prefix=prefix)
        self.assertEqual("250 OK", lines[0], lines)
        self.assertRegex(lines[1], "^250-version=")
        self.assertEqual("510 Command filtered", lines[-1])

    def test_its_program_is_kept_from_tors_cookie_data_and_configuration_and_unconfined_it_is_not(self):
        reached = dict.fromkeys((COOKIE, "/var/lib/tor/state", "/etc/tor/torrc", TOR, FILTER), "ok")
        self.assertEqual(reached, self.attempts())
        self.assertFilterServes()
        self.confine()
        self.assertEqual(["label: /usr/bin/thing (enforce)"], play(THING, "label"))
        # A policy of abi 3.0 has no say in who connects to a socket, on any kernel; see the next test.
        files = dict.fromkeys((COOKIE, "/var/lib/tor/state", "/etc/tor/torrc"), REFUSED)
        self.assertEqual({**reached, **files}, self.attempts())
        self.assertFilterServes()
        # The same program, unconfined.
        self.assertEqual(reached, self.attempts("aa-exec", "-p", "unconfined", "--"))

    def test_who_reaches_tors_control_socket_all_the_same_is_not_let_in_without_the_cookie(self):
        """What holds where the policy cannot: the cookie, which it keeps from its program."""
        self.confine()
        self.assertEqual("ok", self.attempts()[TOR])
        for command in ("AUTHENTICATE", "GETINFO version"):
            with self.subTest(command):
                self.assertRegex(self.talk(TOR, command)[0], "^51[45] Authentication ")
        cookie = pathlib.Path(COOKIE).read_bytes().hex()
        unconfined = ("aa-exec", "-p", "unconfined", "--")
        self.assertEqual(["250 OK"], self.talk(TOR, f"AUTHENTICATE {cookie}", prefix=unconfined))

    def test_the_modes_of_tors_directory_socket_and_cookie_keep_other_users_out_on_every_kernel(self):
        everybody = self.attempts(user=GAMES)
        self.assertEqual((REFUSED, REFUSED, "ok"), (everybody[COOKIE], everybody[TOR], everybody[FILTER]))
        os.chmod(TOR, 0o666)
        self.assertEqual("ok", self.attempts(user=GAMES)[TOR])
        os.chmod("/run/tor", 0o700)
        self.assertEqual(REFUSED, self.attempts(user=GAMES)[TOR])

    @unittest.skipUnless(APPARMOR_5.is_dir(), "AppArmor 5 could not be fetched")
    def test_with_abi_5_it_is_kept_from_tors_control_socket_where_the_kernel_asks(self):
        self.confine("--abi", "5.0", parser=parser_5())
        found = self.attempts()
        self.assertEqual((REFUSED, "ok"), (found[COOKIE], found[FILTER]))
        # Before Linux 6.17 nobody asks AppArmor: the previous tests say what holds there.
        self.assertEqual(REFUSED if MEDIATES_SOCKETS else "ok", found[TOR])
        self.assertFilterServes()
        self.assertEqual("ok", self.attempts("aa-exec", "-p", "unconfined", "--")[TOR])
