# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the daemon and what people would use instead; see Benchmarks/run."""

import argparse
import json
import os
import pathlib
import signal
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

import cases
import goals
import machine
import pinning
import plot
import report
import stage
from results import Results

BENCHMARKS = ROOT / "Benchmarks"
BUILT = ROOT / ".build/release"


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--binary", default=str(BUILT / "onion-sieve"), help="the daemon")
    parser.add_argument("--against", metavar="PATH", help="another one, measured in the same rounds")
    parser.add_argument("--peers", default=str(BUILT / "BenchmarkPeers"), help="load generator and fake tor")
    parser.add_argument("--relay", default=str(BUILT / "BenchmarkRelay"), help="a relay on the daemon's libraries")
    parser.add_argument("--inside", default=str(BUILT / "BenchmarkInside"), help="what measures without processes")
    parser.add_argument("--cases", default="", help="how their names begin, between commas; all if none is given")
    parser.add_argument("--rounds", type=int, help="five, or two with --quick")
    parser.add_argument("--seconds", type=float, help="how long each is measured in each round")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter ones, fewer sessions")
    parser.add_argument("--without", default="", help="contenders that are left out, between commas: direct, nio, socat")
    parser.add_argument("--corpus", action="append", default=[], help="more profiles for the dearest line")
    parser.add_argument("--write", action="store_true", help="write Benchmarks/RESULTS.md and results.svg")
    parser.add_argument("--list", action="store_true", help="say which cases there are")
    return parser.parse_args()


def missing(options):
    for path, product in ((options.binary, "onion-sieve"), (options.peers, "BenchmarkPeers"), (options.relay, "BenchmarkRelay")):
        if not os.access(path, os.X_OK):
            yield f"{path} is missing: make benchmark builds it ({product})"
    for program in ("haproxy", "tor"):
        if not machine.has(program):
            yield f"{program} is missing: scripts/install-dependencies benchmark"


def main():
    options = parse()
    wanted = [name for name in options.cases.split(",") if name]
    chosen = [case for case in cases.every(options) if not wanted or any(case.name.startswith(name) for name in wanted)]
    if options.list:
        for case in chosen:
            print(f"{case.name:24} {case.title}")
        return 0
    problems = list(missing(options))
    if not chosen:
        problems.append(f"no case is called like {options.cases}; --list names them")
    if problems:
        print("\n".join(f"Benchmarks/run: {problem}" for problem in problems), file=sys.stderr)
        return 2

    # Children are ended and directories removed then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = Results(machine.facts(options), pinning.describe())
    with stage.Stages(options) as stages:
        for case in chosen:
            print(f"# {case.name}: {case.title}", flush=True)
            try:
                case.measure(stages, results)
            except Exception as error:  # whatever one case meets, the others are measured
                # What is between dashes is the daemon's log.
                results.fail(case.name, str(error).split("\n---")[0])
            for line in report.lines_of(case, results):
                print(f"  {line}", flush=True)
    judged = goals.judge(results)
    print(report.goals_text(judged))
    if options.write:
        BENCHMARKS.joinpath("RESULTS.md").write_text(report.markdown(chosen, results, judged))
        BENCHMARKS.joinpath("results.svg").write_text(plot.svg(results, judged))
        (ROOT / ".build").mkdir(exist_ok=True)
        (ROOT / ".build/benchmark.json").write_text(json.dumps(results.plain(), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
