# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that keeps events apart from replies, as applications do."""

import contextlib
import time

from harness.client import RawClient


class Controller(RawClient):
    """`events` are those that came so far, each a list of lines as received."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.events = []

    def ask(self, command):
        self.command(command)
        return self.answer()

    def answer(self):
        """The next reply; the events before it are put aside."""
        while True:
            lines = self.reply()
            if not lines[0].startswith(b"650"):
                return lines
            self.events.append(lines)

    def values(self, *keys):
        """GETINFO of several keys at once: key -> the lines of its value, whichever form it was answered in."""
        reply, found = self.ask(" ".join(["GETINFO", *keys])), {}
        assert reply.pop() == b"250 OK", f"GETINFO {keys} got {reply}{self._describe_peer()}"
        while reply:
            key, _, value = reply.pop(0)[4:].partition(b"=")
            # A value of several lines begins after the `=`, and ends in a line with a dot.
            is_block = value == b"" and b"." in reply and not reply[0].startswith((b"250-", b"250+"))
            lines = found[key.decode()] = [value] if value else []
            while is_block and (line := reply.pop(0)) != b".":
                lines.append(line)
        assert list(found) == list(keys), found
        return found

    def value(self, key):
        return self.values(key)[key]

    def subscribe(self, *events):
        assert self.ask(" ".join(["SETEVENTS", *events])) == [b"250 OK"], f"{events}{self._describe_peer()}"
        return self

    def listen(self, seconds):
        """Takes in what comes for so long."""
        self._take_events(lambda: False, seconds)
        return self

    def await_event(self, matches, what, seconds=10.0):
        """The first event that came, or comes, whose first line `matches`."""

        def found():
            return next((event for event in self.events if matches(event[0])), None)

        self._take_events(found, seconds)
        assert found(), f"in {seconds} s no such event: {what}; those that came: {self.events[-20:]}"
        return found()

    def _take_events(self, enough, seconds):
        deadline = time.monotonic() + seconds
        try:
            while not enough() and (left := deadline - time.monotonic()) > 0:
                self.socket.settimeout(left)
                with contextlib.suppress(TimeoutError):
                    if not self._fill_quietly():
                        raise AssertionError(f"closed while events were awaited{self._describe_peer()}")
                while self._has_whole_message():
                    lines = self.reply()
                    assert lines[0].startswith(b"650"), f"a reply where none was due: {lines}"
                    self.events.append(lines)
        finally:
            self.socket.settimeout(self.timeout)

    def _fill_quietly(self):
        chunk = self.socket.recv(65536)
        self._buffer += chunk
        return chunk

    def _has_whole_message(self):
        """Whether `reply` would return without reading."""
        lines, in_data = self._buffer.split(b"\r\n")[:-1], False
        for line in lines:
            if in_data:
                in_data = line != b"."
            elif line[3:4] == b" ":
                return True
            else:
                in_data = line[3:4] == b"+"
        return False

    def first_lines(self, kind=""):
        """The first lines of the events that came so far, or of those of one kind."""
        return [event[0] for event in self.events if not kind or event[0].split()[1] == kind.encode()]
