# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Children that cannot outlive the run, and what /proc says about them."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
import unittest

from harness.sanitizer import PATIENCE

# What several test modules use together and what goes when the run is over, however it ends (suite.py closes it).
WHOLE_RUN = contextlib.ExitStack()

CLOCK_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

_LEASH = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []


def spawn(arguments, **options):
    """Starts a child that the kernel kills when this run dies, however it dies."""
    return subprocess.Popen(_LEASH + [str(a) for a in arguments], stdin=subprocess.DEVNULL, **options)


def end(process, grace=5.0):
    """Ends a child that `spawn` started: SIGTERM, and SIGKILL if it does not heed that in `grace` seconds."""
    if process.poll() is not None:
        return process.returncode
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(grace * PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(grace)


def run_bounded(arguments, seconds=20, **options):
    """Runs a command to its end and returns the CompletedProcess; one that does not end in time is a failure."""
    try:
        return subprocess.run([str(a) for a in arguments], capture_output=True, timeout=seconds * PATIENCE, **options)
    except subprocess.TimeoutExpired as expired:
        raise AssertionError(f"{arguments} did not end in {seconds * PATIENCE} s; stderr: {expired.stderr!r}") from None


def eventually(condition, what, seconds=10.0, pause=0.02):
    """Waits until `condition()` is true, and returns its value. `what` says what was waited for."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"in {seconds} s this did not happen: {what() if callable(what) else what}")
        time.sleep(pause)


def cpu_ticks(pid):
    """User and system time of all threads of a process, in clock ticks (proc_pid_stat(5), fields 14 and 15)."""
    with open(f"/proc/{pid}/stat", "rb") as stat:
        fields = stat.read().rpartition(b")")[2].split()
    return int(fields[11]) + int(fields[12])


def becomes_idle(pid, seconds, within=30):
    """Waits until the process has used no more than one clock tick in so many seconds: however busy the machine, one that spins
    never does."""

    def is_idle():
        before = cpu_ticks(pid)
        time.sleep(seconds)
        return cpu_ticks(pid) - before <= 1

    eventually(is_idle, lambda: f"process {pid} is idle for {seconds} s", seconds=within)


def context_switches(pid):
    """How often each of its threads was given a processor, by their numbers."""
    counts = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii", errors="replace") as status:
            counts[task] = sum(int(line.split()[1]) for line in status if line.startswith("voluntary_ctxt_switches:"))
    return counts


def is_left_in_peace(pid, seconds, within=60):
    """Waits until nothing has woken the process for so many seconds."""

    def slept():
        before = context_switches(pid)
        time.sleep(seconds)
        return context_switches(pid) == before

    eventually(slept, lambda: f"nothing wakes process {pid} for {seconds} s", seconds=within)


def memory_kilobytes(pid, field="VmRSS"):
    """`VmRSS` is what is resident now, `VmHWM` the most that ever was (proc_pid_status(5))."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    raise unittest.SkipTest(f"this kernel does not say {field}")


def proportional_kilobytes(pid):
    """Memory of the process, what it shares with others divided among them (proc_pid_smaps(5), smaps_rollup)."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
