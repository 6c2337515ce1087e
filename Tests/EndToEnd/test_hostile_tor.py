# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tor that stands still, dies and comes back, or says whatever it likes, in front of many sessions at once."""

import random
import signal
import time

from harness.client import ConnectionClosed
from harness.hostile import PROFILE, HostileTestCase, sized

LOST = [b"551 Tor connection lost"]
MEGABYTE = 1024 * 1024
# In what is due to nobody. No client may ever see it.
SECRET = b"SECRET"


class FailingTorTests(HostileTestCase):
    def test_a_tor_that_stands_still_for_a_while(self):
        stand = self.shared_stand(asks="refused")
        account = stand.account()
        clients = self.linked_sessions(stand, account, sized(30, 300))
        process = stand.tor.process
        self.addCleanup(process.send_signal, signal.SIGCONT)
        process.send_signal(signal.SIGSTOP)
        for client in clients:
            client.send("GETINFO version\r\nGETINFO address\r\nSIGNAL CLEARDNSCACHE\r\n")
        newcomers = stand.clients(account, 10, timeout=30)
        for client in newcomers:
            client.send("AUTHENTICATE\r\nGETINFO version\r\n")
        # SessionTimer.reply gives tor thirty, and SessionTimer.tor five to let somebody in.
        time.sleep(sized(2, 20))
        process.send_signal(signal.SIGCONT)
        for client in clients:
            self.assertRegex(client.reply()[0], rb"^250-version=\d")
            self.assertEqual([b"510 Command filtered"], client.reply())
            self.assertEqual([b"250 OK"], client.reply())
        account.answered["forward"] += 2 * len(clients)
        account.answered["filter"] += len(clients)
        for client in newcomers:
            if client.reply() != [b"250 OK"]:
                account.unanswered += 2
                continue
            account.answered["answer"] += 1
            if client.reply()[0].startswith(b"250-version="):
                account.answered["forward"] += 1
            else:
                account.unanswered += 1
        self.close(clients + newcomers)
        self.end(stand)

    def test_a_tor_that_is_killed_again_and_again(self):
        stand = self.shared_stand(asks="refused")
        account = stand.account()
        clients = stand.sessions(account, sized(30, 200), timeout=60)
        lost = 0
        for _ in range(sized(2, 10)):
            for client in clients:
                client.send("GETINFO version\r\nSIGNAL CLEARDNSCACHE\r\nGETINFO address\r\nGETINFO config/names\r\n")
            stand.tor.restart(signal.SIGKILL)
            for index, client in enumerate(clients):
                self.assertRegex(client.reply()[0], rb"^250-version=\d")
                reply = client.reply()
                self.assertIn(reply, ([b"250 OK"], LOST))
                lost += reply == LOST
                self.assertEqual([b"510 Command filtered"], client.reply())
                self.assertEqual(b"250+config/names=", client.line())
                try:
                    while (line := client.line()) != b".":
                        self.assertRegex(line, rb"^\w+ [\w+]+$")
                    self.assertEqual([b"250 OK"], client.reply())
                except ConnectionClosed:
                    # Of this reply tor had said a part, which cannot be taken back.
                    client.close()
                    [clients[index]] = stand.sessions(account, 1, timeout=60)
                    self.counted("sessions that ended in the middle of a reply", 1)
            account.answered["forward"] += 3 * len(clients)
            account.answered["filter"] += len(clients)
            self.counted("times that tor was killed", 1)
        self.counted("commands that got `551 Tor connection lost`", lost)
        self.close(clients)
        self.end(stand)


class LyingTorTests(HostileTestCase):
    PROFILE = {
        **PROFILE,
        "commands": {**PROFILE["commands"], "ADD_ONION": ["NEW:BEST Port=80,127.0.0.1:17600"]},
        "events": {"BW": None, "CIRC": {"response": [{"pattern": "650 CIRC (.*)", "replacement": "650 CIRC {}"}]}},
    }
    # What it answers to SIGNAL, or says without being asked. Nothing of it may reach the client but events of the kinds that were asked
    # for, and the first end line.
    LIES = (
        b"\0\xff\xfe" + SECRET + b"\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + SECRET,
        b"250-" + SECRET + b"\r\n250 OK\r\n",
        b"250+" + SECRET + b"=\r\n" + SECRET + b"\r\n.\r\n250 OK\r\n",
        b"250 OK\r\n250 " + SECRET + b"\r\n",
        b"250 OK\r\n552 " + SECRET + b"\r\n",
        b"650 STREAM " + SECRET + b"\r\n250 OK\r\n",
        b"650+STREAM " + SECRET + b"\r\n" + SECRET + b"\r\n.\r\n650 OK\r\n250 OK\r\n",
        b"650 BW 1 2" + b" x" * (MEGABYTE // 2 - 100) + b"\r\n250 OK\r\n",
        b"650 CIRC 1 BUILT" + b" x" * (MEGABYTE // 2 - 100) + b"\r\n250 OK\r\n",
        b"650 CIRC 1 BUILT " + SECRET * (MEGABYTE // 4) + b"\r\n250 OK\r\n",
        b"650-CIRC 1 BUILT\r\n" + (b"650-" + SECRET * 10_000 + b"\r\n") * 90,
        SECRET * MEGABYTE,
        b"\r\n" * 100_000 + SECRET,
        b"250-" + SECRET,
        b"25",
        b"",
    )

    def test_a_tor_that_says_what_it_likes(self):
        tor = self.fake_tor()
        stand = self.stand(tor, profile=self.PROFILE)
        account = stand.account()
        draw = random.Random(8)
        lies = list(self.LIES) * sized(2, 60)
        draw.shuffle(lies)

        def lie(session, arguments):
            session.send(session.lie)
            session.hang_up()

        tor.answers["SIGNAL"] = lie
        for group in range(0, len(lies), 17):
            # A session that has made something ends with its connection to tor, and is not joined to the next.
            victims = stand.sessions(account, len(lies[group : group + 17]))
            for client in victims:
                self.assertAnswers(client, "SETEVENTS BW CIRC", "250 OK")
                self.assertEqual(b"250 OK", client.ask("ADD_ONION NEW:BEST Port=80,127.0.0.1:17600")[-1])
            published = [s for s in tor.live_sessions() if any(line.startswith(b"ADD_ONION") for line in s.lines)]
            self.assertEqual(len(victims), len(published))
            for session, text in zip(published, lies[group:]):
                session.lie = text
                if draw.random() < 0.3:
                    # Or nobody has asked anything.
                    lie(session, "")
            for client in victims:
                client.command("SIGNAL CLEARDNSCACHE")
            for client in victims:
                self.assertNotIn(SECRET, client.rest())
            self.close(victims)
            account.answered["forward"] += 2 * len(victims)
            account.unanswered += len(victims)
            self.counted("lies", len(victims))
            # The next group's are told apart by being alive.
            for session in published:
                session.closed.wait(10)
        self.end(stand)
