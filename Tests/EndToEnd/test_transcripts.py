# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The conversations of Tests/Transcripts, over sockets: the same that Tests/SessionsTests plays on the state machine."""

import re
import signal
import unittest

from harness import FakeTor, SieveTestCase
from harness.processes import eventually
from harness.transcript import load_all

VERSION = "0.4.9.11"
LISTENER_KEYS = [f"net/listeners/{key}" for key in ("control", "socks", "dns", "httptunnel", "trans", "natd")]
QUESTION = b"GETINFO " + " ".join(LISTENER_KEYS).encode()
PORTS = {"net/listeners/control": '"127.0.0.1:9051"', "net/listeners/socks": '"127.0.0.1:9050"'}
LISTENERS = "".join(f"250-{key}={PORTS.get(key, '')}\r\n" for key in LISTENER_KEYS).encode() + b"250 OK\r\n"
LOSS = re.compile(r"session \d+: (the connection to tor was lost|tor is not available)")
# What is sent in one piece without waiting for the daemon to take it.
ONE_PIECE = 8 * 1024


class TranscriptTor(FakeTor):
    """A tor that says what the transcript says, to the first connection after `begin`; before, it is a good one."""

    def __init__(self, transcript, **options):
        self.transcript = transcript
        self.earlier = None
        self.asked = []
        super().__init__(**options)

    def begin(self):
        """The daemon has made the connection by which it learns tor's version."""
        eventually(
            lambda: self.sessions and all(session.closed.is_set() for session in self.sessions),
            "the daemon looks for tor",
        )
        self.earlier = len(self.sessions)
        self.joined = [self.earlier]

    @property
    def session(self):
        """The connection of the client's session: the first after `begin`, or after the last was lost."""
        return eventually(lambda: self.sessions[self.joined[-1] :], "the daemon connects to tor")[0]

    def _of_transcript(self):
        return [self.sessions[place] for place in self.joined if place < len(self.sessions)]

    def lose(self):
        """Ends that connection; the next that comes takes its place."""
        lost = self.session
        self.joined.append(len(self.sessions))
        lost.hang_up()

    def leave(self):
        """It listens no more before it hangs up, or the daemon would be back at once."""
        self.joined.append(len(self.sessions))
        self.stop()
        self.asked.clear()

    def has_joined(self):
        """Whether it has let the client's session in and not lost it yet."""
        last = self.sessions[self.joined[-1] :][:1]
        return bool(last) and last[0].authenticated and not last[0].closed.is_set()

    def told(self):
        """All that it was sent but what the transcript does not show."""
        told = [session.received for session in self._of_transcript()]
        if self.transcript.tor == "ready":
            told = [b"".join(bytes.splitlines(keepends=True)[2:]) for bytes in told]
        return b"".join(told)

    def tell_listeners(self):
        """Answers the question that the daemon has asked or is about to."""
        eventually(lambda: self.asked, "the daemon asks where tor listens").pop().send(LISTENERS)

    def answer(self, session, line):
        if self.earlier is None or session not in self._of_transcript():
            return self._answer_others(session, line)
        if self.transcript.tor == "ready" and not session.authenticated:
            return super().answer(session, line)
        return None

    def _answer_others(self, session, line):
        """The connections that the daemon makes on its own account."""
        if line != QUESTION:
            return super().answer(session, line)
        if self.transcript.listeners == "later":
            self.asked.append(session)
            return None
        if self.transcript.listeners == "unknown":
            session.hang_up()
            return None
        return LISTENERS

    def _protocolinfo(self, session, arguments):
        return f'250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor="{VERSION}"\r\n250 OK\r\n'.encode()


