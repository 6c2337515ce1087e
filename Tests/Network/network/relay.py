# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs as an application's user, or on another host, and makes connections there that the tests use from here.

Usage: relay.py FD, where FD is a listening Unix socket. Who connects sends `unix PATH` or `tcp HOST PORT` in a line,
gets a line with the address that the connection was made from (or `error` and why), and then whatever comes over it.

It is one process that starts no other, and the only holder of the sockets that it makes.
"""

import contextlib
import socket
import sys
import threading


def read_line(connection):
    line = b""
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise OSError("closed before the first line was whole")
        line += byte
    return line.decode().split()


def connect(kind, *place):
    if kind == "unix":
        outgoing = socket.socket(socket.AF_UNIX)
        outgoing.connect(*place)
        return outgoing, "-"
    outgoing = socket.create_connection((place[0], int(place[1])), 20)
    outgoing.settimeout(None)
    host, port = outgoing.getsockname()[:2]
    return outgoing, f"{host}:{port}"


def pump(source, sink):
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def serve(incoming):
    with incoming:
        try:
            outgoing, local = connect(*read_line(incoming))
        except OSError as error:
            with contextlib.suppress(OSError):
                incoming.sendall(f"error {error}\n".encode())
            return
        with outgoing:
            incoming.sendall(f"{local}\n".encode())
            back = threading.Thread(target=pump, args=(outgoing, incoming), daemon=True)
            back.start()
            pump(incoming, outgoing)
            # Who is gone there hears nothing more, and must not keep the connection open here.
            with contextlib.suppress(OSError):
                outgoing.shutdown(socket.SHUT_RDWR)
            back.join()


if __name__ == "__main__":
    listener = socket.socket(fileno=int(sys.argv[1]))
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
