# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process holds: memory and descriptors, before something and after it."""

import collections
import os
import re
import unittest
from typing import NamedTuple

from harness.processes import eventually
from harness.sanitizer import SANITIZER


def descriptors(pid):
    """How many are open of each kind of thing, as /proc names them without their numbers."""
    kinds = collections.Counter()
    for number in os.listdir(f"/proc/{pid}/fd"):
        try:
            kinds[re.sub(r"\d+", "N", os.readlink(f"/proc/{pid}/fd/{number}"))] += 1
        except FileNotFoundError:
            pass
    if SANITIZER == "thread":
        # It keeps those to the program that tells it the names of functions, which it starts at the first race that looks like one.
        del kinds["pipe:[N]"]
    return kinds


class Footprint(NamedTuple):
    """Kilobytes, and a count of descriptors.

    anonymous: what the process has written to since it started, its heap above all. proportional: that and its share of files (PSS).
    """

    anonymous: int
    proportional: int
    descriptors: int

    @classmethod
    def of(cls, pid):
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as rollup:
                fields = dict(re.findall(r"^(\w+): +(\d+) kB$", rollup.read(), re.MULTILINE))
        except FileNotFoundError:
            raise unittest.SkipTest("this kernel does not say how much memory is a process's own") from None
        return cls(int(fields["Anonymous"]), int(fields["Pss"]), sum(descriptors(pid).values()))


def await_return(pid, before, kilobytes, seconds=15):
    """Waits until the process has no more descriptors than before, and at most so much more memory; returns what it has then."""

    def is_back():
        now = Footprint.of(pid)
        has_too_much = now.anonymous > before.anonymous + kilobytes and not SANITIZER
        return None if now.descriptors > before.descriptors or has_too_much else now

    return eventually(
        is_back,
        lambda: f"memory (within {kilobytes} kB) and descriptors are back: {before} before, {Footprint.of(pid)} now, "
        f"{dict(descriptors(pid))}",
        seconds,
        pause=0.1,
    )
