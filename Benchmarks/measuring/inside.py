# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What BenchmarkInside measures: the code without sockets and processes."""

import json
import os
import pathlib
import subprocess

import pinning

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(options, *arguments, seconds=600):
    """The rows that it prints, one object of JSON a line."""
    assert os.access(options.inside, os.X_OK), f"{options.inside} is missing: make benchmark builds it"
    with pinning.pinned(pinning.ONE):
        done = subprocess.run(
            [options.inside, *map(str, arguments)], capture_output=True, text=True, timeout=seconds, cwd=ROOT,
            env={**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"},
        )
    assert done.returncode == 0, done.stderr.strip()
    return [json.loads(line) for line in done.stdout.splitlines()]


class Inside:
    name = "inside"
    title = "time and allocations inside"
    unit = "ns"

    def __init__(self, options):
        self.options = options

    def measure(self, stages, results):
        results.inside = run(self.options, "measure")


class DearestLine:
    """The line of 64 KiB that takes longest under any one profile."""

    name = "dearest-line"
    title = "the dearest line of 64 KiB under any profile"
    unit = "ms"

    def __init__(self, options):
        self.options = options

    def measure(self, stages, results):
        for directory in [ROOT / "profiles.d", *self.options.corpus]:
            for row in run(self.options, "dearest", pathlib.Path(directory).resolve()):
                results.add(self.name, "ours", **{row["until"]: row["milliseconds"]})
                results.note(
                    self.name,
                    f"{pathlib.Path(directory).name}: {row['until']} in {row['milliseconds']:.2f} ms, {row['line']} under {row['profile']}"
                    f" ({row['profiles']} profiles{'' if row['complete'] else ', no more in two minutes'})",
                )
