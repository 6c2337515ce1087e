# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""`onions`: what a client may publish, in front of Debian's tor, with stem and with raw clients."""

import base64
import json
import os
import socket
import textwrap

import stem.control

from harness import ME, Sieve, SieveTestCase
from harness.case import real_tor, temporary_directory
from harness.processes import eventually, run_bounded
from harness.profiles import profile_directory, write_profile

BINARY = os.environ["ONION_SIEVE"]
CLIENT = "A" * 52
OTHER_CLIENT = "A" * 51 + "B"


def profile(directory):
    """One for this user; the `unix:` paths are in the directory of the test."""
    return textwrap.dedent(f"""\
        - name: publisher
          users: ['{ME}']
          apparmor-profiles: ['*']
          onions:
            keys: [new, own]
            ports: [80, 81, 443]
            targets: [9000-65535, 'unix:{directory}/web', 'unix:{directory}/link', 'unix:{directory}/broken']
            flags: [V3Auth, Detach, MaxStreamsCloseCircuit]
            parameters: [ClientAuthV3, MaxStreams, PoWDefensesEnabled, PoWQueueRate, PoWQueueBurst]
          commands:
            GETINFO: [version]
        """)


class OnionsTests(SieveTestCase):
    """One tor and one daemon for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)
        cls.place = temporary_directory(cls)
        profiles = profile_directory(cls.place / "profiles.d")
        write_profile(profiles, "40_publisher.yml", profile(cls.place))
        cls.daemon = Sieve(cls.place, [profiles], cls.tor.options(), ["unix", "tcp"])
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()

    def controller(self):
        controller = stem.control.Controller.from_socket_file(str(self.daemon.unix))
        self.addCleanup(controller.close)
        controller.authenticate()
        return controller

    def assertAccepted(self, client, arguments):
        reply = client.ask("ADD_ONION " + arguments)
        self.assertRegex(reply[0], rb"\A250-ServiceID=[a-z2-7]{56}\Z", f"{arguments}: {reply}")
        self.assertEqual(b"250 OK", reply[-1])
        return reply

    def test_stem_publishes_a_service_with_a_new_key_and_again_with_the_key_it_got(self):
        with self.controller() as first:
            service = first.create_ephemeral_hidden_service({80: 17600, 443: "127.0.0.1:17601"}, key_content="BEST")
            self.assertEqual([service.service_id], first.list_ephemeral_hidden_services())
        key = service.private_key

        def again():
            try:
                return self.controller().create_ephemeral_hidden_service(
                    {80: 17600}, key_type="ED25519-V3", key_content=key, discard_key=False
                )
            except stem.ProtocolError:
                return None

        self.assertEqual(service.service_id, eventually(again, "tor takes the key again").service_id)

    def test_stem_publishes_a_service_for_clients_with_a_key(self):
        service = self.controller().create_ephemeral_hidden_service(
            {80: 17600}, key_type="NEW", key_content="ED25519-V3", max_streams=5, client_auth_v3=CLIENT
        )
        self.assertRegex(service.service_id, r"\A[a-z2-7]{56}\Z")

    def test_a_session_lists_its_own_services_and_no_others(self):
        first, second = self.controller(), self.controller()
        service = first.create_ephemeral_hidden_service({80: 17600})
        self.assertEqual([service.service_id], first.list_ephemeral_hidden_services())
        self.assertEqual([], second.list_ephemeral_hidden_services(default=[]))
        self.assertFiltered(self.session(self.daemon), "DEL_ONION " + service.service_id)
        self.assertEqual([service.service_id], first.list_ephemeral_hidden_services())

    def test_tor_takes_everything_that_onions_lets_through(self):
        client = self.session(self.daemon)
        for arguments in (
            "new:best port=80,17600",
            "NEW:ED25519-V3 Flags=Detach Port=80,17600 Flags=MaxStreamsCloseCircuit MaxStreams=5",
            "NEW:BEST Port=80,17600 Port=81,[::]:17601 Port=443,0.0.0.0:17602",
            f"NEW:BEST clientauthv3={CLIENT} flags=v3auth Port=80,17600 ClientAuthV3={OTHER_CLIENT}",
            "NEW:BEST PoWDefensesEnabled=1 PoWQueueRate=250 PoWQueueBurst=2500 Port=80,17600",
            "NEW:BEST powdefensesenabled=0 maxstreams=65535 Port=80,17600",
            f"NEW:BEST Port=80,unix:{self.place}/web",
        ):
            self.assertAccepted(client, arguments)
        reply = self.assertAccepted(client, "NEW:BEST Port=80,17600")
        key = reply[1].partition(b"=")[2].decode()
        client.ask("QUIT")

        other = self.session(self.daemon)
        added = eventually(
            lambda: next((r for r in [other.ask(f"ADD_ONION {key[:-2]} Port=80,17600")] if len(r) > 1), None),
            "tor has let go of the service",
        )
        self.assertEqual(reply[0], added[0])
        self.assertWorks(other)

    def test_bad_input_is_filtered_and_the_session_goes_on(self):
        os.symlink(self.tor.socket_path, self.place / "link")
        os.symlink(self.place / "gone", self.place / "broken")
        client = self.session(self.daemon)
        key = "ED25519-V3:" + base64.b64encode(bytes(64)).decode()
        tor_ports = (self.tor.port, self.daemon.tcp[1])
        for arguments in (
            "NEW:BEST Port=80,unix:/run/tor/control",
            f"NEW:BEST Port=80,unix:{self.tor.socket_path}",
            f"NEW:BEST Port=80,unix:{self.daemon.unix}",
            f"NEW:BEST Port=80,unix:{self.place}/link",
            f"NEW:BEST Port=80,unix:{self.place}/broken",
            f"NEW:BEST Port=80,unix:{self.place}//web",
            f"NEW:BEST Port=80,unix:{self.place}/./web",
            *(f"NEW:BEST Port=80,{host}{port}" for port in tor_ports for host in ("", "127.0.0.1:", "[::]:", "1.2.3.4:")),
            "NEW:BEST Port=80,0.0.0.0:22",
            "NEW:BEST Port=80",
            "NEW:BEST Port=22,17600",
            "NEW:BEST Port=80,17600 Port=80,17601",
            "NEW:BEST Port=80,17600-17601",
            "NEW:BEST Port=80,localhost:17600",
            "NEW:BEST Flags=Detach,Detach Port=80,17600",
            "NEW:BEST Flags=Detach Flags=detach Port=80,17600",
            "NEW:BEST Flags=NonAnonymous Port=80,17600",
            "NEW:BEST Port=80,17600 Evil=1",
            "NEW:BEST Port=80,17600 MaxStreams=1 MaxStreams=2",
            'NEW:BEST Port=80,17600 MaxStreams="5 Port=22"',
            'NEW:BEST "Port=80,17600\\" Port=22,22"',
            'NEW:BEST Port="80\\x2c22"',
            f"NEW:BEST Flags=V3Auth Port=80,17600 ClientAuthV3={CLIENT} ClientAuthV3={CLIENT}",
            "NEW:BEST Flags=V3Auth Port=80,17600 ClientAuthV3=AAAA",
            "NEW:BEST Flags=BasicAuth Port=80,17600 ClientAuth=bob",
            "NEW:RSA1024 Port=80,17600",
            "NEW::BEST Port=80,17600",
            f"ED25519-V3:{'A' * 10240} Port=80,17600",
            f"{key[:-3]} Port=80,17600",
        ):
            self.assertFiltered(client, "ADD_ONION " + arguments)
        self.assertFiltered(client, "GETINFO onions/detached")
        self.assertAnswers(client, "GETINFO onions/current", "250-onions/current=", "250 OK")
        self.assertAccepted(client, "NEW:BEST Port=80,17600")

    def test_a_path_that_becomes_a_link_is_looked_at_anew(self):
        client = self.session(self.daemon)
        path = self.place / "web"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(listener.close)
        listener.bind(str(path))
        self.addCleanup(path.unlink, missing_ok=True)
        self.assertAccepted(client, f"NEW:BEST Port=80,unix:{path}")
        path.unlink()
        os.symlink(self.daemon.unix, path)
        self.assertFiltered(client, f"ADD_ONION NEW:BEST Port=80,unix:{path}")
        self.assertWorks(client)


class ExplainTests(SieveTestCase):
    """`explain` says what of a service is not allowed, and where that is written."""

    def explain(self, *commands):
        self.write_profile(profile(self.directory))
        result = run_bounded(
            [BINARY, "explain", "--profiles", self.profiles, "--user", ME, "--apparmor", "x", "--json", *commands],
            check=True,
        )
        return [json.loads(line) for line in result.stdout.decode().splitlines()]

    def test_what_is_sent_and_what_is_refused_has_its_reason(self):
        sent, port, own, current = self.explain(
            "ADD_ONION new:best Port=80,[::]:17600",
            "ADD_ONION NEW:BEST Port=22,17600",
            "DEL_ONION " + "a" * 56,
            "GETINFO onions/current",
        )
        self.assertEqual("rewrite", sent["decision"])
        self.assertEqual("ADD_ONION NEW:BEST Port=80,127.0.0.1:17600", sent["forwarded"])
        self.assertRegex(sent["rule"], r"40_test.yml:4:3\Z")
        self.assertEqual("filter", port["decision"])
        self.assertEqual("`onions` does not allow it: the virtual port 22 is not in `ports`", port["reason"])
        self.assertRegex(port["rule"], r"40_test.yml:4:3\Z")
        self.assertEqual("`onions` allows to delete services of the session's own only", own["reason"])
        self.assertEqual("forward", current["decision"])
