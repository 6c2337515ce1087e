# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make install` below any prefix: everything is there, finds what belongs to it, and nothing else is touched."""

import os
import pathlib
import shutil
import stat
import unittest

from harness import SieveTestCase, run_bounded

BINARY = os.environ["ONION_SIEVE"]
SOURCES = pathlib.Path(__file__).resolve().parents[2]


@unittest.skipUnless((SOURCES / "scripts/install").exists(), "the sources are not here")
class InstallTests(SieveTestCase):
    def install(self, *variables):
        root = self.directory / "root"
        done = run_bounded(
            ["make", "--directory", SOURCES, "install", f"RELEASE_BINARY={BINARY}", f"DESTDIR={root}", *variables], 60
        )
        self.assertEqual(0, done.returncode, done.stderr.decode())
        return root

    def test_a_prefix_of_ones_own_has_a_program_that_finds_its_library_and_a_unit_that_finds_the_program(self):
        root = self.install("PREFIX=/opt/sieve", "SYSCONFDIR=/opt/sieve/etc")
        self.assertEqual(["opt"], [path.name for path in root.iterdir()])
        program = root / "opt/sieve/bin/onion-sieve"
        profiles = self.directory / "empty"
        profiles.mkdir()
        listed = run_bounded([program, "profile", "list", "--profiles", profiles]).stdout.decode()
        self.assertIn("onionshare", listed)
        self.assertIn(
            "ExecStart=/opt/sieve/bin/onion-sieve serve ",
            (root / "opt/sieve/lib/systemd/system/onion-sieve.service").read_text(),
        )
        policy = (root / "opt/sieve/etc/apparmor.d/usr.bin.onion-sieve").read_text()
        for rule in ("/opt/sieve/bin/onion-sieve mr,", "/opt/sieve/share/onion-sieve/profiles.d/{,*.yml} r,"):
            self.assertIn(f"\n  {rule}\n", policy)
        for page in (SOURCES / "man").glob("*.[1-9]"):
            self.assertTrue((root / f"opt/sieve/share/man/man{page.suffix[1:]}" / page.name).exists(), page.name)

    def test_each_directory_can_be_given_by_itself(self):
        root = self.install("PREFIX=/usr", "UNITDIR=/a", "SYSUSERSDIR=/b", "TMPFILESDIR=/c", "ZSHCOMPDIR=/d", "MANDIR=/e")
        for path in ("a/onion-sieve.service", "b/onion-sieve.conf", "c/onion-sieve.conf", "d/_onion-sieve", "e/man8"):
            self.assertTrue((root / path).exists(), path)

    def test_modes_are_everybodys_to_read_and_nobodys_to_write(self):
        for path in self.install("PREFIX=/usr").rglob("*"):
            executable = path.is_dir() or path.name == "onion-sieve" and path.parent.name == "bin"
            self.assertEqual(0o755 if executable else 0o644, stat.S_IMODE(path.stat().st_mode), path)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_units_are_as_systemd_wants_them(self):
        root = self.install("PREFIX=/usr", "UNITDIR=/usr/lib/systemd/system")
        units = root / "usr/lib/systemd/system"
        for name in ("onion-sieve.service", "onion-sieve.socket"):
            unit = units / name
            # What it starts is here, and not where it will be.
            unit.write_text(unit.read_text().replace("/usr/bin/onion-sieve", str(root / "usr/bin/onion-sieve")))
        done = run_bounded(["systemd-analyze", "verify", "--man=no", *units.iterdir()], 60)
        said = [line for line in (done.stdout + done.stderr).decode().splitlines() if "onion-sieve" in line]
        self.assertEqual([], said)

    def test_a_program_that_has_not_been_built_is_said_to_be_missing(self):
        done = run_bounded(
            ["make", "--directory", SOURCES, "install", "RELEASE_BINARY=/nowhere/onion-sieve", f"DESTDIR={self.directory}"]
        )
        self.assertNotEqual(0, done.returncode)
        self.assertIn("install: /nowhere/onion-sieve is missing: make release", done.stderr.decode())
