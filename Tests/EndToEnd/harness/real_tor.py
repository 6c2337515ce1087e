# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's tor, without network, in a directory of its own."""

import pathlib
import re
import signal
import subprocess

from harness.processes import end, eventually, run_bounded, spawn


class RealTor:
    """A tor that listens for controllers on a Unix socket and on 127.0.0.1 (port chosen by tor)."""

    def __init__(self, directory, authentication="cookie"):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(mode=0o700)
        self.socket_path = self.directory / "control"
        self.cookie_path = self.directory / "authcookie"
        self.password = "correct horse battery staple"
        self.port = None
        self.authentication = authentication
        lines = [
            f"DataDirectory {self.directory / 'data'}",
            "SocksPort 0",
            "DisableNetwork 1",
            f"ControlSocket {self.socket_path}",
            "ControlPort 127.0.0.1:auto",
            f"ControlPortWriteToFile {self.directory / 'port'}",
            f"CookieAuthFile {self.cookie_path}",
            "Log notice stdout",
        ]
        if authentication == "cookie":
            lines.append("CookieAuthentication 1")
        elif authentication == "password":
            hashed = run_bounded(
                ["tor", "--defaults-torrc", "/dev/null", "--quiet", "--hash-password", self.password], check=True
            )
            lines.append("HashedControlPassword " + hashed.stdout.decode().split()[-1])
        else:
            assert authentication == "none"
        self.torrc = self.directory / "torrc"
        self.torrc.write_text("\n".join(lines) + "\n")
        self.log = self.directory / "log"
        self.process = None

    def start(self):
        (self.directory / "port").unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = spawn(
                ["tor", "--defaults-torrc", "/dev/null", "-f", self.torrc], stdout=log, stderr=subprocess.STDOUT
            )
        eventually(self._is_up, lambda: f"tor starts; its log: {self.log.read_text()[-2000:]}", seconds=30)
        self.port = int(re.search(r":(\d+)", (self.directory / "port").read_text())[1])
        return self

    def _is_up(self):
        assert self.process.poll() is None, f"tor ended; its log: {self.log.read_text()[-2000:]}"
        return (
            (self.directory / "port").exists()
            and self.socket_path.exists()
            and (self.authentication != "cookie" or self.cookie_path.exists())
            and "Bootstrapped 0%" in self.log.read_text(errors="replace")
        )

    def stop(self):
        if self.process is not None:
            end(self.process)
            self.process = None

    def restart(self, number=signal.SIGTERM):
        """Ends it by this signal, if it runs, and starts it at the same places; its cookie is a new one."""
        self.torrc.write_text(self.torrc.read_text().replace("127.0.0.1:auto", f"127.0.0.1:{self.port}"))
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(10)
        return self.start()

    def options(self, over="unix"):
        """The options that point onion-sieve at this tor."""
        place = f"unix:{self.socket_path}" if over == "unix" else f"127.0.0.1:{self.port}"
        return ["--tor", place, "--tor-cookie", self.cookie_path]
