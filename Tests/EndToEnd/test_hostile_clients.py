# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that read or write as slowly as they can, come in masses, or stay for nothing."""

import socket
import time

from harness.footprint import Footprint
from harness.hostile import IS_SOAK, PROFILE, REFUSED, HostileTestCase, sized
from harness.sanitizer import lessened
from harness.stand import as_user


class SlowClientsTests(HostileTestCase):
    def test_slow_readers_get_all_that_they_asked_for(self):
        stand = self.shared_stand()
        account = stand.account()
        [first] = stand.sessions(account, 1)
        first.command("GETINFO config/names")
        reply = b"\r\n".join(first.reply()) + b"\r\n"
        first.close()
        account.answered["forward"] += 1

        questions = sized(8, 20)
        pauses = sized(30, 600)
        clients = stand.sessions(account, sized(30, 200), receive_buffer=4096)
        for client in clients:
            client.send(b"GETINFO config/names\r\n" * questions)
        got = [b""] * len(clients)
        expected = reply * questions
        piece = len(expected) // pauses + 1
        for _ in range(pauses):
            time.sleep(0.1)
            for number, client in enumerate(clients):
                got[number] += client.socket.recv(min(piece, len(expected) - len(got[number])))
        for number, client in enumerate(clients):
            while len(got[number]) < len(expected):
                got[number] += client.socket.recv(len(expected) - len(got[number]))
            self.assertTrue(got[number] == expected, f"client {number} got something else")
        account.answered["forward"] += questions * len(clients)
        self.close(clients)
        self.end(stand)

    def test_lines_and_bodies_that_come_in_pieces(self):
        stand = self.shared_stand()
        account = stand.account()
        clients = stand.sessions(account, sized(lessened(60, 4), 1000))
        line = b"GETINFO " + b"x" * 60_000 + b"\r\n"
        body = b"+LOADCONF\r\n" + b"SocksPort 0\r\n" * 4000 + b".\r\n"
        pieces = sized(20, 60)
        for part in range(pieces):
            for number, client in enumerate(clients):
                text = (line, body)[number % 2]
                client.send(text[len(text) * part // pieces : len(text) * (part + 1) // pieces])
            time.sleep(sized(0.1, 0.5))
        for client in clients:
            self.assertEqual(REFUSED, b"\r\n".join(client.reply()) + b"\r\n")
        account.answered["filter"] += len(clients)
        self.most("memory for each (kB)", self.growth(stand) // len(clients))
        for client in clients:
            self.assertWorks(client)
        account.answered["forward"] += len(clients)
        self.close(clients)
        self.end(stand)

    def growth(self, stand):
        return Footprint.of(stand.daemon.pid).anonymous - stand.before.anonymous

    def test_one_byte_at_a_time(self):
        stand = self.shared_stand()
        account = stand.account()
        for _ in range(sized(1, 10)):
            clients = stand.clients(account, sized(40, 300))
            for byte in b"AUTHENTICATE\r\nGETINFO version\r\nGETINFO address\r\n":
                for client in clients:
                    client.socket.send(bytes([byte]))
                time.sleep(0.01)
            for client in clients:
                self.assertEqual([b"250 OK"], client.reply())
                self.assertEqual(2, len(client.reply()))
                self.assertEqual([b"510 Command filtered"], client.reply())
            for decision in ("answer", "forward", "filter"):
                account.answered[decision] += len(clients)
            self.close(clients)
        self.end(stand)


class CrowdTests(HostileTestCase):
    def test_connections_by_the_thousand_that_say_nothing(self):
        """As many a second as one process can make, which is reported: who comes faster than the daemon accepts waits in the kernel."""
        for transport, number in (("unix", min(sized(lessened(6000, 4), 22_000), self.descriptors - 1000)), ("tcp", sized(400, 4000))):
            with self.subTest(transport):
                stand = self.shared_stand()
                self.hang(stand, getattr(stand.daemon, transport), number)
                self.end(stand)

    def hang(self, stand, place, number):
        account = stand.account()
        family = socket.AF_INET if isinstance(place, tuple) else socket.AF_UNIX
        begin = time.monotonic()
        crowd = []
        with as_user(account.uid):
            for _ in range(number):
                crowd.append(socket.socket(family))
                crowd[-1].connect(place if isinstance(place, tuple) else str(place))
        account.connections += number
        transport = "tcp" if isinstance(place, tuple) else "unix"
        self.most(f"connections a second, {transport}", round(number / (time.monotonic() - begin)))
        # Who comes last has been accepted last.
        self.close(stand.sessions(stand.account(), 1, place, timeout=60))
        if IS_SOAK:
            # SessionTimer.handshake: who says nothing for a minute is closed.
            for client in crowd:
                client.settimeout(70)
                self.assertEqual(b"", client.recv(1))
        self.close(crowd)

    def test_idle_sessions(self):
        stand = self.shared_stand()
        accounts = [stand.account() for _ in range(3)]
        clients = []
        before = Footprint.of(stand.daemon.pid)
        # Each takes two of the daemon's descriptors, of which some are kept back; 20,000 there may be (SessionLimits), nobody has
        # more than half of them, and the witness has one.
        number = min(sized(lessened(1200, 4), 19_800), (self.descriptors - 1000) // 2)
        for account in accounts:
            for _ in range(number // 300):
                clients += stand.sessions(account, 100, timeout=60)
        now = Footprint.of(stand.daemon.pid)
        self.most("idle sessions", len(clients))
        self.most("bytes for each (PSS)", 1024 * (now.proportional - before.proportional) // len(clients))
        time.sleep(sized(1, 60))
        for client in clients:
            self.assertWorks(client)
        for account in accounts:
            account.answered["forward"] += len(clients) // len(accounts)
        self.close(clients)
        self.end(stand)


class PatternsTests(HostileTestCase):
    """What takes an engine that tries one way after the other longer than anybody lives takes this one a walk along the line."""

    PATTERNS = (
        "(a+)+b",
        "(a|aa)+b",
        "(a|a?)+b",
        "(.*a){20}b",
        "([a-z]+)*1",
        "(([a-z])+.)+[A-Z]([a-z])+",
        "(a?){50}a{50}b",
        "((a{1,8}){1,8}){1,8}b",
        "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)1",
        {"pattern": "(.*a)(.*a)(.*a)(.*a)c", "replacement": "{}"},
        {"pattern": "((a+)+)+d", "deny": True},
    )
    LINE = "a" * 60_000

    def test_lines_for_which_backtracking_explodes(self):
        tor = self.fake_tor()
        tor.info["info/names"] = self.LINE
        responses = [
            {"pattern": f"250-info/names={pattern}", "replacement": "250-info/names={}"}
            for pattern in ("((a+)+)+b", "(.*a)(.*a)(.*a)(.*a)c")
        ]
        told = {"pattern": "info/names", "response": responses}
        profile = {
            **PROFILE,
            "commands": {"GETINFO": ["version", told, *self.PATTERNS]},
            "confs": {"Nickname": [pattern for pattern in self.PATTERNS if isinstance(pattern, str)]},
        }
        stand = self.stand(tor, profile=profile)
        account = stand.account()
        clients = stand.sessions(account, 10, timeout=60)
        refused = [f"GETINFO {self.LINE}", f"GETINFO {self.LINE}!", f"SETCONF Nickname={self.LINE}"]
        for _ in range(sized(1, 20)):
            for client in clients:
                client.send_meanwhile("".join(f"{line}\r\n" for line in [*refused, "GETINFO info/names"]).encode())
            for client in clients:
                for _ in refused:
                    self.assertEqual(REFUSED, b"\r\n".join(client.reply()) + b"\r\n")
                self.assertEqual([b"250-info/names=" + self.LINE.encode(), b"250 OK"], client.reply())
            account.answered["filter"] += len(refused) * len(clients)
            account.answered["forward"] += len(clients)
            self.counted("lines of 60 kB", 4 * len(clients))
        self.close(clients)
        self.end(stand)
