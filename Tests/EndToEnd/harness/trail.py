# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit trail as the tests read it, and places where it cannot be written."""

import json
import os
import pathlib

from harness.processes import eventually, run_bounded

AUDIT_FAILED = b"551 Audit failed"


def parse(data):
    """The records of a trail; a line that is none of ours is a failure."""
    lines = (data if isinstance(data, bytes) else pathlib.Path(data).read_bytes()).split(b"\n")
    assert lines[-1] == b"", f"the trail ends within a line: {lines[-1]!r}"
    return [json.loads(line) for line in lines[:-1]]


def whole_records(data):
    """The records of the lines that are whole, and how many are not."""
    records, broken = [], 0
    for line in data.split(b"\n"):
        try:
            if line:
                records.append(json.loads(line))
        except ValueError:
            broken += 1
    return records, broken


def events(records):
    return [record["event"] for record in records]


def count(records, **members):
    """How many happenings the records with these members stand for."""
    return sum(
        record.get("repeated", 1)
        for record in records
        if all(record.get(name.rstrip("_")) == value for name, value in members.items())
    )


def in_namespace(setup):
    """A prefix for a command: a mount namespace of its own, which goes with it, in which `setup` was run first."""
    return ["unshare", "-m", "--propagation", "private", "sh", "-euc", f'{setup}\nexec "$@"', "sh"]


class SmallDisk:
    """A directory with so little room that it can be filled, in the daemon's own mount namespace."""

    def __init__(self, directory, kilobytes=64):
        self.path = pathlib.Path(directory) / "disk"
        self.path.mkdir()
        self.prefix = in_namespace(f"mount -t tmpfs -o size={kilobytes}k,mode=755 tmpfs {self.path}")
        self.pid = None

    def of(self, daemon):
        """The directory as the daemon sees it."""
        return pathlib.Path(f"/proc/{daemon.pid}/root{self.path}")

    def fill(self, daemon):
        """Takes all of it until not one byte goes; what is left then is the rest of the trail's own last page."""
        with open(self.of(daemon) / "fill", "ab", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    pass

    def free(self, daemon):
        (self.of(daemon) / "fill").unlink()


def _inside(daemon):
    return ["nsenter", "-t", daemon.pid, "-m"]


def mount_over(daemon, path, options="ro"):
    """Something empty that cannot be written in, in front of a directory that the daemon sees."""
    done = run_bounded([*_inside(daemon), "mount", "-t", "tmpfs", "-o", options, "tmpfs", path])
    assert done.returncode == 0, done.stderr


def unmount(daemon, path):
    done = run_bounded([*_inside(daemon), "umount", path])
    assert done.returncode == 0, done.stderr


def await_records(path, condition, what, seconds=10):
    """Waits for records, and returns all."""
    found = []

    def there():
        found[:] = whole_records(pathlib.Path(path).read_bytes())[0] if os.path.exists(path) else []
        return condition(found)

    eventually(there, lambda: f"{what}; there are {found[-5:]}", seconds)
    return found
