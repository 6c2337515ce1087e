# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of `profiles.d`, with what the applications send that they are for."""

import base64
import os
import pathlib
import re

from harness import FILTERED, ME, RemoteHost, SieveTestCase, requires_root
from harness.case import real_tor, temporary_directory
from harness.client import RawClient
from harness.namespace import OUR_ADDRESS, THEIR_ADDRESS
from harness.profiles import profile_directory, write_profile
from harness.sieve import free_port

SHIPPED = pathlib.Path(__file__).resolve().parents[2] / "profiles.d"
CONVERSATIONS = pathlib.Path(__file__).resolve().parent / "conversations"

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


def for_this_user(text):
    """A shipped profile, which is for an AppArmor label, as one for the user who runs the tests."""
    text, users = re.subn(r"(?m)^((?:- |  )users:).*$", rf"\1 ['{ME}']", text)
    text, labels = re.subn(r"(?m)^  apparmor-profiles:(?: \[.*\]|(?:\n    - .*)+)$", "  apparmor-profiles: ['*']", text)
    assert users and labels, "the profile has no qualifiers that are known here"
    return text


def read_conversation(path):
    """(line number, expectation, command) of each line; for a new connection the command is `---`."""
    steps = []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        expectation, command = re.fullmatch(r"(?:(passes|filtered): )?(.*)", line).groups()
        steps.append((number, expectation or "works", command))
    return steps


class ConversationTests(SieveTestCase):
    """What each program says, to the profile that is for it, in front of a real tor."""

    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)
        cls.administrator = RawClient(cls.tor.socket_path)
        cls.addClassCleanup(cls.administrator.close)
        cookie = cls.tor.cookie_path.read_bytes().hex()
        assert cls.administrator.ask(f"AUTHENTICATE {cookie}") == [b"250 OK"]
        # A service of somebody else's, detached, so that whoever names it to tor could remove it.
        reply = cls.administrator.ask("ADD_ONION NEW:ED25519-V3 Flags=Detach,DiscardPK Port=80,80")
        cls.other = reply[0].removeprefix(b"250-ServiceID=").decode()
        # And a key that no service has any more.
        reply = cls.administrator.ask("ADD_ONION NEW:ED25519-V3 Port=80,80")
        cls.key = reply[1].removeprefix(b"250-PrivateKey=ED25519-V3:").decode()
        cls.administrator.ask("DEL_ONION " + reply[0].removeprefix(b"250-ServiceID=").decode())

    def converse(self, path):
        profiles = profile_directory(temporary_directory(self) / "profiles.d")
        shipped = SHIPPED / (path.stem.partition("@")[0] + ".yml")
        write_profile(profiles, shipped.name, for_this_user(shipped.read_text()))
        sieve = self.sieve(self.tor, profiles=[profiles])
        known = {
            "key": self.key,
            "other": self.other,
            "client-key": base64.b64encode(os.urandom(32)).decode(),
            "control-port": str(self.tor.port),
        }
        client = self.client(sieve)
        for number, expectation, command in read_conversation(path):
            if command == "---":
                client.close()
                client = self.client(sieve)
                continue
            reply = client.ask(re.sub(r"\{([a-z-]+)\}", lambda name: known[name[1]], command))
            while reply[0].startswith(b"650"):
                reply = client.reply()
            where = f"{path.name}:{number}: {command!r} got {reply}{sieve.tail()}"
            if expectation == "filtered":
                self.assertEqual([FILTERED], reply, where)
                continue
            self.assertNotEqual([FILTERED], reply, where)
            if expectation == "works":
                self.assertTrue(reply[-1].startswith(b"250 "), where)
            for line in reply:
                name, _, value = line.decode().partition("=")
                if name == "250-ServiceID":
                    known["service"] = value
                elif name == "250-PrivateKey":
                    known["key"] = value.removeprefix("ED25519-V3:")
        self.assertIn(self.other.encode(), b" ".join(self.administrator.ask("GETINFO onions/detached")))


def _add_conversations():
    for path in sorted(CONVERSATIONS.glob("*.txt")):
        name = re.sub(r"[^a-z0-9]+", "_", path.stem)
        setattr(
            ConversationTests,
            f"test_nothing_that_{name}_needs_is_filtered_and_its_neighbours_are",
            lambda self, path=path: self.converse(path),
        )


_add_conversations()
