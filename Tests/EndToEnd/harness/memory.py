# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds on the memory of a process that runs already."""

import contextlib
import os
import pathlib
import resource

from harness.processes import memory_kilobytes

_CGROUPS = pathlib.Path("/sys/fs/cgroup")


def _can_make_cgroups():
    try:
        return "memory" in (_CGROUPS / "cgroup.subtree_control").read_text().split() and os.access(_CGROUPS, os.W_OK)
    except OSError:
        return False


@contextlib.contextmanager
def memory_limit(pid, kilobytes):
    """Meanwhile the process gets so much more memory than it has, and no more; the value says by which means.

    A control group (version 2) counts what is used, and its process is killed; where none can be made RLIMIT_DATA counts what is
    asked for, and the process is told that there is none.
    """
    if not _can_make_cgroups():
        before = resource.prlimit(pid, resource.RLIMIT_DATA)
        resource.prlimit(pid, resource.RLIMIT_DATA, (1024 * (memory_kilobytes(pid, "VmData") + kilobytes), before[1]))
        yield "RLIMIT_DATA"
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_DATA, before)
        return
    group = _CGROUPS / f"onion-sieve-test-{os.getpid()}"
    group.mkdir()
    home = _CGROUPS / pathlib.Path(f"/proc/{pid}/cgroup").read_text().rpartition("::/")[2].strip() / "cgroup.procs"
    try:
        (group / "memory.max").write_text(str(1024 * kilobytes))
        with contextlib.suppress(OSError):
            (group / "memory.swap.max").write_text("0")
        (group / "cgroup.procs").write_text(str(pid))
        yield "cgroup"
    finally:
        with contextlib.suppress(OSError):
            home.write_text(str(pid))
        group.rmdir()
