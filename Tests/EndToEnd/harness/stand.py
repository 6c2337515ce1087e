# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon between a tor and hostile clients, and the account of what each of their users was answered."""

import collections
import contextlib
import itertools
import json
import os

from harness.processes import eventually
from harness.trail import count

# Users without a name have one account of the trail for 65,536 of them.
_users = (number << 16 for number in itertools.count(1))


@contextlib.contextmanager
def as_user(uid):
    """Whoever connects meanwhile, from whichever thread of this process, is that user."""
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)


def happened(records, event, **members):
    """How often, whether it was written or counted."""
    return count(records, event=event, **members) + count(records, event="folded", of=event, **members)


class Account:
    """What the clients of one user did: `connections` that the kernel has made, commands `answered` by what became of them, and those
    `unanswered`, which may or may not have been decided."""

    def __init__(self):
        self.uid = next(_users)
        self.connections = 0
        self.answered = collections.Counter()
        self.unanswered = 0
        # Whether a count of refusals, of which the first is in the trail, may be among the records that could not be written:
        # `audit-failed` says how many are missing.
        self.may_miss_counts = False
        # Whether it may be gone with a daemon that could not say anything any more.
        self.may_lose_counts = False

    def gaps(self, records):
        """What the records of a trail say otherwise, as text; nothing if they agree to the last command."""
        mine = [record for record in records if record.get("client", {}).get("uid") == self.uid]
        recorded = {
            decision: happened(mine, "command", decision=decision)
            for decision in ("forward", "rewrite", "answer", "filter")
        }
        missing = count(records, event="audit-failed") if self.may_miss_counts else 0
        for decision, number in recorded.items():
            if decision == "filter" and number:
                number = self.answered[decision] if self.may_lose_counts else number + missing
            if number < self.answered[decision]:
                yield f"user {self.uid}: {self.answered[decision]} commands got {decision}, {number} recorded"
        asked = sum(self.answered.values()) + self.unanswered
        if sum(recorded.values()) > asked:
            yield f"user {self.uid}: {asked} commands, recorded are {recorded}"


class Stand:
    """`trail` is the path of the trail as this process sees it; it is read through a descriptor, so that it may be moved away or be
    in a mount namespace that ends with the daemon."""

    def __init__(self, tor, daemon, trail):
        self.tor, self.daemon, self.trail = tor, daemon, trail
        self.accounts = []
        self._files = [open(trail, "rb")]
        self._begin = 0
        # What the daemon held before it was put to anything; and whether it goes on after the test.
        self.before = None
        self.lasts = False

    def forget(self):
        """What has happened until now is not what is looked at."""
        self.accounts.clear()
        self._begin = os.fstat(self._files[0].fileno()).st_size

    def account(self):
        self.accounts.append(Account())
        return self.accounts[-1]

    def sessions(self, account, number, address=None, **options):
        """Authenticated sessions of one of them."""
        clients = self.clients(account, number, address, **options)
        for client in clients:
            client.command("AUTHENTICATE")
        for client in clients:
            reply = client.reply()
            assert reply == [b"250 OK"], f"AUTHENTICATE got {reply}{self.daemon.tail()}"
        account.answered["answer"] += number
        return clients

    def clients(self, account, number, address=None, **options):
        with as_user(account.uid):
            clients = [self.daemon.client(address, **options) for _ in range(number)]
        account.connections += number
        return clients

    def moved(self, trail):
        """The trail goes on in another file; the one before is kept open."""
        self._files.append(open(trail, "rb"))

    def records(self):
        """All since the beginning; a line that went out by half is none."""
        found = []
        for number, file in enumerate(self._files):
            file.seek(self._begin if number == 0 else 0)
            for line in file:
                with contextlib.suppress(ValueError):
                    found.append(json.loads(line))
        return found

    def gaps(self):
        """What is not recorded that should be, or the other way round, as text."""
        records = self.records()
        gaps = [gap for account in self.accounts for gap in account.gaps(records)]
        # Those who were turned away before it was found out who they are have no user.
        users = {account.uid for account in self.accounts} | {None}
        theirs = [record for record in records if record.get("client", {}).get("uid") in users]
        connections = sum(account.connections for account in self.accounts)
        came = happened(theirs, "connected") + happened(theirs, "rejected")
        if not came <= connections <= came + count(records, event="audit-failed"):
            gaps.append(f"{connections} connections, {came} recorded")
        return gaps

    def await_records(self, seconds=25):
        """Counts are kept back for ten seconds at most (AuditFolding.interval)."""
        eventually(lambda: not self.gaps(), lambda: f"every command is recorded: {self.gaps()}", seconds, pause=0.5)

    def close(self):
        for file in self._files:
            file.close()
