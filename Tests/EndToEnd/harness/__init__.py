# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests stand on: real and fake tor, the daemon under test, a raw client, a network namespace."""

from harness.case import SieveTestCase, requires_ipv6, requires_root
from harness.client import ConnectionClosed, RawClient
from harness.fake_tor import FakeTor
from harness.namespace import RemoteHost
from harness.processes import run_bounded
from harness.profiles import ME, for_me, write_profile
from harness.real_tor import RealTor
from harness.sieve import Sieve, free_port

FILTERED = b"510 Command filtered"

__all__ = [
    "FILTERED",
    "ME",
    "ConnectionClosed",
    "FakeTor",
    "RawClient",
    "RealTor",
    "RemoteHost",
    "Sieve",
    "SieveTestCase",
    "for_me",
    "free_port",
    "requires_ipv6",
    "requires_root",
    "run_bounded",
    "write_profile",
]
