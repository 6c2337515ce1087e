# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real clients, local and remote, in front of Debian's tor: they work within their profile, and get 510 outside it."""

import textwrap

from harness import ME, FakeTor, RemoteHost, Sieve, SieveTestCase, requires_ipv6, requires_root, stem_session
from harness.case import has_ipv6, real_tor, temporary_directory
from harness.namespace import OUR_ADDRESS, OUR_ADDRESS_6, THEIR_ADDRESS, THEIR_ADDRESS_6
from harness.processes import eventually
from harness.profiles import profile_directory, write_profile
from harness.sieve import free_port

# Written as the profiles that Tails and Whonix ship are.
PROFILE = textwrap.dedent("""\
    ---
    - name: publisher
      apparmor-profiles:
        - '*'
      users:
        - 'USER'
      hosts:
        - 'REMOTE'
        - '2001:db8:51e7::2'
      commands:
        GETINFO:
          - 'version'
          - 'onions/current'
        DEL_ONION:
          - '.+'
        SIGNAL:
          - 'NEWNYM'
        ADD_ONION:
          - pattern:     '(NEW:(?:BEST|ED25519-V3)|ED25519-V3:[A-Za-z0-9+/=]+) Port=80,(176[0-5][0-9])'
            replacement: '{} Port=80,{client-address}:{}'
      confs:
        UseBridges:
          - ''
          - '.*'
      events:
        SIGNAL:
          suppress: true
        CONF_CHANGED:
    """).replace("USER", ME).replace("REMOTE", THEIR_ADDRESS)


class PublisherTestCase(SieveTestCase):
    """What a session of the publisher must have found."""

    def assertEverythingWorked(self, found):
        self.assertEqual(["None"], found["protocol"])
        self.assertRegex(found["version"], r"^\d+\.\d+\.\d+")
        self.assertRegex(found["raw_version"], r"\A250-version=\d[^\r\n]*\r\n250 OK\r\n\Z")
        self.assertEqual("510 Command filtered\r\n", found["address"])
        self.assertRegex(found["service"], r"\A[a-z2-7]{56}\Z")
        self.assertEqual([found["service"]], found["listed"])
        self.assertEqual([], found["listed_elsewhere"])
        self.assertRegex(found["removed_elsewhere"], r"\A552 ")
        self.assertEqual("250 OK\r\n", found["removed_here"])
        self.assertEqual([], found["listed_afterwards"])
        self.assertEqual(found["service"], found["again"])


