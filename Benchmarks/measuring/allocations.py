# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds how often memory is asked for to what was counted before; see Benchmarks/allocations."""

import argparse
import pathlib
import sys

import inside

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNTS = ROOT / "Benchmarks/Allocations/counts.txt"
HEADER = """\
# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# How often memory is asked for, each time that it is done. `make allocations` fails if a count rises;
# `Benchmarks/allocations --write` writes this file.
"""


def tolerance(count):
    """Memory that grows now and then (tables, buffers) falls on one repetition or another."""
    return max(0.05, count / 500)


def read():
    """Name -> count, as the file has them."""
    counts = {}
    for line in COUNTS.read_text().splitlines() if COUNTS.exists() else []:
        if line and not line.startswith("#"):
            count, _, name = line.strip().partition("  ")
            counts[name.strip()] = float(count)
    return counts


def compare(held, rows):
    """What is wrong, and what might be lowered, as lines."""
    wrong, lower = [], []
    for row in rows:
        name, count = row["name"], row["allocations"]
        if name not in held:
            wrong.append(f"{name}: {count:g}, and nothing says how many there may be")
        elif count > held[name] + tolerance(held[name]):
            wrong.append(f"{name}: {count:g}, more than {held[name]:g}")
        elif count < held[name] - tolerance(held[name]):
            lower.append(f"{name}: {count:g}, fewer than {held[name]:g}")
    wrong += [f"{name}: is not measured any more" for name in held.keys() - {row["name"] for row in rows}]
    return wrong, lower


def main():
    parser = argparse.ArgumentParser(prog="Benchmarks/allocations", description=__doc__)
    parser.add_argument("--inside", default=str(ROOT / ".build/release/BenchmarkInside"))
    parser.add_argument("--write", action="store_true", help="hold to what is counted now")
    options = parser.parse_args()
    try:
        rows = [row for row in inside.run(options, "measure") if row["held"]]
    except AssertionError as error:
        print(f"allocations: {error}", file=sys.stderr)
        return 2
    if options.write:
        COUNTS.write_text(HEADER + "".join(f"{row['allocations']:>9.2f}  {row['name']}\n" for row in rows))
        return 0
    wrong, lower = compare(read(), rows)
    for line in wrong:
        print(f"allocations: error: {line}", file=sys.stderr)
    for line in lower:
        print(f"allocations: {line}; Benchmarks/allocations --write holds to it")
    print(f"allocations: {len(rows)} counts, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
