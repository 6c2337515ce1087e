# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tor that does what a test tells it to, right or wrong, and remembers what it was sent.

It speaks as much of control-spec as the filter needs to be content, and each answer can be replaced.
"""

import base64
import binascii
import hmac
import os
import pathlib
import socket
import threading

from harness.processes import eventually

VERSION = "0.4.9.99-fake"
HANDSHAKE = ("PROTOCOLINFO", "AUTHCHALLENGE", "AUTHENTICATE")

_SERVER_KEY = b"Tor safe cookie authentication server-to-controller hash"
_CLIENT_KEY = b"Tor safe cookie authentication controller-to-server hash"


class FakeSession:
    """One accepted connection. `received` is every byte of it, `lines` every line, `events` the last SETEVENTS."""

    def __init__(self, tor, connection):
        self.tor = tor
        self.connection = connection
        self.received = b""
        self.lines = []
        self.bodies = []
        self.events = []
        self.authenticated = False
        self.closed = threading.Event()
        self.expected_hash = None
        self._sending = threading.Lock()

    def send(self, data):
        """Sends bytes as they are; False if the filter has gone."""
        try:
            with self._sending:
                self.connection.sendall(data.encode() if isinstance(data, str) else data)
            return True
        except OSError:
            return False

    def hang_up(self):
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def serve(self):
        try:
            buffer = b""
            body = None
            while True:
                while b"\n" not in buffer:
                    chunk = self.connection.recv(65536)
                    if not chunk:
                        return
                    self.received += chunk
                    buffer += chunk
                raw, buffer = buffer.split(b"\n", 1)
                line = raw[:-1] if raw.endswith(b"\r") else raw
                if body is None:
                    self.lines.append(line)
                    if line.startswith(b"+"):
                        body = []
                        continue
                elif line != b".":
                    body.append(line)
                    continue
                else:
                    self.bodies.append(body)
                    line, body = self.lines[-1], None
                answer = self.tor.answer(self, line)
                if answer is None:
                    continue
                if not self.send(answer) or line.split(b" ")[0].upper() == b"QUIT":
                    return
        except OSError:
            pass
        finally:
            self.closed.set()
            self.connection.close()


class FakeTor:
    """Listens at once. `address` is a path or None for a port of its own on 127.0.0.1.

    answers: keyword -> bytes, or a function of (session, arguments) that returns bytes, or None for no answer.
    info, conf: what GETINFO and GETCONF say; a list is a data block, or an option with several values.
    methods: what PROTOCOLINFO offers; `cookie` is the one it knows, `lies` makes its SERVERHASH a wrong one.
    """

    def __init__(
        self, address=None, methods=("NULL",), cookie=None, cookie_path="/nowhere/cookie", password=None, lies=False
    ):
        self.methods = methods
        self.cookie = cookie
        self.cookie_path = cookie_path
        self.password = password
        self.lies = lies
        self.sessions = []
        self.answers = {}
        self.info = {"version": VERSION, "config-text": ["SocksPort 0", "DisableNetwork 1"], "address": "203.0.113.7"}
        self.conf = {"UseBridges": "0", "Bridge": None, "Socks5Proxy": None, "__OwningControllerProcess": None}
        self.services = 0
        self.address = address
        self.port = None
        self.listen()

    def listen(self):
        """Listens, after `stop` at the same place again."""
        if self.address is None:
            self.listener = socket.create_server(("127.0.0.1", self.port or 0), backlog=256)
            self.port = self.listener.getsockname()[1]
            self.place = f"127.0.0.1:{self.port}"
        else:
            pathlib.Path(self.address).unlink(missing_ok=True)
            self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.listener.bind(str(self.address))
            self.listener.listen(256)
            self.place = f"unix:{self.address}"
        self.accepting = threading.Thread(target=self._accept, daemon=True)
        self.accepting.start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            session = FakeSession(self, connection)
            self.sessions.append(session)
            threading.Thread(target=session.serve, daemon=True).start()

    def stop(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for session in list(self.sessions):
            session.hang_up()

    # What was heard

    @property
    def lines(self):
        """Every line but those of the handshake, of all sessions in their order."""
        return [
            line
            for session in list(self.sessions)
            for line in list(session.lines)
            if line.split(b" ")[0].decode("latin-1").upper() not in HANDSHAKE
        ]

    def heard(self, keyword):
        """The lines with this keyword, in whatever case it came."""
        return [line for line in self.lines if line.split(b" ")[0].upper() == keyword.encode()]

    @property
    def received(self):
        return b"".join(session.received for session in list(self.sessions))

    def await_line(self, line):
        eventually(lambda: line in self.lines, lambda: f"tor is sent {line!r}; it was sent {self.lines}")

    def live_sessions(self):
        return [s for s in list(self.sessions) if s.authenticated and not s.closed.is_set()]

    def session_that_sent(self, line):
        """The one session on which a line came."""
        self.await_line(line)
        return next(s for s in list(self.sessions) if line in s.lines)

    def emit(self, data):
        """Sends bytes, an event as a rule, on every authenticated session."""
        for session in self.live_sessions():
            session.send(data)

    # What it says

    def answer(self, session, line):
        word, _, arguments = line.partition(b" ")
        keyword, arguments = word.decode("latin-1").upper(), arguments.decode("latin-1")
        if not session.authenticated and keyword not in (*HANDSHAKE, "QUIT") and keyword not in self.answers:
            session.send(b"514 Authentication required.\r\n")
            session.hang_up()
            return None
        special = self.answers.get(keyword)
        if callable(special):
            return special(session, arguments)
        if special is not None:
            return special
        method = getattr(self, "_" + keyword.lower().lstrip("+"), None)
        return method(session, arguments) if method else b"250 OK\r\n"

    def _protocolinfo(self, session, arguments):
        auth = "250-AUTH METHODS=" + ",".join(self.methods)
        if "COOKIE" in self.methods or "SAFECOOKIE" in self.methods:
            auth += f' COOKIEFILE="{self.cookie_path}"'
        return f'250-PROTOCOLINFO 1\r\n{auth}\r\n250-VERSION Tor="{VERSION}"\r\n250 OK\r\n'.encode()

    def _authchallenge(self, session, arguments):
        nonce = binascii.unhexlify(arguments.split()[1])
        server_nonce = os.urandom(32)
        cookie = os.urandom(32) if self.lies or self.cookie is None else self.cookie
        server_hash = hmac.digest(_SERVER_KEY, cookie + nonce + server_nonce, "sha256")
        session.expected_hash = hmac.digest(_CLIENT_KEY, cookie + nonce + server_nonce, "sha256")
        proof = f"SERVERHASH={server_hash.hex().upper()} SERVERNONCE={server_nonce.hex().upper()}"
        return f"250 AUTHCHALLENGE {proof}\r\n".encode()

    def _authenticate(self, session, arguments):
        arguments = arguments.strip()
        if arguments.startswith('"'):
            secret = arguments[1:-1].replace('\\"', '"').replace("\\\\", "\\").encode("latin-1")
        else:
            secret = binascii.unhexlify(arguments)
        accepted = (
            "NULL" in self.methods
            or ("COOKIE" in self.methods and secret == self.cookie)
            or ("SAFECOOKIE" in self.methods and session.expected_hash is not None and secret == session.expected_hash)
            or ("HASHEDPASSWORD" in self.methods and self.password is not None and secret == self.password.encode())
        )
        if not accepted:
            session.send(b"515 Authentication failed\r\n")
            session.hang_up()
            return None
        session.authenticated = True
        return b"250 OK\r\n"

    def _quit(self, session, arguments):
        return b"250 closing connection\r\n"

    def _setevents(self, session, arguments):
        session.events = arguments.split()
        return b"250 OK\r\n"

    def _getinfo(self, session, arguments):
        keys = arguments.split()
        unknown = [key for key in keys if key not in self.info]
        if unknown:
            separators = "-" * (len(unknown) - 1) + " "
            return "".join(f'552{s}Unrecognized key "{key}"\r\n' for s, key in zip(separators, unknown)).encode()
        reply = ""
        for key in keys:
            value = self.info[key]
            if isinstance(value, list):
                data = "".join(("." if line.startswith(".") else "") + line + "\r\n" for line in value)
                reply += f"250+{key}=\r\n{data}.\r\n"
            else:
                reply += f"250-{key}={value}\r\n"
        return (reply + "250 OK\r\n").encode("latin-1")

    def _getconf(self, session, arguments):
        lines = []
        for name in arguments.split():
            canonical = next((option for option in self.conf if option.lower() == name.lower()), None)
            if canonical is None:
                return f'552 Unrecognized configuration key "{name}"\r\n'.encode()
            values = self.conf[canonical] if isinstance(self.conf[canonical], list) else [self.conf[canonical]]
            lines += [canonical if value is None else f"{canonical}={value}" for value in values]
        return "".join(f"250{'-' if n < len(lines) - 1 else ' '}{line}\r\n" for n, line in enumerate(lines)).encode()

    def _add_onion(self, session, arguments):
        self.services += 1
        service = base64.b32encode(self.services.to_bytes(35, "big")).decode().lower()
        key = (
            ""
            if "DiscardPK" in arguments or not arguments.startswith("NEW:")
            else "250-PrivateKey=ED25519-V3:" + "A" * 86 + "==\r\n"
        )
        return f"250-ServiceID={service}\r\n{key}250 OK\r\n".encode()
