# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the daemon listens, and that it leaves nothing behind."""

import grp
import os
import shutil
import signal
import socket
import stat
import sys

from harness import SieveTestCase, for_me, free_port, requires_ipv6, requires_root, run_bounded
from harness.processes import eventually

PROFILE = for_me(commands={"GETINFO": ["version"]})


class UnixListenerTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.write_profile(PROFILE)

    def mode(self, path):
        return stat.S_IMODE(os.stat(path).st_mode)

    def test_the_socket_has_the_mode_that_is_asked_for_whatever_the_umask(self):
        for mode in ("0600", "0660", "0666"):
            for umask in (0o000, 0o077):
                with self.subTest(mode=mode, umask=umask):
                    before = os.umask(umask)
                    try:
                        daemon = self.sieve(self.tor, unix_options=f",mode={mode}")
                    finally:
                        os.umask(before)
                    self.assertTrue(stat.S_ISSOCK(os.stat(daemon.unix).st_mode))
                    self.assertEqual(int(mode, 8), self.mode(daemon.unix))
                    self.assertWorks(self.session(daemon))

    def test_the_socket_is_closed_to_others_if_nothing_is_asked_for(self):
        self.assertEqual(0, self.mode(self.sieve(self.tor).unix) & 0o007)

    def test_the_socket_belongs_to_the_group_that_is_asked_for(self):
        groups = [gid for gid in {*os.getgroups(), os.getgid()}] if os.getuid() else [grp.getgrnam("nogroup").gr_gid]
        group = grp.getgrgid(groups[-1]).gr_name
        daemon = self.sieve(self.tor, unix_options=f",mode=0660,group={group}")
        self.assertEqual(groups[-1], os.stat(daemon.unix).st_gid)
        self.assertEqual(0o660, self.mode(daemon.unix))

    @requires_root
    def test_the_socket_belongs_to_the_owner_that_is_asked_for(self):
        daemon = self.sieve(self.tor, unix_options=",mode=0600,owner=nobody")
        self.assertEqual(65534, os.stat(daemon.unix).st_uid)
        self.assertEqual(0o600, self.mode(daemon.unix))

    @requires_root
    def test_a_user_whom_mode_and_group_shut_out_cannot_connect(self):
        daemon = self.sieve(self.tor, unix_options=",mode=0660")
        script = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        done = run_bounded([sys.executable, "-c", script, daemon.unix], user=65534, group=65534, extra_groups=[])
        self.assertIn(b"PermissionError", done.stderr)

    def test_a_stale_socket_file_is_replaced(self):
        daemon = self.unstarted_sieve(self.tor)
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(daemon.unix))
        self.assertTrue(daemon.unix.exists())
        daemon.start()
        self.assertWorks(self.session(daemon))

    @requires_root
    def test_a_stale_socket_file_that_was_given_to_somebody_is_replaced(self):
        options = {"unix_options": ",owner=games,group=games"}
        daemon = self.unstarted_sieve(self.tor, **options)
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(daemon.unix))
        shutil.chown(daemon.unix, "games", "games")
        daemon.start()
        self.assertWorks(self.session(daemon))
        self.assertEqual("games", daemon.unix.owner())

    def test_many_clients_at_once_wait_in_the_queue(self):
        daemon = self.sieve(self.tor)
        clients = []
        try:
            for _ in range(300):
                client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
                clients.append(client)
                self.assertEqual(0, client.connect_ex(str(daemon.unix)), f"client {len(clients)}")
        finally:
            for client in clients:
                client.close()
        self.assertWorks(self.session(daemon))

    def test_a_socket_that_somebody_listens_on_is_an_error_and_left_alone(self):
        daemon = self.unstarted_sieve(self.tor)
        with socket.socket(socket.AF_UNIX) as live:
            live.bind(str(daemon.unix))
            live.listen()
            daemon.launch()
            self.assertGreater(daemon.wait(), 0)
            self.assertIn(str(daemon.unix), daemon.log())
            self.assertTrue(daemon.unix.exists())
            live.settimeout(5)
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(daemon.unix))

    def test_a_second_daemon_does_not_take_the_socket_of_the_first(self):
        first = self.sieve(self.tor)
        second = self.unstarted_sieve(self.tor)
        second.command[second.command.index(f"unix:{second.unix}")] = f"unix:{first.unix}"
        second.launch()
        self.assertGreater(second.wait(), 0)
        self.assertWorks(self.session(first))

    def test_what_is_no_socket_is_an_error_and_left_alone(self):
        daemon = self.unstarted_sieve(self.tor)
        daemon.unix.write_text("precious")
        daemon.launch()
        self.assertGreater(daemon.wait(), 0)
        self.assertIn(str(daemon.unix), daemon.log())
        self.assertEqual("precious", daemon.unix.read_text())

    def test_a_path_that_cannot_be_bound_is_an_error_that_names_it(self):
        for path in (self.directory / "no" / "such" / "directory", self.directory / ("x" * 120)):
            with self.subTest(path):
                daemon = self.unstarted_sieve(self.tor)
                daemon.command[daemon.command.index(f"unix:{daemon.unix}")] = f"unix:{path}"
                daemon.launch()
                self.assertGreater(daemon.wait(), 0)
                self.assertIn(str(path)[:80], daemon.log())


