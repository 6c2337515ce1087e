# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""An honest application beside hostile ones, in a process of its own: every answer must come, be right, and be in time.

As a program: `witness.py PATH SECONDS MODE`, which asks until SIGTERM and then prints, as JSON, what it has seen.
"""

import json
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.client import ConnectionClosed, RawClient
from harness.processes import end, spawn
from harness.trail import AUDIT_FAILED

PAUSE_SECONDS = 0.02
PASSED = ("GETINFO version", rb"250-version=\d[^\r\n]*\n250 OK")
REFUSED = ("GETINFO address", rb"510 Command filtered")


class Witness:
    """`asks`: "all", "refused" if tor is not to be asked, or "severed" if its sessions may end with `551 Audit failed`, and begin
    anew. `seconds` is the longest that an answer may take."""

    def __init__(self, address, seconds, asks):
        self.process = spawn(
            [sys.executable, "-B", __file__, address, seconds, asks], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self.process.stdout.readline() == b"ready\n", self.process.stderr.read().decode()

    def finish(self):
        """How many answers there were, the slowest of them in seconds, and how many sessions were severed."""
        self.process.send_signal(signal.SIGTERM)
        out, error = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, f"the witness: {error.decode()}"
        return json.loads(out)

    def stop(self):
        end(self.process)
        self.process.stdout.close()
        self.process.stderr.close()


class Testimony:
    def __init__(self, address, seconds, asks):
        self.address, self.seconds, self.asks = address, seconds, asks
        self.answers, self.slowest, self.severed = 0, 0.0, 0
        self.client = None
        self.over = False

    def run(self):
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "over", True))
        commands = [REFUSED] if self.asks == "refused" else [PASSED, REFUSED]
        self.ask(*commands[0])
        print("ready", flush=True)
        while not self.over:
            for command, expected in commands:
                self.ask(command, expected)
            time.sleep(PAUSE_SECONDS)
        print(json.dumps({"answers": self.answers, "slowest": round(self.slowest, 3), "severed": self.severed}))

    def ask(self, command, expected):
        begin = time.monotonic()
        reply = self.session_asked(command)
        if self.asks == "severed" and reply in (None, [AUDIT_FAILED]):
            self.severed += 1
            self.client.close()
            self.client = None
            time.sleep(PAUSE_SECONDS)
            return
        taken = time.monotonic() - begin
        assert reply is not None, f"the session ended at {command!r}"
        assert re.fullmatch(expected, b"\n".join(reply)), f"the reply to {command!r} was {reply}"
        assert taken < self.seconds, f"the reply to {command!r} took {taken:.1f} s"
        self.answers += 1
        self.slowest = max(self.slowest, taken)

    def session_asked(self, command):
        """The reply; None if the session ended."""
        try:
            if self.client is None:
                self.client = RawClient(self.address, timeout=self.seconds)
                reply = self.client.ask("AUTHENTICATE")
                if reply != [b"250 OK"]:
                    return reply
            return self.client.ask(command)
        except ConnectionClosed:
            return None


if __name__ == "__main__":
    Testimony(sys.argv[1], float(sys.argv[2]), sys.argv[3]).run()
