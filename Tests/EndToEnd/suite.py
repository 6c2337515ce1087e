# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collects the tests, bounds the time of each and of all of them, and prints what became of them.

Tests/Network/run uses it too, with --directory.
"""

import argparse
import collections
import faulthandler
import importlib
import logging
import os
import pathlib
import shutil
import signal
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

# A run that takes longer is stuck: every test has a bound of its own (harness/case.py).
WHOLE_RUN_SECONDS = 30 * 60
# What is left to end children and remove directories then.
CLEANING_SECONDS = 30


def missing_requirements(binary):
    """What must be installed or built first, each as one line that says how."""
    try:
        importlib.import_module("stem.control")
    except ImportError:
        yield "python3-stem is missing: apt-get install python3-stem"
    if not shutil.which("tor") or not shutil.which("tor-gencert"):
        yield "tor is missing: apt-get install tor"
    if not os.access(binary, os.X_OK):
        yield f"{binary} is missing: swift build -c release, or name another with --binary"


class Interrupted(Exception):
    """Ctrl-C, or another signal that ends the run. No BaseException: for those, unittest leaves out its cleanups."""


class SentenceResult(unittest.TextTestResult):
    """Counts what passed, which unittest does not, and ends the run in order when a signal asks for it."""

    passed = 0

    def startTestRun(self):
        super().startTestRun()

        def interrupt(number, _):
            if not self.shouldStop:
                self.stop()
                raise Interrupted(signal.Signals(number).name)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, interrupt)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1

    @property
    def failed(self):
        """The names of the tests that did; one of which several rows failed is one test."""
        broken = [test for test, _ in self.failures + self.errors] + self.unexpectedSuccesses
        return sorted({getattr(test, "test_case", test).id() for test in broken})


def main():
    parser = argparse.ArgumentParser(prog="run", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--binary", default=os.environ.get("ONION_SIEVE", str(HERE.parents[1] / ".build/release/onion-sieve"))
    )
    parser.add_argument("-k", action="append", default=[], metavar="PATTERN", help="only tests whose name matches")
    parser.add_argument("-v", "--verbose", action="store_const", const=2, default=1)
    parser.add_argument("-f", "--failfast", action="store_true")
    parser.add_argument("--directory", default=str(HERE), help="where the tests are")
    parser.add_argument("--seconds", type=int, default=WHOLE_RUN_SECONDS, help="how long the whole run may take")
    parser.add_argument("--refresh", action="store_true", help="write Tests/Programs anew instead of comparing")
    parser.add_argument("--again", action="store_true", help="try once more what failed, for a machine that is emulated")
    parser.add_argument("names", nargs="*", help="test modules, classes or methods; all if none is given")
    options = parser.parse_args()

    binary = os.path.abspath(options.binary)
    missing = list(missing_requirements(binary))
    if missing:
        print("\n".join(f"run: {line}" for line in missing), file=sys.stderr)
        return 2
    os.environ["ONION_SIEVE"] = binary
    os.environ["REFRESH"] = "1" if options.refresh else ""
    # stem logs every refused command as a warning; the assertions say what matters.
    logging.getLogger("stem").setLevel(logging.CRITICAL)
    bound = threading.Timer(options.seconds, os.kill, (os.getpid(), signal.SIGTERM))
    bound.daemon = True
    bound.start()
    faulthandler.dump_traceback_later(options.seconds + CLEANING_SECONDS, exit=True)
    sys.path.insert(0, options.directory)

    from harness.processes import WHOLE_RUN

    loader = unittest.TestLoader()
    loader.testNamePatterns = [pattern if "*" in pattern else f"*{pattern}*" for pattern in options.k] or None
    suite = (
        loader.loadTestsFromNames(options.names)
        if options.names
        else loader.discover(options.directory, top_level_dir=options.directory)
    )
    runner = unittest.TextTestRunner(verbosity=options.verbose, failfast=options.failfast, resultclass=SentenceResult)
    with WHOLE_RUN:
        result = runner.run(suite)
        passed, failed = result.passed, result.failed
        if failed and options.again and not result.shouldStop:
            print(f"once more: {' '.join(failed)}", flush=True)
            second = runner.run(loader.loadTestsFromNames(failed))
            passed, failed = passed + second.passed, second.failed
    sys.stderr.flush()
    for reason, count in collections.Counter(reason for _, reason in result.skipped).most_common():
        print(f"skipped {count}: {reason}")
    print(f"{passed} passed, {len(failed)} failed, {len(result.skipped)} skipped", flush=True)
    return 1 if failed or not (passed or result.skipped) else 0


if __name__ == "__main__":
    sys.exit(main())
