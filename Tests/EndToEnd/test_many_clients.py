# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Under a crowd of clients that come, change and go nobody is taken for somebody else."""

import json
import pathlib
import shutil
import sys
import unittest

import harness
from harness import SieveTestCase, requires_root, run_bounded

SCRIPT = pathlib.Path(harness.__file__).with_name("many_clients.py")
NAMESPACES = ["unshare", "--pid", "--fork", "--mount-proc", "--net", "--kill-child"]
# Enough for thousands; a machine that has not made as many by then has made its contribution.
CLIENTS, SECONDS = 4000, 20
# On the slowest machine, an emulated one beside others, in four times the time.
FEWEST = 50


@requires_root
@unittest.skipUnless(shutil.which("perl"), "perl is missing")
class ManyClientsTests(SieveTestCase):
    seconds = 4 * SECONDS + 60

    def test_no_client_is_taken_for_another(self):
        if run_bounded([*NAMESPACES, "true"]).returncode:
            self.skipTest("no PID namespace can be made here")
        done = run_bounded(
            [*NAMESPACES, sys.executable, "-B", SCRIPT, self.directory, CLIENTS, SECONDS], seconds=4 * SECONDS + 30
        )
        self.assertEqual(0, done.returncode, done.stderr.decode())
        found = json.loads(done.stdout)
        self.assertEqual([], found["wrong"][:20])
        self.assertGreater(found["clients"], FEWEST)
        # The numbers were used again, or there was nothing to get wrong.
        self.assertLess(found["numbers"], found["clients"] / 2, found)
        # And clients were told apart, by user and by program, over Unix sockets and TCP.
        given = {(place, key) for name in found["given"] for _, _, place, key in [name.split()]}
        for place in ("unix", "tcp"):
            for key in ("games", "daemon", "python", "perl"):
                self.assertIn((place, key), given, found)