class EndTests(SieveTestCase):
    def test_SIGTERM_and_SIGINT_end_cleanly_and_remove_the_sockets(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                daemon = self.sieve(self.fake_tor(), profile=PROFILE, listen=["unix", "tcp"])
                clients = [self.session(daemon, address) for address in daemon.addresses for _ in range(3)]
                idle = self.client(daemon)
                for client in clients:
                    self.assertWorks(client)
                daemon.signal(number)
                self.assertEqual(0, daemon.wait())
                for client in [*clients, idle]:
                    client.expect_closed()
                self.assertFalse(daemon.unix.exists())
                self.assertEqual(
                    [],
                    [
                        p.name
                        for p in self.directory.iterdir()
                        if "sieve" in p.name and stat.S_ISSOCK(p.lstat().st_mode)
                    ],
                )

    def test_a_daemon_that_waits_for_an_absent_tor_ends_at_once(self):
        daemon = self.sieve(["--tor", f"unix:{self.directory / 'nothing'}"], profile=PROFILE)
        client = self.session(daemon)
        client.command("GETINFO version")
        daemon.signal(signal.SIGTERM)
        self.assertEqual(0, daemon.wait(5))

    def test_a_socket_file_that_is_no_longer_ours_is_left_alone(self):
        daemon = self.sieve(self.fake_tor(), profile=PROFILE)
        daemon.unix.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(daemon.unix))
            other.listen()
            daemon.signal(signal.SIGTERM)
            self.assertEqual(0, daemon.wait())
            self.assertTrue(daemon.unix.exists())


class TCPListenerTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = self.fake_tor()
        self.write_profile(PROFILE)

    def assertListens(self, address, *arguments):
        daemon = self.unstarted_sieve(self.tor, *arguments, listen=[])
        daemon.addresses = [address]
        daemon.start()
        self.assertWorks(self.session(daemon))

    def test_several_listeners_serve_at_once(self):
        daemon = self.sieve(self.tor, listen=["unix", "tcp", ("127.0.0.1", free_port())])
        for address in daemon.addresses:
            self.assertWorks(self.session(daemon, address))

    @requires_ipv6
    def test_an_ipv6_address_is_written_in_brackets(self):
        daemon = self.sieve(self.tor, listen=["tcp6"])
        self.assertWorks(self.session(daemon))

    def test_a_port_that_is_taken_is_an_error_that_names_it(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            daemon = self.unstarted_sieve(self.tor, listen=[("127.0.0.1", port)])
            daemon.launch()
            self.assertGreater(daemon.wait(), 0)
            self.assertIn(str(port), daemon.log())

    def test_the_python_filters_options_for_address_and_port_work(self):
        port = free_port()
        self.assertListens(("127.0.0.1", port), "--listen-address", "127.0.0.1", "--listen-port", port)

    def test_the_python_filters_option_for_an_interface_works(self):
        port = free_port()
        self.assertListens(("127.0.0.1", port), "--listen-interface", "lo", "--listen-port", port)

    def test_an_interface_that_is_not_there_is_an_error_that_names_it(self):
        daemon = self.unstarted_sieve(
            self.tor, "--listen-interface", "nosuch0", "--listen-port", free_port(), listen=[]
        )
        daemon.launch()
        self.assertGreater(daemon.wait(), 0)
        self.assertIn("nosuch0", daemon.log())

    def test_a_client_on_TCP_that_leaves_at_once_disturbs_nobody(self):
        daemon = self.sieve(self.tor, listen=["tcp"])
        witness = self.session(daemon)
        for _ in range(50):
            daemon.client().close()
        self.assertWorks(witness)
        eventually(lambda: len(self.tor.live_sessions()) <= 2, "their connections are closed")
