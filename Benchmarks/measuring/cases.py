# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured. A case has a name, a title, and puts numbers into the results."""

import pinning
from inside import DearestLine, Inside
from memory import Idle, Memory
from processes import LoadFailed
from start import Start


class Rate:
    """The same load on each contender in turn, in each round in another order."""

    def __init__(self, options, name, title, mode, stage, unit, **load):
        self.options = options
        self.name, self.title, self.mode, self.stage, self.unit = name, title, mode, stage, unit
        # What only the daemon says, as it answers what others pass on.
        self.status = load.pop("status", None)
        self.load = load

    def measure(self, stages, results):
        rounds = self.options.rounds or (2 if self.options.quick else 5)
        seconds = self.options.seconds or (0.5 if self.options.quick else 1.5)
        stage = stages.get(**self.stage)
        names = list(stage.places)
        for number in range(rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                if results.has_failed(self.name, name):
                    continue
                load = dict(self.load)
                if self.status and name in ("ours", "against"):
                    load["status"] = self.status
                # A process for each connection has no time of its own that could be told.
                if name in stage.processes and name != "socat":
                    load["watch"] = stage.processes[name]
                try:
                    found = stage.load(name, self.mode, seconds, warm_up=seconds / 4, **load)
                except LoadFailed as failure:
                    # One that hangs is not waited for again.
                    results.fail(self.name, str(failure), name)
                    continue
                results.add(self.name, name, rate=found["rate"])
                if self.mode != "events":
                    results.add(self.name, name, p50=found["p50"], p99=found["p99"])
                if "watch" in load:
                    results.add(self.name, name, processor=found["processor"] / 1000 / found["units"])


REAL = {"backend": "real"}
FAKE = {"backend": "fake"}
REWRITING = {"backend": "fake", "ours": "rewriting"}
OWN = {"backend": "fake", "ours": "own"}
EVENTS = "SETEVENTS HS_DESC"
SERVICE = "ADD_ONION NEW:ED25519-V3 Port=80,17600"


def every(options):
    """All cases, those of one stage one after the other."""

    def rate(name, title, mode, stage, unit, **load):
        return Rate(options, name, title, mode, stage, unit, **load)

    def commands(name, title, stage, **load):
        return rate(name, title, "commands", stage, "commands/s", **load)

    two = [
        commands("two-one-client", "one client, two processors", {**REAL, "two_processors": True}),
        commands("two-50-clients", "50 clients, two processors", {**REAL, "two_processors": True}, clients=50),
        commands("two-depth-16", "16 at a time, two processors", {**REAL, "two_processors": True}, depth=16),
    ]
    return [
        commands("one-client", "one client, one command at a time", REAL),
        commands("50-clients", "50 clients, one command at a time each", REAL, clients=50),
        commands("1000-clients", "1,000 clients, one command at a time each", REAL, clients=1000),
        commands("depth-16", "one client, 16 commands at a time", REAL, depth=16),
        commands("depth-256", "one client, 256 commands at a time", REAL, depth=256),
        *(two if len(pinning.PROCESSORS) > 1 else []),
        commands("filtered", "filtered commands (others pass them on)", FAKE, command="GETINFO address", status=510),
        commands("add-onion", "ADD_ONION, rewritten", FAKE, command=SERVICE),
        commands("reply-1mb", "a GETINFO reply of 1 MB", FAKE, command="GETINFO ns/all"),
        rate("events", "events without rewriting", "events", FAKE, "events/s", say=EVENTS),
        rate("set-up-10", "connections set up, 10 profiles", "connect", FAKE, "sessions/s", clients=8, protocolinfo="yes"),
        rate(
            "set-up-1000", "connections set up, 1,000 profiles", "connect", {**FAKE, "count": 1000}, "sessions/s",
            clients=8, protocolinfo="yes",
        ),
        commands("reply-1mb-rewritten", "a GETINFO reply of 1 MB, rewritten", REWRITING, command="GETINFO ns/all"),
        rate("events-eight-rules", "events with eight rewriting rules", "events", REWRITING, "events/s", say=EVENTS),
        rate("events-own", "events of own services (own: true)", "events", OWN, "events/s", say=[SERVICE, EVENTS]),
        Start(options, "start-10", 10),
        Start(options, "start-1000", 1000),
        Memory(options),
        Idle(options),
        DearestLine(options),
        Inside(options),
    ]
