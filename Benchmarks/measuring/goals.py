# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon is to reach. A goal is met or falls short; it never fails a run, since machines differ."""

import dataclasses


@dataclasses.dataclass
class Goal:
    case: str
    what: str
    # Results -> the number, or None if it was not measured.
    value: object
    bound: float
    is_lower_bound: bool
    unit: str = ""
    # The same of a relay on the daemon's libraries that looks at nothing, where there is such a thing.
    of_nio: object = None

    def is_met(self, value):
        return value >= self.bound if self.is_lower_bound else value <= self.bound

    @property
    def wanted(self):
        return f"{'at least' if self.is_lower_bound else 'at most'} {self.bound:g}{self.unit}"


@dataclasses.dataclass
class Judged:
    goal: Goal
    value: float
    of_nio: float | None = None

    @property
    def verdict(self):
        return "met" if self.goal.is_met(self.value) else "falls short"


def _ratio(case, name, contender="ours"):
    def value(results):
        ratio = results.ratio(case, name, contender)
        return ratio.median if ratio else None

    return value


def _rate(case, bound):
    return Goal(case, "rate, ours over haproxy", _ratio(case, "rate"), bound, True, of_nio=_ratio(case, "rate", "nio"))


def _slowest(case):
    return Goal(case, "p99, ours over haproxy", _ratio(case, "p99"), 1.2, False, of_nio=_ratio(case, "p99", "nio"))


def _median(case, name, factor=1.0):
    def value(results):
        series = results.series(case, "ours", name)
        return series.median * factor if series else None

    return value


def _worst(case, name):
    def value(results):
        series = results.series(case, "ours", name)
        return max(series.values) if series else None

    return value


def _same_set_up(results):
    few, many = (results.series(case, "ours", "rate") for case in ("set-up-10", "set-up-1000"))
    # Each beside haproxy of its own moment, since they are measured one after the other.
    few_ratio, many_ratio = (results.ratio(case, "rate") for case in ("set-up-10", "set-up-1000"))
    if few_ratio and many_ratio:
        return many_ratio.median / few_ratio.median
    return many.median / few.median if few and many else None


MIB = 1 / 1024

GOALS = [
    _rate("one-client", 1.0),
    _slowest("one-client"),
    _rate("50-clients", 0.9),
    _slowest("50-clients"),
    _rate("depth-16", 0.9),
    _rate("set-up-10", 0.6),
    _rate("set-up-1000", 0.6),
    Goal("set-up-1000", "rate over that with 10 profiles", _same_set_up, 0.9, True),
    _rate("events", 0.4),
    _rate("events-eight-rules", 0.1),
    Goal("memory", "proportional, idle", _median("memory", "pss idle", MIB), 16, False, " MiB"),
    Goal("memory", "of it anonymous", _median("memory", "anonymous idle", MIB), 4, False, " MiB"),
    Goal("memory", "proportional, each further session", _median("memory", "pss each further"), 12, False, " KiB"),
    Goal("idle", "wake-ups in ten seconds", _worst("idle", "wakeups"), 0, False),
    Goal("start-10", "execve to READY=1", _median("start-10", "milliseconds"), 50, False, " ms"),
    Goal("start-1000", "execve to READY=1", _median("start-1000", "milliseconds"), 300, False, " ms"),
    Goal("dearest-line", "until it is decided", _worst("dearest-line", "decided"), 5, False, " ms"),
    Goal("dearest-line", "until it is recorded, too", _worst("dearest-line", "recorded"), 5, False, " ms"),
]


def judge(results):
    """Those that something was measured for."""
    judged = []
    for goal in GOALS:
        value = goal.value(results)
        if value is not None:
            judged.append(Judged(goal, value, goal.of_nio(results) if goal.of_nio else None))
    return judged
