# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application built on stem does. Usage: use_stem.py PATH, of a control socket."""

import pathlib
import sys
import time

import stem
import stem.control

with stem.control.Controller.from_socket_file(sys.argv[1]) as controller:
    controller.authenticate()
    print("version", controller.get_version(), flush=True)
    print("phase", controller.get_info("status/bootstrap-phase"), flush=True)
    controller.signal(stem.Signal.NEWNYM)
    service = controller.create_ephemeral_hidden_service({80: 17600}, await_publication=True)
    print("service", service.service_id, flush=True)
    print("listed", controller.list_ephemeral_hidden_services(), flush=True)
    # Until whoever has started this has looked.
    while not pathlib.Path("enough").exists():
        time.sleep(0.1)
    print("removed", controller.remove_ephemeral_hidden_service(service.service_id), flush=True)
    print("listed", controller.list_ephemeral_hidden_services(), flush=True)
