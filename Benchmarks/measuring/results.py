# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, round by round, and what is worked out of it."""

import statistics


class Series:
    """One number of one contender in one case, a value for each round."""

    def __init__(self, values):
        self.values = list(values)

    @property
    def median(self):
        return statistics.median(self.values)

    def over(self, other):
        """This one divided by another, round by round."""
        pairs = zip(self.values, other.values)
        return Series([mine / theirs for mine, theirs in pairs if theirs])

    @property
    def spread(self):
        return min(self.values), max(self.values)


class Results:
    def __init__(self, facts, placement):
        self.facts = facts
        self.placement = placement
        # case -> contender -> name of the number -> values, one for each round
        self.numbers = {}
        # case -> contender (or "") -> why there is no number
        self.failures = {}
        self.notes = {}
        # Rows of BenchmarkInside.
        self.inside = []

    def add(self, case, contender, **values):
        numbers = self.numbers.setdefault(case, {}).setdefault(contender, {})
        for name, value in values.items():
            numbers.setdefault(name, []).append(value)

    def fail(self, case, reason, contender=""):
        self.failures.setdefault(case, {})[contender] = reason

    def has_failed(self, case, contender):
        return contender in self.failures.get(case, {})

    def note(self, case, text):
        self.notes.setdefault(case, []).append(text)

    def series(self, case, contender, name):
        """None where there is none."""
        if self.has_failed(case, contender):
            return None
        values = self.numbers.get(case, {}).get(contender, {}).get(name)
        return Series(values) if values else None

    def ratio(self, case, name, contender="ours", base="haproxy"):
        mine, theirs = self.series(case, contender, name), self.series(case, base, name)
        if mine is None or theirs is None:
            return None
        ratio = mine.over(theirs)
        return ratio if ratio.values else None

    def contenders(self, case):
        return list(self.numbers.get(case, {}))

    def plain(self):
        return {
            "facts": self.facts,
            "numbers": self.numbers,
            "failures": self.failures,
            "notes": self.notes,
            "inside": self.inside,
        }
