# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Floods make little of a trail, take nothing from others, and are counted to the last."""

from harness import FILTERED, SieveTestCase, for_me, requires_root
from harness.client import ConnectionClosed
from harness.sanitizer import lessened
from harness.stand import as_user
from harness.trail import count, events, parse

FLOODER = 5
PROFILE = for_me(commands={"GETINFO": ["version", "ns/id/[A-F0-9]{40}"]}) | {"users": ["*"]}
# Of tor's own, so that they show, and none of them allowed.
DISTINCT = "GETINFO ip-to-country/10.{}.{}.{}\r\n"


@requires_root
class FloodTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.trail = self.directory / "audit.log"
        self.tor = self.fake_tor()
        self.daemon = self.sieve(self.tor, "--audit", self.trail, profile=PROFILE, unix_options=",mode=0666")

    def connect(self):
        with as_user(FLOODER):
            return self.session(self.daemon, timeout=60)

    def flood(self, commands, number):
        """Sends commands without waiting, and reads as many refusals."""
        client = self.connect()
        client.send_meanwhile(commands)
        refusal = FILTERED + b"\r\n"
        left = number * len(refusal)
        while left > 0:
            chunk = client.socket.recv(1 << 20)
            self.assertTrue(chunk, "the flooder is read to its end")
            left -= len(chunk)
        self.assertEqual(0, left)
        return client

    def by(self, uid):
        return [r for r in parse(self.trail) if r.get("client", {}).get("uid") == uid]

    def assertOthersAreThere(self, honest, number):
        honest.close()
        self.daemon.stop()
        mine = self.by(0)
        for address in range(number):
            self.assertEqual(1, count(mine, decision="filter", arguments=f"ip-to-country/192.0.2.{address}"))
        self.assertFalse([r for r in mine if r["event"] == "folded"])

    def refused(self):
        records = self.by(FLOODER)
        folded = {r["of"] for r in records if r["event"] == "folded"}
        self.assertLessEqual(folded, {"command", "connected", "disconnected"})
        return count(records, event="command", decision="filter") + count(
            records, event="folded", of="command", decision="filter"
        )

    def test_equal_refusals(self):
        number = lessened(200_000)
        honest = self.session(self.daemon)
        before = self.daemon.memory()
        self.flood(b"GETINFO address\r\n" * number, number)
        for address in range(50):
            self.assertFiltered(honest, f"GETINFO ip-to-country/192.0.2.{address}")
        self.assertLess(self.trail.stat().st_size, 64 * 1024)
        self.assertMemory(self.daemon.memory() - before, 24 * 1024)
        self.assertOthersAreThere(honest, 50)
        self.assertEqual(number, self.refused())
        self.assertLess(len(self.by(FLOODER)), 30)

    def test_different_refusals(self):
        number = lessened(100_000)
        honest = self.session(self.daemon)
        before = self.daemon.memory()
        commands = "".join(DISTINCT.format(n >> 16, n >> 8 & 255, n & 255) for n in range(number)).encode()
        self.flood(commands, number)
        for address in range(50):
            self.assertFiltered(honest, f"GETINFO ip-to-country/192.0.2.{address}")
        self.assertLess(self.trail.stat().st_size, 256 * 1024)
        self.assertMemory(self.daemon.memory() - before, 24 * 1024)
        self.assertOthersAreThere(honest, 50)
        self.assertEqual(number, self.refused())
        # What came first is there, and not pushed out by what came later.
        first = [r["arguments"] for r in self.by(FLOODER) if r.get("decision") == "filter" and r["event"] == "command"]
        self.assertEqual([f"ip-to-country/10.0.0.{n}" for n in range(200)], first[:200])

    def test_connections_that_come_and_go(self):
        number = lessened(3_000)
        honest = self.session(self.daemon)
        for _ in range(number):
            with self.connect() as client:
                client.send(b"GETINFO address\r\n")
                client.reply()
        self.assertLess(self.trail.stat().st_size, number * 700)
        other = self.session(self.daemon)
        self.assertFiltered(other, "GETINFO ip-to-country/192.0.2.0")
        other.close()
        self.assertOthersAreThere(honest, 1)
        self.assertEqual(number, self.refused())
        records = self.by(FLOODER)
        for event in ("connected", "disconnected"):
            self.assertEqual(number, count(records, event=event) + count(records, event="folded", of=event))
        self.assertEqual(number, count(records, decision="answer", command="AUTHENTICATE"))

    def test_many_sessions_at_once(self):
        clients = [self.connect() for _ in range(100)]
        honest = self.session(self.daemon)
        for client in clients:
            client.send("".join(DISTINCT.format(0, 0, n) for n in range(200)))
        for client in clients:
            for _ in range(200):
                self.assertEqual([FILTERED], client.reply())
        self.assertFiltered(honest, "GETINFO ip-to-country/192.0.2.0")
        self.assertLess(self.trail.stat().st_size, 512 * 1024)
        self.assertOthersAreThere(honest, 1)
        self.assertEqual(20_000, self.refused())

    def test_what_is_allowed_is_written_or_equal_to_what_was(self):
        number = 30_000
        client = self.connect()
        client.send_meanwhile(b"GETINFO version\r\n" * number)
        for _ in range(number):
            self.assertEqual(2, len(client.reply()))
        client.close()
        self.daemon.stop()
        records = self.by(FLOODER)
        self.assertEqual(number, count(records, command="GETINFO", decision="forward"))
        self.assertFalse([r for r in records if r["event"] == "folded" and r["of"] == "command"])
        self.assertLess(len(records), 12_000)

    def test_tor_gets_nothing_different_that_is_not_written(self):
        client = self.connect()
        answered, tor_heard = 0, set()
        # The fake tor answers each with an error, which is a reply, too.
        commands = [f"GETINFO ns/id/{n:040X}\r\n" for n in range(40_000)]
        client.send_meanwhile("".join(commands).encode())
        try:
            # Ten seconds of waiting for the trail's sake end this as surely as a refusal does.
            client.socket.settimeout(5)
            client.timeout = 5
            while True:
                line = client.line()
                if line.startswith(b"551"):
                    break
                answered += 1
        except (AssertionError, ConnectionClosed):
            pass
        self.assertLess(answered, 22_000)
        self.assertGreater(answered, 10_000)
        honest = self.session(self.daemon)
        self.assertWorks(honest)
        # First what tor has heard: on a slow machine the client's commands still go on.
        for session in self.tor.sessions:
            tor_heard |= {line.decode()[8:] for line in list(session.lines) if line.startswith(b"GETINFO ns/id")}
        written = {r["arguments"] for r in self.by(FLOODER) if r.get("decision") == "forward"}
        self.assertLessEqual(tor_heard, written)
        self.assertNotIn("folded", {e for e in events(self.by(0))})
