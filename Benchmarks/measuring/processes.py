# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peers as processes, each bounded in time, and what /proc says of a process."""

import json
import pathlib
import select
import subprocess

from harness.processes import end, spawn


class LoadFailed(Exception):
    """The load generator could not measure; the text says why."""


def load(peers, mode, place, seconds, **options):
    """Runs the load generator to its end, and returns what it counted. Options are those of `BenchmarkPeers load`."""
    bound = options.pop("bound", 15)
    command = _command(peers, mode, place, {**options, "seconds": seconds, "bound": seconds + bound})
    child = spawn(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = child.communicate(timeout=seconds + bound + 10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise LoadFailed(f"hung: nothing in {seconds + bound + 10} s") from None
    if child.returncode:
        raise LoadFailed(errors.strip() or f"the load generator ended with {child.returncode}")
    found = json.loads(output)
    if not found["finished"]:
        raise LoadFailed(f"not finished in {seconds + bound} s, {found['ready']} connections ready; {found['trouble']}")
    if found["failed"] or found["unexpected"]:
        count = found["failed"] + found["unexpected"]
        raise LoadFailed(f"{count} connections or replies not as they should be: {found['trouble']}")
    if not found["units"]:
        raise LoadFailed("nothing came")
    return found


def _command(peers, mode, place, options):
    command = [peers, "load", mode, "--to", place]
    for name, value in options.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            command += ["--" + name.replace("_", "-"), str(one)]
    return command


class IdleLoad:
    """Sessions that do nothing, held until `close`."""

    def __init__(self, peers, place, sessions, seconds=60, **options):
        command = _command(peers, "idle", place, {"clients": sessions, "bound": seconds, **options})
        # Not `spawn`, which leaves no standard input; the end of it is what the sessions wait for.
        self.process = subprocess.Popen(
            [str(a) for a in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        ready, _, _ = select.select([self.process.stdout], [], [], seconds + 5)
        line = self.process.stdout.readline() if ready else ""
        found = json.loads(line) if line.startswith("{") else {"ready": 0, "trouble": "nothing was said"}
        if found["ready"] != sessions:
            self.process.kill()
            errors = self.process.communicate()[1].strip()
            raise LoadFailed(f"{found['ready']} of {sessions} sessions: {found.get('trouble') or errors}")

    def close(self):
        """Ends them, and says what has gone wrong meanwhile."""
        try:
            output, _ = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise LoadFailed("the load generator did not end") from None
        found = json.loads(output)
        if found["failed"]:
            raise LoadFailed(f"{found['failed']} sessions ended by themselves")


class FakeTor:
    """The tor of BenchmarkPeers."""

    def __init__(self, peers, socket, log):
        self.socket_path = pathlib.Path(socket)
        with open(log, "ab") as errors:
            self.process = spawn(
                [peers, "tor", "--listen", f"unix:{socket}", "--flood", "yes"], stdout=subprocess.PIPE, stderr=errors
            )
        ready, _, _ = select.select([self.process.stdout], [], [], 10)
        assert ready and self.process.stdout.readline() == b"ready\n", "the fake tor does not start"

    def options(self):
        return ["--tor", f"unix:{self.socket_path}"]

    def stop(self):
        end(self.process)


def memory(pid):
    """Proportional and anonymous kilobytes (proc_pid_smaps_rollup: what is shared counts in parts)."""
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0])
    return {"pss": found["Pss"], "anonymous": found["Anonymous"], "resident": found["Rss"]}


def memory_by_file(pid):
    """File, or what the kernel calls it -> proportional kilobytes; most first (proc_pid_smaps(5))."""
    found, name = {}, ""
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0]:
            name = pathlib.Path(words[5]).name if len(words) > 5 else "[anonymous]"
        elif words[0] == "Pss:":
            found[name] = found.get(name, 0) + int(words[1])
    return sorted(found.items(), key=lambda item: -item[1])


def voluntary_switches(pid):
    """Of each thread: how often it has waited for something (/proc/PID/task/TID/status)."""
    found = {}
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                found[thread.name] = int(line.split()[1])
    return found


def wakeups(before, after):
    """Between two looks at the threads of a process; one that has ended meanwhile was woken for that."""
    return sum(after.get(thread, count + 1) - count for thread, count in before.items()) + sum(
        count for thread, count in after.items() if thread not in before
    )


def processor_nanoseconds(pid):
    """Time on a processor, of all threads (the first number of /proc/PID/task/TID/schedstat)."""
    return sum(
        int((thread / "schedstat").read_text().split()[0]) for thread in pathlib.Path(f"/proc/{pid}/task").iterdir()
    )