class LocalClientTests(PublisherTestCase):
    """One tor and one daemon for all tests."""

    @classmethod
    def setUpClass(cls):
        cls.tor = real_tor(cls)
        directory = temporary_directory(cls)
        profiles = profile_directory(directory / "profiles.d")
        write_profile(profiles, "40_publisher.yml", PROFILE)
        listen = ["unix", "tcp", "tcp6"] if has_ipv6() else ["unix", "tcp"]
        cls.daemon = Sieve(directory, [profiles], cls.tor.options(), listen)
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()

    def observe(self, host, port=""):
        found = stem_session.observe(str(host), str(port), "")
        self.assertEverythingWorked(found)

        # What the session left behind goes with it, so that the same key can be added again.
        def again():
            try:
                return stem_session.observe(str(host), str(port), found["key"])
            except stem_session.stem.ProtocolError:
                return None

        second = eventually(again, "the same key is accepted again when the client has left")
        self.assertEqual(found["service"], second["service"])

    def test_stem_works_over_a_unix_socket(self):
        self.observe(self.daemon.unix)

    def test_stem_works_over_127_0_0_1(self):
        self.observe(*self.daemon.tcp)

    @requires_ipv6
    def test_stem_works_over_the_ipv6_loopback_address(self):
        self.observe(*self.daemon.tcp6)

    def test_a_service_is_gone_when_its_client_has_left(self):
        client = self.session(self.daemon)
        service, key, _ = client.ask("ADD_ONION NEW:ED25519-V3 Port=80,17600")
        add = "ADD_ONION " + key.decode().partition("=")[2] + " Port=80,17600"
        other = self.session(self.daemon)
        self.assertEqual(b"550 Onion address collision", other.ask(add)[-1])
        client.close()
        reply = eventually(
            lambda: next((r for r in [other.ask(add)] if len(r) > 1), None), "tor has let go of the service"
        )
        self.assertEqual([service, b"250 OK"], reply)

    def test_an_escaped_line_break_in_a_value_shifts_no_reply(self):
        client = self.session(self.daemon)
        client.send(
            'SETCONF UseBridges="a\\r\\n250 OK"\r\n'
            "GETINFO version\r\nGETINFO address\r\nGETCONF UseBridges\r\nSIGNAL NEWNYM\r\n"
        )
        self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertRegex(client.reply()[0], rb"^250-version=\d")
        self.assertEqual([b"510 Command filtered"], client.reply())
        self.assertEqual([b"250 UseBridges=0"], client.reply())
        self.assertEqual([b"250 OK"], client.reply())
        client.expect_silence()

    def test_the_error_of_tor_for_a_bad_value_reaches_the_client(self):
        client = self.session(self.daemon)
        self.assertRegex(client.ask("SETCONF UseBridges=a")[0], rb"^513 ")
        self.assertWorks(client)

    def test_options_are_set_and_reset_under_confs(self):
        client = self.session(self.daemon)
        # Tor wants a Bridge with UseBridges 1, which the profile does not allow to set: so only the reset succeeds.
        self.assertAnswers(client, "SETCONF usebridges=0", "250 OK")
        self.assertAnswers(client, "RESETCONF UseBridges", "250 OK")
        self.assertAnswers(client, "GETCONF usebridges", "250 UseBridges=0")
        self.assertFiltered(client, "SETCONF UseBridges=0 Bridge=192.0.2.9:1")
        self.assertFiltered(client, "SETCONF UseBridge=0")

    def test_ten_thousand_pipelined_commands_come_back_in_order(self):
        client = self.session(self.daemon)
        client.send_meanwhile(b"GETINFO version\r\nGETINFO address\r\n" * 5000)
        for number in range(5000):
            version, end = client.reply()
            self.assertTrue(version.startswith(b"250-version="), f"reply {2 * number}: {version!r}")
            self.assertEqual(b"250 OK", end)
            self.assertEqual([b"510 Command filtered"], client.reply(), f"reply {2 * number + 1}")
        self.assertAnswers(client, "QUIT", "250 closing connection")
        client.expect_closed()

    def test_tors_version_is_told_by_PROTOCOLINFO_once_it_is_known(self):
        self.assertWorks(self.session(self.daemon))
        reply = self.client(self.daemon).ask("PROTOCOLINFO 1")
        self.assertEqual(b"250-PROTOCOLINFO 1", reply[0])
        self.assertEqual(b"250-AUTH METHODS=NULL", reply[1])
        self.assertRegex(reply[2], rb'^250-VERSION Tor="\d+\.\d+\.\d+\.\d+[^"]*"$')
        self.assertEqual(b"250 OK", reply[3])


@requires_root
class RemoteClientTests(PublisherTestCase):
    """Clients with an address of their own."""

    @classmethod
    def setUpClass(cls):
        cls.remote = RemoteHost().start()
        cls.addClassCleanup(cls.remote.stop)
        cls.tor = real_tor(cls)
        directory = temporary_directory(cls)
        profiles = profile_directory(directory / "profiles.d")
        write_profile(profiles, "40_publisher.yml", PROFILE)
        cls.place = (OUR_ADDRESS, free_port(OUR_ADDRESS))
        cls.place_6 = (OUR_ADDRESS_6, free_port(OUR_ADDRESS_6))
        cls.daemon = Sieve(directory, [profiles], cls.tor.options(), [cls.place, cls.place_6])
        cls.addClassCleanup(cls.daemon.stop)
        cls.daemon.start()

    def observe_remotely(self, place):
        found = self.remote.stem_session(place)
        self.assertEverythingWorked(found)
        second = self.remote.stem_session(place, found["key"])
        self.assertEqual(found["service"], second["service"])

    def test_stem_works_from_a_remote_ipv4_address(self):
        self.observe_remotely(self.place)

    def test_stem_works_from_a_remote_ipv6_address(self):
        self.observe_remotely(self.place_6)


