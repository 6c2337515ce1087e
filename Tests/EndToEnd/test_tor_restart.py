# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tor is killed, or restarted as a package upgrade does it, and the sessions that left nothing in it go on."""

import os
import signal
import threading

import stem
import stem.control

from harness import SieveTestCase, for_me
from harness.case import real_tor
from harness.client import ConnectionClosed
from harness.processes import eventually

PROFILE = for_me(
    commands={
        "GETINFO": ["version", "config-file"],
        "SIGNAL": ["NEWNYM", "CLEARDNSCACHE"],
        "ADD_ONION": ["NEW:BEST Port=80,17600"],
        "HSFETCH": [".*"],
    },
    confs={"Nickname": None},
    events={"SIGNAL": None, "CONF_CHANGED": None},
)
LOST = [b"551 Tor connection lost"]


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class RestartTestCase(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = real_tor(self)

    def both_ways(self):
        """A daemon that reaches tor by its Unix socket, then one that does by TCP."""
        for over in ("unix", "tcp"):
            with self.subTest(over):
                yield self.sieve(self.tor.options(over), profile=PROFILE)

    def assertSignalArrives(self, client):
        """What the client has subscribed to still comes: tor says that it was told so (NEWNYM only every ten seconds)."""
        client.send("SIGNAL CLEARDNSCACHE\r\n")
        lines = {client.line(), client.line()}
        self.assertEqual({b"250 OK", b"650 SIGNAL CLEARDNSCACHE"}, lines)


class OneSessionTests(RestartTestCase):
    def test_an_idle_session_goes_on_after_tor_was_killed(self):
        for daemon in self.both_ways():
            client = self.session(daemon)
            self.assertWorks(client)
            self.tor.restart(signal.SIGKILL)
            self.assertWorks(client)
            self.assertWorks(self.session(daemon))
            daemon.await_log("a connection to tor was lost")
            daemon.await_log("is back at")

    def test_events_come_again_after_tor_was_killed(self):
        for daemon in self.both_ways():
            client = self.session(daemon)
            self.assertAnswers(client, "SETEVENTS SIGNAL", "250 OK")
            self.assertSignalArrives(client)
            self.tor.restart(signal.SIGKILL)
            self.assertSignalArrives(client)

    def test_questions_that_a_dying_tor_did_not_answer_are_asked_of_the_next(self):
        for daemon in self.both_ways():
            client = self.session(daemon)
            self.assertWorks(client)
            self.tor.process.send_signal(signal.SIGSTOP)
            client.send("GETINFO version\r\nSIGNAL NEWNYM\r\nGETINFO address\r\nGETCONF Nickname\r\n")
            client.expect_silence()
            self.tor.restart(signal.SIGKILL)
            self.assertRegex(client.reply()[0], rb"^250-version=\d")
            self.assertEqual(LOST, client.reply())
            self.assertEqual([b"510 Command filtered"], client.reply())
            self.assertEqual([b"250 Nickname"], client.reply())
            self.assertWorks(client)

    def test_what_is_sent_while_tor_is_away_waits_for_it(self):
        for daemon in self.both_ways():
            client = self.session(daemon)
            self.assertWorks(client)
            self.tor.stop()
            client.send("GETINFO version\r\nADD_ONION NEW:BEST Port=80,17600\r\nGETINFO version\r\n")
            client.expect_silence(1)
            self.tor.restart()
            self.assertRegex(client.reply()[0], rb"^250-version=\d")
            self.assertEqual(3, len(client.reply()))
            self.assertWorksOn(client.reply())

    def assertWorksOn(self, reply):
        self.assertRegex(reply[0], rb"^250-version=\d")

    def test_a_session_with_a_service_ends_so_that_the_application_starts_over(self):
        for daemon in self.both_ways():
            client, other = self.session(daemon), self.session(daemon)
            self.assertEqual(3, len(client.ask("ADD_ONION NEW:BEST Port=80,17600")))
            self.assertWorks(other)
            self.tor.process.send_signal(signal.SIGSTOP)
            client.send("GETINFO version\r\nGETINFO address\r\n")
            client.expect_silence()
            self.tor.restart(signal.SIGKILL)
            self.assertEqual(b"551 Tor connection lost\r\n510 Command filtered\r\n", client.rest())
            self.assertWorks(other)
            self.assertEqual(3, len(self.session(daemon).ask("ADD_ONION NEW:BEST Port=80,17600")))

    def test_a_client_that_goes_while_tor_is_away_is_forgotten(self):
        daemon = self.sieve(self.tor, profile=PROFILE)
        before = descriptors(daemon.pid)
        client, quitter = self.session(daemon), self.session(daemon)
        for one in (client, quitter):
            self.assertWorks(one)
        self.tor.stop()
        client.close()
        self.assertAnswers(quitter, "QUIT", "250 closing connection")
        quitter.expect_closed()
        quitter.close()
        daemon.await_log("disconnected: the client closed the connection")
        daemon.await_log("disconnected: the client said QUIT")
        eventually(lambda: descriptors(daemon.pid) <= before, "their descriptors are closed")


class HundredSessionsTests(RestartTestCase):
    """`systemctl restart tor`, under a hundred clients of every kind."""

    def setUp(self):
        super().setUp()
        self.daemon = self.sieve(self.tor, profile=PROFILE)
        self.before = descriptors(self.daemon.pid)

    def controller(self):
        controller = stem.control.Controller.from_socket_file(str(self.daemon.unix))
        self.addCleanup(controller.close)
        controller.authenticate()
        return controller

    def test_all_of_them_work_or_are_closed(self):
        idle = [self.session(self.daemon) for _ in range(40)]
        for client in idle:
            self.assertWorks(client)
        listening = [self.session(self.daemon) for _ in range(20)]
        for client in listening:
            self.assertAnswers(client, "SETEVENTS SIGNAL", "250 OK")
        publishing = [self.session(self.daemon) for _ in range(10)]
        for client in publishing:
            self.assertEqual(3, len(client.ask("ADD_ONION NEW:BEST Port=80,17600")))
        controllers = [self.controller() for _ in range(15)]
        heard = threading.Semaphore(0)
        for controller in controllers:
            controller.add_event_listener(lambda event: heard.release(), stem.control.EventType.SIGNAL)
        publishers = [self.controller() for _ in range(15)]
        for controller in publishers:
            controller.create_ephemeral_hidden_service({80: 17600}, discard_key=False)
        for controller in controllers[:5]:
            self.assertRegex(controller.get_info("version"), r"^\d")

        self.tor.stop()
        # Some ask while it is away.
        for client in idle[:20]:
            client.send("GETINFO version\r\n")
        self.tor.restart()

        for client in idle[:20]:
            self.assertRegex(client.reply()[0], rb"^250-version=\d")
        for client in idle + listening:
            self.assertWorks(client)
        for controller in controllers:
            self.assertTrue(controller.is_alive())
            self.assertRegex(str(controller.msg("GETINFO version")), r"^version=\d")
        self.assertAnswers(idle[0], "SIGNAL CLEARDNSCACHE", "250 OK")
        for client in listening:
            self.assertEqual(b"650 SIGNAL CLEARDNSCACHE", client.line())
        for _ in controllers:
            self.assertTrue(heard.acquire(timeout=10), "a controller hears of the signal")
        for client in publishing:
            with self.assertRaises(ConnectionClosed):
                client.line()
        for controller in publishers:
            eventually(lambda: not controller.is_alive(), "a publishing controller finds its connection closed")
        log = self.daemon.log()
        self.assertEqual(1, log.count("a connection to tor was lost: sessions"))
        self.assertEqual(1, log.count("is back at"))
        self.assertEqual(75, log.count(": tor is back"))
        self.assertEqual(25, log.count("disconnected: the connection to tor was lost"))
        for client in idle + listening + publishing:
            client.close()
        for controller in controllers + publishers:
            controller.close()
        eventually(lambda: descriptors(self.daemon.pid) <= self.before, "every descriptor is closed")
