# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the hostile scenarios again and again, at their large size, for as long as it is told, and writes down what was seen."""

import argparse
import collections
import fnmatch
import os
import pathlib
import platform
import re
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "EndToEnd"))
os.environ["SOAK"] = "1"

import suite

MODULES = ("test_hostile_clients", "test_hostile_tor", "test_hostile_conditions")


class Outcome:
    """Of one scenario."""

    def __init__(self):
        self.times, self.failed, self.seconds, self.skipped = 0, 0, 0.0, None

    def __str__(self):
        if self.skipped is not None:
            return f"skipped: {self.skipped}"
        return f"{self.failed} of {self.times} failed" if self.failed else "held"


def tests(patterns):
    """The scenarios, each by itself, anew."""
    loaded = [unittest.defaultTestLoader.loadTestsFromName(module) for module in MODULES]
    while loaded:
        found = loaded.pop(0)
        if isinstance(found, unittest.TestSuite):
            loaded[:0] = list(found)
        elif not patterns or any(fnmatch.fnmatch(found.id(), f"*{pattern}*") for pattern in patterns):
            yield found


def run(minutes, patterns):
    """Outcomes by test; each is run at least once."""
    outcomes = collections.defaultdict(Outcome)
    deadline = time.monotonic() + 60 * minutes
    is_first = True
    while is_first or time.monotonic() < deadline:
        for test in tests(patterns):
            outcome = outcomes[test.id()]
            if outcome.skipped is not None or not is_first and time.monotonic() > deadline:
                continue
            begin = time.monotonic()
            result = unittest.TextTestRunner(verbosity=0, resultclass=suite.SentenceResult).run(
                unittest.TestSuite([test])
            )
            outcome.seconds += time.monotonic() - begin
            outcome.times += 1
            outcome.failed += not result.wasSuccessful()
            if result.skipped:
                outcome.skipped = result.skipped[0][1]
            print(f"{time.strftime('%H:%M:%S')} {title(test.id())}: {outcome}", flush=True)
            if result.shouldStop:
                return outcomes
        is_first = False
        if not any(outcome.skipped is None for outcome in outcomes.values()):
            break
    return outcomes


def title(identifier):
    return identifier.rpartition(".test_")[2].replace("_", " ")


def machine():
    from harness.hostile import raise_descriptors

    processor = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)
    return (
        f"{os.cpu_count()} processors ({processor[1] if processor else platform.machine()}), "
        f"{int(memory[1]) / 2**20:.1f} GiB of memory, Linux {platform.release()}, {raise_descriptors():,} descriptors for a process"
    )


def counts(identifier):
    """What was counted, in words."""
    from harness.hostile import COUNTED, MOST

    sums = [f"{what}: {number:,}" for what, number in COUNTED.get(identifier, {}).items() if number]
    return "; ".join(sums + [f"{what}, at most: {number:,}" for what, number in MOST.get(identifier, {}).items()])


def report(outcomes, begin, seconds, version):
    from harness.hostile import lasting_footprints

    failed = [identifier for identifier, outcome in outcomes.items() if outcome.failed]
    yield "# Soak"
    yield ""
    yield "Written by `make soak`: what hostile clients, tors and machines do to the daemon, again and again, at their large size"
    yield "(`Tests/EndToEnd/test_hostile_*.py`). A scenario held if each time a witness beside it got every answer, right and within 20"
    yield "seconds; the daemon had no more descriptors than before and, within a margin of 12 MB, no more memory; and the trail had every"
    yield "command that anybody was answered, to the last."
    yield ""
    yield f"- begun: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime(begin))}, for {seconds / 60:.0f} minutes"
    yield f"- machine: {machine()}"
    yield f"- program: {version}"
    yield f"- outcome: {len(outcomes) - len(failed)} of {len(outcomes)} scenarios without a failure"
    found = lasting_footprints()
    if found:
        first, last = found
        yield (
            f"- the daemon that most of them share, at the beginning and at the end: {first.anonymous:,} and {last.anonymous:,} kB"
            f" anonymous memory, {first.descriptors} and {last.descriptors} descriptors"
        )
    yield ""
    yield "| scenario | times | minutes | result | counted |"
    yield "| --- | ---: | ---: | --- | --- |"
    for identifier, outcome in outcomes.items():
        yield (
            f"| {title(identifier)} | {outcome.times} | {outcome.seconds / 60:.1f} | {outcome} | {counts(identifier)} |"
        )


def main():
    parser = argparse.ArgumentParser(prog="run", description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=str(PACKAGE / ".build/release/onion-sieve"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--report", type=pathlib.Path, default=PACKAGE / "Benchmarks/SOAK.md")
    parser.add_argument("-k", action="append", default=[], metavar="PATTERN", help="only scenarios whose name matches")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    missing = list(suite.missing_requirements(binary))
    if os.getuid() != 0:
        missing.append("root is needed: clients of many users, namespaces, limits")
    if missing:
        print("\n".join(f"run: {line}" for line in missing), file=sys.stderr)
        return 2
    os.environ["ONION_SIEVE"] = binary

    from harness.processes import WHOLE_RUN, run_bounded

    version = run_bounded([binary, "--version"]).stdout.decode().strip()
    begin = time.time()
    with WHOLE_RUN:
        outcomes = run(options.minutes, options.k)
        text = "\n".join(report(outcomes, begin, time.time() - begin, version)) + "\n"
    options.report.parent.mkdir(exist_ok=True)
    options.report.write_text(text)
    print(text)
    return 1 if any(outcome.failed for outcome in outcomes.values()) or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
