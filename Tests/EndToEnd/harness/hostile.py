# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The test case of hostile clients, tors and machines: one implementation of each, in two sizes.

Afterwards, whatever happened: a witness got every answer, right and in time; the daemon has no more descriptors and, within a margin, no
more memory than before; and every command that anybody was answered is in the trail or counted there.
"""

import collections
import contextlib
import os
import resource

from harness.case import SieveTestCase, real_tor, requires_root, temporary_directory
from harness.footprint import Footprint, await_return
from harness.processes import WHOLE_RUN, eventually
from harness.profiles import profile_directory, write_profile
from harness.sanitizer import PATIENCE
from harness.sieve import Sieve
from harness.stand import Stand
from harness.witness import Witness

# Set by Tests/Soak: the larger sizes, and one daemon for all that needs no other.
IS_SOAK = bool(os.environ.get("SOAK"))
# What heap and caches may have grown by for good: of the end of a heap glibc keeps twice the largest block that it ever gave back
# (M_TRIM_THRESHOLD, mallopt(3)), which here is some megabytes.
MARGIN_KILOBYTES = 12 * 1024
# The longest that an honest client may wait; a soak may share its machine with much else.
WITNESS_SECONDS = 20 if IS_SOAK else 5 * PATIENCE
# What the clients here ask tor for, and nothing that would tell them of each other.
PROFILE = {
    "users": ["*"],
    "apparmor-profiles": ["*"],
    "commands": {"GETINFO": ["version", "config/names", "info/names"], "SIGNAL": ["CLEARDNSCACHE"]},
    "confs": {"Nickname": ["[a-z]*"]},
}
REFUSED = b"510 Command filtered\r\n"

# By test: what was counted, what was the most of something, and why it was skipped. Tests/Soak reports it.
COUNTED = collections.defaultdict(collections.Counter)
MOST = collections.defaultdict(dict)


def sized(short, long):
    """How much of something: in `make test`, and in `make soak`."""
    return long if IS_SOAK else short


def raise_descriptors():
    """How many descriptors this process may have from now on, and those that it starts: enough for 20,000 sessions, of which a client
    has one end and the daemon two, or as many as it is allowed."""
    number = sized(16_384, 65_536)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in ((number, max(most, number)), (min(number, most), most)):
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, limit)
            break
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Lasting:
    """The real tor and one daemon in front of it for the whole soak, so that what little is lost each time adds up."""

    def __init__(self):
        self.parts = None
        # What the daemon held before the first test that used it, and after the last.
        self.footprints = []

    @staticmethod
    def addCleanup(function, *arguments, **options):
        WHOLE_RUN.callback(function, *arguments, **options)

    def stand(self):
        if self.parts is None:
            directory = temporary_directory(self)
            profiles = profile_directory(directory / "profiles.d")
            write_profile(profiles, "40_test.yml", PROFILE)
            tor = real_tor(self)
            trail = directory / "audit.log"
            daemon = Sieve(
                directory, [profiles], [*tor.options(), "--audit", trail], ("unix", "tcp"), ",mode=0666"
            )
            self.addCleanup(daemon.stop)
            self.parts = (tor, daemon.start(), trail)
        return Stand(*self.parts)


_lasting = Lasting()


def lasting_footprints():
    return (_lasting.footprints[0], _lasting.footprints[-1]) if _lasting.footprints else None


@requires_root
class HostileTestCase(SieveTestCase):
    seconds = sized(120, 1200)
    witness = None

    def setUp(self):
        super().setUp()
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
        self.descriptors = raise_descriptors()

    # What was seen, for the report

    def counted(self, what, number):
        COUNTED[self.id()][what] += number

    def most(self, what, number):
        MOST[self.id()][what] = max(number, MOST[self.id()].get(what, number))

    # Before

    def shared_stand(self, asks="all"):
        """In a soak the daemon that all of them use, else one of this test; a real tor is behind it."""
        if not IS_SOAK:
            return self.stand(real_tor(self), asks=asks, listen=("unix", "tcp"))
        stand = _lasting.stand()
        stand.lasts = True
        return self.begin(stand, asks)

    def stand(self, tor, *arguments, asks="all", profile=PROFILE, trail=None, **options):
        """A daemon of this test alone. `trail` is a function that says where its trail is for us, if not in our own directory."""
        path = self.directory / "audit.log"
        if trail is None:
            arguments = [*arguments, "--audit", path]
        daemon = self.sieve(tor, *arguments, profile=profile, unix_options=",mode=0666", **options)
        return self.begin(Stand(tor, daemon, trail(daemon) if trail else path), asks)

    def begin(self, stand, asks):
        self.addCleanup(stand.close)
        if asks:
            self.witness = self.new_witness(stand, asks)
        [client] = stand.sessions(stand.account(), 1)
        client.close()
        stand.before = self.settled(stand)
        stand.forget()
        return stand

    def new_witness(self, stand, asks):
        witness = Witness(stand.daemon.unix, WITNESS_SECONDS, asks)
        self.addCleanup(witness.stop)
        return witness

    def settled(self, stand):
        """What the daemon holds once that does not change any more."""
        last = [None]

        def same():
            now = Footprint.of(stand.daemon.pid)
            found, last[0] = now if last[0] == now.descriptors else None, now.descriptors
            return found

        return eventually(same, "the number of descriptors stays the same", pause=0.2)

    # After

    def end(self, stand, kilobytes=MARGIN_KILOBYTES):
        """Everybody but the witness has closed; nothing of what happened may be left but its records."""
        now = await_return(stand.daemon.pid, stand.before, kilobytes)
        self.most("memory kept afterwards (kB)", now.anonymous - stand.before.anonymous)
        self.hear_witness()
        if stand.lasts:
            _lasting.footprints += [stand.before, now]
            stand.await_records()
        else:
            stand.daemon.stop()
            self.assertEqual([], stand.gaps())
        for account in stand.accounts:
            self.counted("connections", account.connections)
            for decision, number in account.answered.items():
                self.counted(f"commands: {decision}", number)
            self.counted("commands unanswered", account.unanswered)

    def hear_witness(self):
        if self.witness is not None:
            said = self.witness.finish()
            self.witness = None
            self.assertGreater(said["answers"], 0)
            self.counted("answers to the witness", said["answers"])
            self.most("slowest of them (ms)", round(1000 * said["slowest"]))

    # What many of the tests do

    def linked_sessions(self, stand, account, number, **options):
        """Authenticated, and joined to tor: who has not asked anything yet need not be."""
        clients = stand.sessions(account, number, **options)
        for client in clients:
            self.assertWorks(client)
        account.answered["forward"] += number
        return clients

    def close(self, clients):
        for client in clients:
            client.close()
