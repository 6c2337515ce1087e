# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a client sends that may set one option, nothing else of Debian's tor changes.

FUZZ_COMMANDS says how many commands are sent in all, FUZZ_SEED which; both have values that suit `make test`. What is found is told with
the seed and with the one command that did it, if one did.
"""

import os
import random
import re
import time

from harness import ConnectionClosed, RawClient, SieveTestCase, for_me
from harness.case import real_tor
from harness.mutated_commands import SERVICE_KEY, MutatedCommands
from harness.sanitizer import lessened

COMMANDS = int(os.environ.get("FUZZ_COMMANDS") or lessened(4000, 4))
SEED = int(os.environ.get("FUZZ_SEED") or random.randrange(1 << 32))
# As many as may be on their way to tor at a time, about.
BATCH = 50

OPTION = "MaxCircuitDirtiness"
VALUES = ["600", "10", "77", '"78"', '"7\\9"', "0", "-1", "4294967296", "1 hour", '"1 hour"', "", '""', "8 ContactInfo=a"]
# Its answer ends a batch: no command that is drawn has it.
END = {"pattern": "end-of-batch", "answer": ["250-end-of-batch=", "250 OK"]}
MAY_SET = for_me(commands={"GETINFO": [END]}, confs={OPTION: ["[0-9]{1,9}", ""]})
MAY_CHANGE_NOTHING = for_me(commands={"GETINFO": [END]}, confs={OPTION: None})

# What a client may be told under these profiles: refusals, what we answer ourselves, the option, and tor's complaints of its value.
EXPECTED = re.compile(
    rb"510 Command filtered|250 OK|250-end-of-batch=|250 MaxCircuitDirtiness(=\d+)?|250-MaxCircuitDirtiness(=\d+)?"
    rb"|513 Unacceptable option value: .*|513 No such version|250-PROTOCOLINFO 1|250-AUTH METHODS=NULL|250-VERSION Tor=\"[^\"]*\""
    rb"|250 closing connection|500 Line too long\."
)

SNAPSHOT = [
    "GETINFO config-text",
    "GETINFO onions/detached",
    "GETINFO circuit-status stream-status orconn-status",
    "GETINFO address-mappings/all",
    "GETINFO net/listeners/control net/listeners/socks net/listeners/dns",
    "GETINFO dormant network-liveness",
    "GETCONF HiddenServiceOptions __LeaveStreamsUnattached __OwningControllerProcess DisableNetwork",
    "ONION_CLIENT_AUTH_VIEW",
]
# A service that somebody has cannot be added once more.
CLAIM = f"ADD_ONION {SERVICE_KEY} Flags=DiscardPK Port=1"
EVENTS = "SETEVENTS CONF_CHANGED SIGNAL ADDRMAP CIRC STREAM HS_DESC"
# Snapshots between which a service is claimed once.
CLAIMS_EVERY = 20
# Commands after which a long run says how far it is.
SAYS_EVERY = 100_000


class Watch:
    """A connection of our own to tor, which says what has become of it."""

    def __init__(self, tor):
        self.client = RawClient(tor.socket_path)
        cookie = tor.cookie_path.read_bytes().hex()
        assert self.client.ask(f"AUTHENTICATE {cookie}") == [b"250 OK"]
        assert self.client.ask(EVENTS) == [b"250 OK"]
        self.events = []
        self.before = self.snapshot()

    def _reply(self):
        """The next reply; events that come before it are kept."""
        while True:
            lines = self.client.reply()
            if not lines[0].startswith(b"650"):
                return lines
            self.events.append(lines)

    def ask(self, *commands):
        self.client.send("".join(command + "\r\n" for command in commands))
        return [self._reply() for _ in commands]

    def snapshot(self):
        """Everything but the option that may be set."""
        lines = [line for reply in self.ask(*SNAPSHOT) for line in reply]
        return [line for line in lines if not line.startswith(OPTION.encode() + b" ")]

    def has_the_service(self):
        """Whether a session has added the service."""
        reply = self.ask(CLAIM)[0]
        if reply[-1] != b"250 OK":
            return True
        address = reply[0].partition(b"=")[2].decode()
        assert self.ask(f"DEL_ONION {address}") == [[b"250 OK"]]
        return False

    def value(self):
        return self.ask(f"GETCONF {OPTION}")[0]

    def change(self, may_set):
        """What has changed that must not have; None if nothing has."""
        now = self.snapshot()
        if now != self.before:
            return f"{[line for line in now if line not in self.before]} instead of {[line for line in self.before if line not in now]}"
        events, self.events = self.events, []
        for event in events:
            # 650-CONF_CHANGED, 650-Option=value for each, 650 OK.
            names = {line[4:].partition(b"=")[0] for line in event[1:-1]}
            if not may_set or event[0] != b"650-CONF_CHANGED" or names != {OPTION.encode()}:
                return f"the event {event}"
        return None


class MutatedCommandTests(SieveTestCase):
    seconds = 120 if COMMANDS <= 10_000 else 60 + COMMANDS // 100

    def run_commands(self, profile, may_set, count=COMMANDS, seed=SEED):
        """Gives the values that the option has had."""
        tor = real_tor(self)
        sieve = self.sieve(tor, "--audit", "none", profile=profile)
        watch = Watch(tor)
        drawn = MutatedCommands(random.Random(seed), OPTION, VALUES)
        client = None
        sent = settings = sessions = checks = 0
        values = set()
        began = time.monotonic()
        while sent < count:
            if client is None:
                client = sieve.session()
                sessions += 1
            batch = drawn.batch(BATCH)
            lines, is_over = self.exchange(client, batch)
            sent += len(batch)
            checks += 1
            strange = [line for line in lines if not EXPECTED.fullmatch(line)]
            change = f"the client is told {strange[:3]}" if strange else watch.change(may_set)
            if change is None and checks % CLAIMS_EVERY == 0 and watch.has_the_service():
                change = "a service was added"
            if change:
                self.fail(f"FUZZ_SEED={seed}: after {sent} commands {change}; {self.blame(tor, sieve, batch, may_set)}")
            settings += lines.count(b"250 OK")
            if sent % SAYS_EVERY == 0:
                print(f"FUZZ_SEED={seed}: {sent} commands, {sent / (time.monotonic() - began):.0f} a second", flush=True)
            values.add(watch.value()[0])
            if is_over:
                client.close()
                client = None
        took = time.monotonic() - began
        print(
            f"FUZZ_SEED={seed}: {sent} commands in {sessions} sessions, {sent / took:.0f} a second, {settings} answered 250 OK, "
            f"{len(values)} values of {OPTION} seen",
            flush=True,
        )
        return values

    @staticmethod
    def exchange(client, batch):
        """Sends them; gives the lines of all replies, and whether the session has ended.

        What comes behind them ends a data block that they may have begun, and then tells that all replies were given.
        """
        client.send_meanwhile(b"".join(batch) + b"\r\n.\r\nGETINFO end-of-batch\r\n")
        lines = []
        try:
            while not lines or lines[-1] != b"250-end-of-batch=":
                lines.append(client.line())
            assert client.line() == b"250 OK"
        except ConnectionClosed:
            return lines, True
        return lines[:-1], False

    def blame(self, tor, sieve, batch, may_set):
        """Which command of a batch it was: each alone, against a tor that was started anew."""
        tor.restart()
        for command in batch:
            watch = Watch(tor)
            with sieve.session() as client:
                lines, _ = self.exchange(client, [command])
                strange = [line for line in lines if not EXPECTED.fullmatch(line)]
                change = watch.change(may_set)
                if strange or change or watch.has_the_service():
                    return f"{command!r} alone does it: {strange} {change}"
        return f"none of these does it alone: {batch}"

    def test_nothing_but_the_option_that_may_be_set_ever_changes(self):
        values = self.run_commands(MAY_SET, may_set=True)
        # Or else all this would show nothing.
        self.assertGreater(len(values), 2)

    def test_nothing_changes_where_nothing_may_be_set(self):
        self.assertEqual(1, len(self.run_commands(MAY_CHANGE_NOTHING, may_set=False)))

    def test_what_changes_otherwise_is_found_and_told_with_the_command_that_did_it(self):
        # Always the same ones: of others it may take two together.
        wide = for_me(commands={"GETINFO": [END], "SETCONF": [OPTION + "=.*"]})
        with self.assertRaisesRegex(AssertionError, "FUZZ_SEED=1: after .*(?i:SETCONF) .* alone does it"):
            self.run_commands(wide, may_set=True, count=100_000, seed=1)
        keys = for_me(commands={"GETINFO": [END], "ADD_ONION": [".*"]})
        with self.assertRaisesRegex(AssertionError, "ServiceID=.*(?i:ADD_ONION) .* alone does it"):
            self.run_commands(keys, may_set=False, count=100_000, seed=1)
