# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams through tor's SOCKS port (RFC 1928, RFC 1929)."""

import socket


class SocksRefused(Exception):
    """Tor did not open the stream; `code` is the one of the reply, or None if it closed the connection."""

    def __init__(self, code):
        super().__init__(f"SOCKS reply {code}")
        self.code = code


class SocksStream:
    """`connection` is (socket, its address). `isolation` is the user name; tor keeps streams of several apart."""

    def __init__(self, connection, target, isolation, seconds):
        self.socket, self.source = connection
        self.socket.settimeout(seconds)
        self.target, self.isolation = target, isolation.encode()

    def open(self):
        try:
            self._ask(b"\x05\x01\x02", b"\x05\x02")
            user = bytes([len(self.isolation)]) + self.isolation
            self._ask(b"\x01" + user + b"\x01x", b"\x01\x00")
            host, port = self.target
            name = host.encode()
            self.socket.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
            reply = self._read(10)
            if reply[1] != 0:
                raise SocksRefused(reply[1])
        except (OSError, SocksRefused):
            self.close()
            raise
        return self

    def _ask(self, request, expected):
        self.socket.sendall(request)
        assert self._read(len(expected)) == expected

    def _read(self, length):
        data = b""
        while len(data) < length:
            chunk = self.socket.recv(length - len(data))
            if not chunk:
                raise SocksRefused(None)
            data += chunk
        return data

    def answers(self, data=b"are you there?\n"):
        """Whether an EchoServer at the other end sends back what it is sent."""
        try:
            self.socket.sendall(data)
            return self._read(len(data)) == data
        except (OSError, SocksRefused):
            return False

    def is_closed(self, seconds=10.0):
        """Whether tor closes it within that time."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except socket.timeout:
            return False

    def close(self):
        self.socket.close()
