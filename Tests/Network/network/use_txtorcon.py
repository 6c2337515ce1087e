# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application built on txtorcon does. Usage: use_txtorcon.py PATH KEY [TARGET], of a control socket and of a service."""

import pathlib
import sys
import time

import txtorcon
from twisted.internet.defer import ensureDeferred
from twisted.internet.endpoints import UNIXClientEndpoint
from twisted.internet.task import react


async def use(reactor, path, key, target="localhost:8083"):
    tor = await txtorcon.connect(reactor, UNIXClientEndpoint(reactor, path))
    print("version", tor.version, flush=True)
    config = await tor.get_config()
    print("config", type(config).__name__, flush=True)
    state = await tor.create_state()
    print("circuits", sorted(state.circuits), "streams", sorted(state.streams), flush=True)
    service = await txtorcon.EphemeralOnionService.create(
        reactor, config, [f"80 {target}"], private_key=key, version=3, await_all_uploads=False
    )
    print("service", service.hostname, flush=True)
    # Until whoever has started this has looked.
    while not pathlib.Path("enough").exists():
        time.sleep(0.1)
    await service.remove()
    print("removed", flush=True)
    await tor.quit()


react(lambda reactor: ensureDeferred(use(reactor, *sys.argv[1:])))