class TranscriptTests(SieveTestCase):
    def play(self, transcript):
        if transcript.excuse:
            self.skipTest(transcript.excuse)
        if transcript.tor == "absent":
            self.tor, tor = None, ["--tor", f"unix:{self.directory / 'nobody'}"]
        else:
            self.tor = tor = TranscriptTor(transcript, address=self.directory / "tor.socket")
            self.addCleanup(tor.stop)
        options = {"complain": ["--complain"], "complain=me": ["--complain=root"], "": []}[transcript.options]
        for number, profile in enumerate(transcript.profiles, 1):
            self.write_profile(profile, name=f"{number}0.yml")
        listen = ("tcp",) if transcript.client.startswith("tcp") else ("unix",)
        self.daemon = self.sieve(tor, "--debug", *options, listen=listen)
        if self.tor:
            self.tor.begin()
        self.transcript, self.taken, self.has_closed = transcript, 0, False
        self.connection = self.client(self.daemon, timeout=15)
        for step in transcript.steps:
            try:
                self.perform(step.action, step.argument)
            except AssertionError as error:
                raise AssertionError(f"{transcript.name}.txt:{step.line}: {error}{self.daemon.tail()}") from None
        if not self.has_closed:
            self.expect_nothing_more()
        elif self.tor:
            self.expect_tor_hears_nothing()

    def perform(self, action, argument):
        if action == "client sends":
            self.send(argument)
        elif action == "client gets":
            got = self.connection.take(argument)
            self.assertEqual(argument, got, "the client")
        elif action == "tor gets":
            self.expect_told(argument)
        elif action == "tor sends":
            self.tor.session.send(argument)
        elif action == "closed":
            self.expect_close(argument)
        elif action == "audit":
            self.daemon.await_log(argument)
        elif action == "authenticated":
            self.connection.authenticate()
            if self.transcript.tor == "ready" and (self.transcript.profiles or self.transcript.options):
                eventually(lambda: self.tor.session.authenticated, "the daemon authenticates to tor")
        elif action == "client closes":
            self.connection.close_sending()
        elif action == "client vanishes":
            self.connection.close()
        elif action == "tor tells its listeners":
            self.tor.tell_listeners()
        elif action == "tor closes":
            self.await_loss(self.tor.lose)
        elif action == "tor goes":
            self.await_loss(self.tor.leave)
        elif action == "tor returns":
            self.tor.listen()
        elif action == "shut down":
            self.daemon.signal(signal.SIGTERM)
        elif action == "nothing more":
            self.expect_nothing_more()
        elif action == "tor hears nothing":
            self.expect_tor_hears_nothing()
        else:
            raise AssertionError(f"the daemon cannot be made to: {action}")

    def await_loss(self, ending):
        """What the client does next comes after the daemon has noticed, as it does in the transcript."""

        def losses():
            return len(LOSS.findall(self.daemon.log()))

        before, is_joined = losses(), self.tor.has_joined()
        ending()
        if is_joined:
            eventually(lambda: losses() > before, "the daemon notices that tor has gone")

    def send(self, data):
        if len(data) > ONE_PIECE:
            self.connection.send_meanwhile(data)
        else:
            self.connection.send(data)

    def expect_told(self, expected):
        def is_told():
            told = self.tor.told()[self.taken :][: len(expected)]
            self.assertEqual(expected[: len(told)], told, "tor")
            return told == expected

        eventually(is_told, lambda: f"tor is sent {expected[:200]!r}; it was sent {self.tor.told()[-200:]!r}")
        self.taken += len(expected)

    def expect_close(self, reason):
        if self.connection.socket.fileno() != -1:
            self.connection.expect_closed()
        self.daemon.await_log(f"disconnected: {reason}")
        self.has_closed = True

    def expect_nothing_more(self):
        self.connection.expect_silence(0.15)
        self.expect_tor_hears_nothing()

    def expect_tor_hears_nothing(self):
        if self.tor:
            self.assertEqual(b"", self.tor.told()[self.taken :], "tor")


def _test(transcript):
    def test(self):
        self.play(transcript)

    return test


for _transcript in load_all():
    setattr(TranscriptTests, "test_" + _transcript.name.replace("-", "_"), _test(_transcript))


if __name__ == "__main__":
    unittest.main()
