# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service published through the filter, by stem as applications use it."""

import socket

import stem.control
import stem.socket

from network.application import dial
from network.case import NetworkTestCase, local_profile

PUBLISH_BY_PATTERNS = {
    "ADD_ONION": [
        {"pattern": r"NEW:(BEST|ED25519-V3) Port=80,(\d+)", "replacement": "NEW:{} Port=80,{client-address}:{}"}
    ],
    "DEL_ONION": ["[a-z2-7]{56}"],
    "GETINFO": ["version", "onions/current"],
}


class SocketOf(stem.socket.ControlSocket):
    """stem's connection, made by an application's process."""

    def __init__(self, application, path):
        super().__init__()
        self.application, self.path = application, path
        self.connect()

    def _make_socket(self):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.application.path))
        dial(connection, self.path)
        return connection


class PublishingTests(NetworkTestCase):
    def publish_by_stem_and_leave(self, profile):
        sieve = self.sieve_here(profile)
        with stem.control.Controller(SocketOf(self.first, sieve.unix)) as controller:
            controller.authenticate()
            service = controller.create_ephemeral_hidden_service({80: self.echo.port}, await_publication=False)
            address = service.service_id
            self.assertEqual([address], controller.list_ephemeral_hidden_services())
            self.assertIsPublished(address)
        self.assertIsGone(address)
        self.assertEqual([], self.observer.value("onions/detached"))

    def test_a_service_under_onions_answers_at_its_address_until_its_client_disconnects(self):
        self.publish_by_stem_and_leave(
            local_profile(
                onions={"keys": ["new"], "ports": [80], "targets": [str(self.echo.port)], "max": 1},
                commands={"GETINFO": ["version"]},
            )
        )

    def test_a_service_under_patterns_answers_at_its_address_until_its_client_disconnects(self):
        self.publish_by_stem_and_leave(local_profile(commands=PUBLISH_BY_PATTERNS))

    def test_a_service_that_DEL_ONION_has_removed_is_gone_while_its_client_stays(self):
        sieve = self.sieve_here(local_profile(commands=PUBLISH_BY_PATTERNS))
        session = self.session_of(self.first, sieve)
        address, _ = self.publish(session)
        self.assertIsPublished(address)
        self.assertAnswers(session, f"DEL_ONION {address}", "250 OK")
        self.assertIsGone(address)
        self.assertWorks(session)
