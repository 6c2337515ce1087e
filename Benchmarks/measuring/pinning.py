# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which processor runs what. A process is pinned before it is executed: it inherits what its parent has at that moment."""

import contextlib
import os
import resource

PROCESSORS = sorted(os.sched_getaffinity(0))
# Everything that is measured shares the last processor; who measures is on the first.
ONE = {PROCESSORS[-1]}
OTHER = {PROCESSORS[0]}


@contextlib.contextmanager
def pinned(processors):
    """Whatever is started meanwhile runs on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def describe():
    if len(PROCESSORS) < 2:
        return "one processor for all, the measuring program included"
    return (
        f"load generator, relay or daemon, and tor together on processor {min(ONE)}; the measuring program on {min(OTHER)}. "
        f"'Two processors': load generator and tor on {min(OTHER)}, relay or daemon on {min(ONE)}"
    )


def raise_descriptor_limit():
    """For all that is started from here; returns how many descriptors one process may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536
    if hard != resource.RLIM_INFINITY and hard < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return wanted
        except (ValueError, OSError):
            wanted = hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
