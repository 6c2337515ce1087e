# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the daemon takes while nothing happens, and what each further session takes."""

import os
import time

import processes
from processes import LoadFailed

# Sessions of one user are at most half of all (SessionLimits).
OTHER_USER = 1
# Two descriptors for each session, and what the daemon keeps for the rest.
RESERVED = 256
MOST = 20_000


class Memory:
    """Proportional and anonymous memory, idle and with ever more sessions that have asked something once."""

    name = "memory"
    title = "memory, idle and with sessions"
    unit = "KiB"

    def __init__(self, options):
        self.options = options

    def measure(self, stages, results):
        steps = [500, 1000] if self.options.quick else [1000, 5000, 10_000, 20_000]
        possible = (stages.descriptors - RESERVED) // 2
        for name in ("ours", "haproxy", "against"):
            if name == "against" and not self.options.against:
                continue
            stage = stages.get("fake", is_new=True)
            # The daemon gives back what its start needed three seconds after it.
            time.sleep(4)
            idle = processes.memory(stage.processes[name])
            results.add(self.name, name, **{f"{kind} idle": value for kind, value in idle.items()})
            parts = [f"{file} {kilobytes:,}" for file, kilobytes in processes.memory_by_file(stage.processes[name])[:10]]
            results.note(self.name, f"{name}, idle, proportional KiB: {', '.join(parts)}")
            self._fill(stage, name, idle, steps, possible, results)
        if possible < steps[-1]:
            results.note(
                self.name,
                f"this machine allows a process {stages.descriptors} descriptors, so {possible} sessions at most",
            )

    def _fill(self, stage, name, idle, steps, possible, results):
        held, count, last = [], 0, idle
        try:
            for step in steps:
                step = min(step, possible)
                if step <= count:
                    break
                for user, more in self._shares(count, step, possible):
                    held.append(stage.hold(name, more, say="GETINFO version", **({"user": user} if user else {})))
                more, count = step - count, step
                time.sleep(1)
                now = processes.memory(stage.processes[name])
                # The first ones bring back code that an idle daemon does not keep; those after them show what a session takes.
                if last is not idle:
                    each = {f"{kind} each further": (now[kind] - last[kind]) / more for kind in ("pss", "anonymous")}
                    results.add(self.name, name, **each)
                last = now
                results.add(
                    self.name, name,
                    **{f"{kind} with {step}": value for kind, value in now.items()},
                    **{f"{kind} each of {step}": (now[kind] - idle[kind]) / step for kind in ("pss", "anonymous")},
                )
        except (LoadFailed, OSError) as failure:
            results.note(self.name, f"{name} beyond {count} sessions: {failure}")
        finally:
            for load in held:
                try:
                    load.close()
                except LoadFailed as failure:
                    results.note(self.name, f"{name} with {count} sessions: {failure}")

    @staticmethod
    def _shares(count, step, possible):
        """Who takes how many of the sessions that come to `count`: we as many as one user may have, then another."""
        ours = min(step, possible // 2) - min(count, possible // 2)
        if ours > 0:
            yield None, ours
        if step - count > ours:
            if os.getuid():
                raise LoadFailed("one user may have half of the sessions, and another takes root")
            yield OTHER_USER, step - count - max(ours, 0)


class Idle:
    """How often the daemon is woken up, and what time it takes, with 1,000 sessions that do nothing."""

    name = "idle"
    title = "1,000 idle sessions, ten seconds"
    unit = ""
    sessions = 1000

    def __init__(self, options):
        self.options = options

    def measure(self, stages, results):
        for name in ("ours", "haproxy", "against"):
            if name == "against" and not self.options.against:
                continue
            stage = stages.get("fake", is_new=True)
            pid = stage.processes[name]
            load = stage.hold(name, self.sessions, say="GETINFO version")
            try:
                # What begins with their arrival (a count of it is written, clocks are looked at for the last time) is over in half a
                # minute. They are idle then, and what a clock of half a minute does is in one of four windows.
                time.sleep(35)
                for _ in range(1 if self.options.quick else 4):
                    woken, used = processes.voluntary_switches(pid), processes.processor_nanoseconds(pid)
                    time.sleep(10)
                    results.add(
                        self.name, name,
                        wakeups=processes.wakeups(woken, processes.voluntary_switches(pid)),
                        milliseconds=(processes.processor_nanoseconds(pid) - used) / 1e6,
                    )
            finally:
                load.close()
        results.note(
            self.name,
            "a wake-up is a voluntary context switch of any thread (/proc/PID/task/*/status); the worst of four windows counts, "
            "of which the first begins 35 seconds after the last session did",
        )
