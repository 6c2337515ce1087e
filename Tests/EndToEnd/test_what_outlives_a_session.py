# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Detached services and client-auth credentials, in front of Debian's tor: given back to the same client, and nobody else."""

import base64
import os
import pwd
import sys

import stem.control

from harness import SieveTestCase, requires_root, run_bounded
from harness.case import real_tor

PYTHON = os.path.realpath(sys.executable)
KEY = "x25519:" + base64.b64encode(b"\x01" * 32).decode()
OTHER_KEY = "x25519:" + base64.b64encode(b"\x02" * 32).decode()

# One session of another user; prints the last line of each reply.
ASK = """
import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1])
file = s.makefile("rb")
for line in ["AUTHENTICATE", *sys.argv[2:]]:
    s.sendall(line.encode() + b"\\r\\n")
    while (reply := file.readline())[3:4] != b" ": pass
    print(reply.decode().strip())
"""

PROFILE = {
    "users": ["*"],
    "apparmor-profiles": ["*"],
    "commands": {
        "ADD_ONION": [".*"],
        "DEL_ONION": [{"pattern": ".*", "own": True}],
        "GETINFO": [{"pattern": "onions/detached", "own": True}],
        "ONION_CLIENT_AUTH_ADD": [{"pattern": ".*", "own": True}],
        "ONION_CLIENT_AUTH_REMOVE": [{"pattern": ".*", "own": True}],
        "ONION_CLIENT_AUTH_VIEW": [{"pattern": ".*", "own": True}],
    },
}


@requires_root
class RegistryTests(SieveTestCase):
    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)

    def setUp(self):
        super().setUp()
        self.daemon = self.sieve(self.tor, profile=PROFILE, unix_options=",mode=0666")

    def publish(self, flags="Flags=DiscardPK,Detach"):
        reply = self.session(self.daemon).ask(f"ADD_ONION NEW:ED25519-V3 {flags} Port=80,17600")
        self.assertRegex(reply[0], rb"\A250-ServiceID=[a-z2-7]{56}\Z", reply)
        return reply[0].partition(b"=")[2].decode()

    def ask_as(self, user, *commands):
        account = pwd.getpwnam(user)
        done = run_bounded(
            [PYTHON, "-c", ASK, self.daemon.unix, *commands],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
        )
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout.decode().splitlines()[1:]

    def test_a_detached_service_is_listed_to_and_ended_by_a_later_session_of_the_same_client(self):
        service = self.publish()
        self.assertEqual(["510 Command filtered"], self.ask_as("games", f"DEL_ONION {service}"))
        theirs = self.ask_as("games", "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK,Detach Port=80,17600")
        self.assertEqual(["250 OK"], theirs)
        later = self.session(self.daemon)
        self.assertAnswers(later, "GETINFO onions/detached", f"250-onions/detached={service}", "250 OK")
        self.assertAnswers(later, f"DEL_ONION {service}", "250 OK")
        self.assertFiltered(later, f"DEL_ONION {service}")

    def test_a_service_that_another_client_publishes_anew_is_no_longer_the_first_ones(self):
        for flags in ("Flags=Detach", "Flags=DiscardPK,Detach"):
            first = self.session(self.daemon)
            reply = first.ask("ADD_ONION NEW:ED25519-V3 Flags=Detach Port=80,17600")
            service, key = (line.partition(b"=")[2].decode() for line in reply[:2])
            # Past the filter it is taken away, and so is what the daemon cannot know of.
            with stem.control.Controller.from_socket_file(str(self.tor.socket_path)) as controller:
                controller.authenticate()
                controller.remove_ephemeral_hidden_service(service)
            self.assertEqual(["250 OK"], self.ask_as("games", f"ADD_ONION {key} {flags} Port=80,17600"))
            self.assertAnswers(first, "GETINFO onions/detached", "250-onions/detached=", "250 OK")
            self.assertFiltered(first, f"DEL_ONION {service}")
            self.assertFiltered(self.session(self.daemon), f"DEL_ONION {service}")
            self.assertEqual(
                ["250 OK"], self.ask_as("games", f"DEL_ONION {service}")
            )

    def test_what_one_session_deletes_another_does_not_have_any_more(self):
        first, second = self.session(self.daemon), self.session(self.daemon)
        reply = first.ask("ADD_ONION NEW:ED25519-V3 Flags=DiscardPK,Detach Port=80,17600")
        service = reply[0].partition(b"=")[2].decode()
        self.assertAnswers(second, f"DEL_ONION {service}", "250 OK")
        self.assertFiltered(first, f"DEL_ONION {service}")

    def test_a_credential_belongs_to_the_client_that_added_it(self):
        service = self.publish()
        self.assertAnswers(self.session(self.daemon), f"ONION_CLIENT_AUTH_ADD {service} {KEY}", "250 OK")
        for command in (
            f"ONION_CLIENT_AUTH_ADD {service} {KEY}",
            f"ONION_CLIENT_AUTH_ADD {service} {OTHER_KEY}",
            f"ONION_CLIENT_AUTH_ADD {service.upper()} {OTHER_KEY}",
            f"ONION_CLIENT_AUTH_REMOVE {service}",
        ):
            self.assertEqual(["510 Command filtered"], self.ask_as("games", command), command)
        later = self.session(self.daemon)
        view = later.ask(f"ONION_CLIENT_AUTH_VIEW {service}")
        self.assertIn(f"250-CLIENT {service} {KEY}".encode(), view)
        self.assertRegex(later.ask(f"ONION_CLIENT_AUTH_ADD {service} {OTHER_KEY}")[-1], rb"\A25[012] ")
        self.assertAnswers(later, f"ONION_CLIENT_AUTH_REMOVE {service}", "250 OK")
        self.assertEqual(["250 OK"], self.ask_as("games", f"ONION_CLIENT_AUTH_ADD {service} {KEY}"))
        self.assertFiltered(later, f"ONION_CLIENT_AUTH_REMOVE {service}")
