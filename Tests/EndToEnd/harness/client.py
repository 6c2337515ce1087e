# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that sends exactly the bytes it is told to, and never waits for ever."""

import socket
import threading
import time

from harness.sanitizer import PATIENCE


class ConnectionClosed(AssertionError):
    """The other side closed the connection where a line was expected."""


class RawClient:
    """One connection. Addresses: a path (Unix socket) or (host, port)."""

    def __init__(self, address, timeout=10.0, receive_buffer=None, describe_peer=lambda: ""):
        if isinstance(address, tuple):
            family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        else:
            family, address = socket.AF_UNIX, str(address)
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.timeout = timeout * PATIENCE
        self.socket.settimeout(self.timeout)
        self._connect(address)
        self.address = address
        self._describe_peer = describe_peer
        self._buffer = b""
        self._writer = None

    def _connect(self, address):
        """A Unix socket whose backlog is full says so at once (EAGAIN) instead of waiting."""
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                return self.socket.connect(address)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()
        if self._writer is not None:
            self._writer.join(self.timeout)

    def send(self, data):
        """Sends bytes as they are. A peer that has closed already is found out by the next read."""
        try:
            self.socket.sendall(data.encode() if isinstance(data, str) else data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send_meanwhile(self, data):
        """Sends from a thread of its own, so that the test can read while the peer takes its time."""
        self._writer = threading.Thread(target=self._send_quietly, args=(data,), daemon=True)
        self._writer.start()

    def close_sending(self):
        """Nothing more comes from here, once what is being sent is out; the peer may go on."""
        if self._writer is not None:
            self._writer.join(self.timeout)
        self.socket.shutdown(socket.SHUT_WR)

    def _send_quietly(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def command(self, text):
        self.send(text.encode() + b"\r\n" if isinstance(text, str) else text + b"\r\n")

    def _fill(self):
        try:
            chunk = self.socket.recv(65536)
        except socket.timeout:
            raise AssertionError(
                f"nothing came for {self.timeout} s; so far {self._buffer[-200:]!r}{self._describe_peer()}"
            ) from None
        except ConnectionResetError:
            chunk = b""
        self._buffer += chunk
        return chunk

    def line(self):
        """The next line without its CR LF; a line that ends in a bare LF is a failure."""
        while b"\n" not in self._buffer:
            if not self._fill():
                raise ConnectionClosed(
                    f"closed where a line was expected; left over: {self._buffer[-200:]!r}{self._describe_peer()}"
                )
        line, self._buffer = self._buffer.split(b"\n", 1)
        assert line.endswith(b"\r"), f"a line that ends in a bare LF: {line!r}"
        return line[:-1]

    def reply(self):
        """All lines of the next reply or event as received, those of its data and the closing dots among them."""
        lines = []
        while True:
            line = self.line()
            assert (
                len(line) >= 4 and line[:3].isdigit() and line[3:4] in b" -+"
            ), f"not a reply line: {line!r} after {lines}"
            lines.append(line)
            if line[3:4] == b"+":
                while lines[-1] != b".":
                    lines.append(self.line())
            elif line[3:4] == b" ":
                return lines

    def ask(self, command):
        """Sends one command and returns the lines of the reply."""
        self.command(command)
        return self.reply()

    def authenticate(self):
        reply = self.ask("AUTHENTICATE")
        assert reply == [b"250 OK"], f"AUTHENTICATE got {reply}{self._describe_peer()}"
        return self

    def rest(self):
        """Everything until the peer closes, which must be within the timeout."""
        deadline = time.monotonic() + self.timeout
        while self._fill():
            assert time.monotonic() < deadline, f"not closed in {self.timeout} s{self._describe_peer()}"
        rest, self._buffer = self._buffer, b""
        return rest

    def take(self, expected):
        """As many bytes as are expected, or fewer if those that came are others or the peer closed."""
        while expected.startswith(self._buffer) and self._buffer != expected and self._fill():
            pass
        taken, self._buffer = self._buffer[: len(expected)], self._buffer[len(expected) :]
        return taken

    def expect_closed(self):
        rest = self.rest()
        assert rest == b"", f"more came before the close: {rest[:300]!r}{self._describe_peer()}"

    def expect_silence(self, seconds=0.3):
        """Nothing more comes, and the connection stays open."""
        assert self._buffer == b"", f"more came: {self._buffer[:300]!r}"
        self.socket.settimeout(seconds)
        try:
            more = self.socket.recv(65536)
            raise AssertionError(f"more came: {more[:300]!r}" if more else f"closed{self._describe_peer()}")
        except socket.timeout:
            pass
        finally:
            self.socket.settimeout(self.timeout)
