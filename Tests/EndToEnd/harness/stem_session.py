# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an application built on stem finds at one address; also run inside a network namespace.

Usage: stem_session.py HOST PORT KEY, or stem_session.py PATH "" KEY. KEY is a private key to publish a service with,
or empty for a new one. Prints one JSON object.
"""

import json
import logging
import socket
import sys

import stem
import stem.connection
import stem.control
import stem.socket


class AnyPort(stem.socket.ControlPort):
    """stem's own knows IPv4 alone."""

    def _make_socket(self):
        try:
            return socket.create_connection((self.address, self.port), 10)
        except OSError as error:
            raise stem.SocketError(error)


def connect(host, port):
    if port:
        return stem.control.Controller(AnyPort(host, int(port)))
    return stem.control.Controller.from_socket_file(host)


def observe(host, port, key):
    found = {}
    with connect(host, port) as controller:
        # Asked for once: tor closes a connection that asks twice before it has authenticated.
        protocol = stem.connection.get_protocolinfo(controller)
        found["protocol"] = list(map(str, protocol.auth_methods))
        controller.authenticate(protocolinfo_response=protocol)
        found["version"] = str(controller.get_version())
        found["raw_version"] = str(controller.msg("GETINFO version").raw_content())
        found["address"] = str(controller.msg("GETINFO address").raw_content())
        with connect(host, port) as other:
            other.authenticate()
            created = controller.create_ephemeral_hidden_service(
                {80: 17600}, key_type="ED25519-V3" if key else "NEW", key_content=key or "ED25519-V3", discard_key=False
            )
            found["service"] = created.service_id
            found["key"] = created.private_key or key
            found["listed"] = controller.list_ephemeral_hidden_services()
            found["listed_elsewhere"] = other.list_ephemeral_hidden_services()
            found["removed_elsewhere"] = str(other.msg("DEL_ONION " + created.service_id).raw_content())
            found["removed_here"] = str(controller.msg("DEL_ONION " + created.service_id).raw_content())
            found["listed_afterwards"] = controller.list_ephemeral_hidden_services()
            # Left behind on purpose: it must be gone when this session is.
            found["again"] = controller.create_ephemeral_hidden_service(
                {80: 17601}, key_type="ED25519-V3", key_content=found["key"]
            ).service_id
    return found


if __name__ == "__main__":
    logging.getLogger("stem").setLevel(logging.CRITICAL)
    print(json.dumps(observe(*sys.argv[1:4])))
