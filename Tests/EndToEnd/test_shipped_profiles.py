# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of `profiles.d`, with what the applications send that they are for."""

import pathlib
import re

from harness import RemoteHost, SieveTestCase, requires_root
from harness.namespace import OUR_ADDRESS, THEIR_ADDRESS
from harness.sieve import free_port

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "profiles.d"

# As Whonix ships it for Bisq, for all that matters here.
BISQ = """\
- exe-paths: ['*']
  users: ['*']
  hosts: ['*']
  commands:
    GETINFO: ['version']
    SETCONF: ['DisableNetwork=[01]']
  confs:
    __owningcontrollerprocess:
"""


@requires_root
class WhonixSetupTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.remote = RemoteHost().start()
        self.addCleanup(self.remote.stop)
        self.place = (OUR_ADDRESS, free_port(OUR_ADDRESS))

    def ship(self, *hosts):
        text = (SHIPPED / "whonix-setup.yml").read_text()
        text, count = re.subn(r"(?m)^  hosts: .*$", f"  hosts: [{', '.join(hosts)}]", text)
        self.assertEqual(1, count)
        self.write_profile(BISQ, "40_bisq.yml")
        self.write_profile(text, "whonix-setup.yml")

    def test_the_set_up_of_an_application_that_could_own_its_tor_is_acknowledged(self):
        self.ship(THEIR_ADDRESS)
        self.sieve(self.tor, listen=[self.place])
        lines = self.remote.send(
            self.place,
            [
                "TAKEOWNERSHIP",
                "RESETCONF __OwningControllerProcess",
                "resetconf __owningcontrollerprocess",
                "SETCONF DisableNetwork=0",
                "RESETCONF DisableNetwork",
                "RESETCONF __OwningControllerProcess DisableNetwork",
                "SETCONF __OwningControllerProcess=1",
            ],
        )
        self.assertEqual([b"250 OK"] * 4 + [b"510 Command filtered"] * 3, lines)
        self.assertEqual([], self.tor.heard("RESETCONF") + self.tor.heard("TAKEOWNERSHIP"))
        self.assertEqual([b"SETCONF DisableNetwork=0"], self.tor.heard("SETCONF"))

    def test_without_it_the_command_is_filtered(self):
        self.ship("192.0.2.1")
        self.sieve(self.tor, listen=[self.place])
        lines = self.remote.send(self.place, ["RESETCONF __OwningControllerProcess"])
        self.assertEqual([b"510 Command filtered"], lines)