class ForwardedBytesTests(SieveTestCase):
    """The very bytes that tor is sent, as a fake tor sees them."""

    def assertTarget(self, sieve, tor, address, target):
        client = self.session(sieve, address)
        reply = client.ask("ADD_ONION NEW:BEST Port=80,17600")
        self.assertRegex(reply[0], rb"^250-ServiceID=")
        self.assertEqual([f"ADD_ONION NEW:BEST Port=80,{target}".encode()], tor.heard("ADD_ONION")[-1:])

    def test_ADD_ONION_over_a_unix_socket_is_rewritten_to_127_0_0_1(self):
        tor = self.fake_tor()
        sieve = self.sieve(tor, profile=PROFILE)
        self.assertTarget(sieve, tor, sieve.unix, "127.0.0.1:17600")

    def test_ADD_ONION_over_127_0_0_1_is_rewritten_to_it(self):
        tor = self.fake_tor()
        sieve = self.sieve(tor, profile=PROFILE, listen=["tcp"])
        self.assertTarget(sieve, tor, sieve.tcp, "127.0.0.1:17600")

    @requires_ipv6
    def test_ADD_ONION_over_the_ipv6_loopback_address_is_rewritten_to_it_in_brackets(self):
        tor = self.fake_tor()
        sieve = self.sieve(tor, profile=PROFILE, listen=["tcp6"])
        self.assertTarget(sieve, tor, sieve.tcp6, "[::1]:17600")

    @requires_root
    def test_ADD_ONION_from_a_remote_client_is_rewritten_to_its_address(self):
        remote = RemoteHost().start()
        self.addCleanup(remote.stop)
        tor = self.fake_tor()
        places = [(OUR_ADDRESS, free_port(OUR_ADDRESS)), (OUR_ADDRESS_6, free_port(OUR_ADDRESS_6))]
        self.sieve(tor, profile=PROFILE, listen=places)
        for place, theirs in zip(places, (THEIR_ADDRESS, f"[{THEIR_ADDRESS_6}]")):
            lines = remote.send(place, ["ADD_ONION NEW:BEST Port=80,17600", "GETINFO address", "DEL_ONION abc"])
            self.assertRegex(lines[0], rb"^250-ServiceID=", lines)
            self.assertEqual(b"510 Command filtered", lines[-2])
            self.assertEqual(f"ADD_ONION NEW:BEST Port=80,{theirs}:17600".encode(), tor.heard("ADD_ONION")[-1])

    def test_a_missing_target_is_written_out_and_a_host_name_refused(self):
        tor = self.fake_tor()
        sieve = self.sieve(tor, profile={"users": [ME], "apparmor-profiles": ["*"], "commands": {"ADD_ONION": [".*"]}})
        client = self.session(sieve)
        self.assertEqual(3, len(client.ask("ADD_ONION NEW:BEST Port=80")))
        self.assertEqual([b"ADD_ONION NEW:BEST Port=80,127.0.0.1:80"], tor.heard("ADD_ONION"))
        for target in (
            "localhost:80",
            "example.com:80",
            "unix:/run/x",
            "0x50",
            "080",
            "127.1:80",
            "127.0.0.1:99999",
            "",
        ):
            self.assertFiltered(client, f"ADD_ONION NEW:BEST Port=80,{target}")
        self.assertFiltered(client, "ADD_ONION NEW:BEST")
        self.assertEqual(1, len(tor.heard("ADD_ONION")))

    def test_control_ports_are_never_the_target_of_a_service(self):
        tor = FakeTor(methods=["SAFECOOKIE"], cookie=b"c" * 32)
        self.addCleanup(tor.stop)
        (self.directory / "cookie").write_bytes(b"c" * 32)
        sieve = self.sieve(
            ["--tor", tor.place, "--tor-cookie", self.directory / "cookie"],
            listen=["unix", "tcp"],
            profile={"users": [ME], "apparmor-profiles": ["*"], "commands": {"ADD_ONION": [".*"]}},
        )
        client = self.session(sieve)
        for port in (tor.port, sieve.tcp[1]):
            for target in (
                f"{port}",
                f"127.0.0.1:{port}",
                f"[::1]:{port}",
                f"127.0.0.9:{port}",
                f"[::ffff:127.0.0.1]:{port}",
                f"0.0.0.0:{port}",
            ):
                self.assertFiltered(client, f"ADD_ONION NEW:BEST Port=80,{target}")
            self.assertFiltered(client, f"ADD_ONION NEW:BEST Port={port}")
        self.assertEqual([], tor.heard("ADD_ONION"))
