# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's programs, as they are installed."""

import contextlib
import fcntl
import itertools
import os
import pathlib
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
import threading

from harness.processes import end, eventually, spawn

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
# scripts/install-programs puts there what is not Debian's.
ENVIRONMENTS = REPOSITORY / ".build" / "programs"
# Where Debian's programs are; nothing of the user's.
DEBIAN = "/usr/sbin:/usr/bin:/sbin:/bin"

_TERMINAL = re.compile(rb"\x1b[\[(][0-9;?]*[ -/]*[A-Za-z0-9]|\x1b[=>78M]|[\x00-\x08\x0b-\x1f]")


def find(name, environment=None):
    """The path of a program of Debian's or of a virtual environment, or None if it is not installed."""
    return shutil.which(name, path=str(ENVIRONMENTS / environment / "bin") if environment else DEBIAN)


_numbers = itertools.count(1)


class Program:
    """A running program whose output is kept, in a home directory of its own."""

    def __init__(self, directory, arguments, **environment):
        self.name = pathlib.Path(str(arguments[0])).name
        self.home = directory / f"{self.name}.home"
        self.home.mkdir(exist_ok=True)
        self.output = directory / f"{self.name}-{next(_numbers)}.output"
        self.environment = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": DEBIAN,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(directory),
            **environment,
        }
        self._start([str(argument) for argument in arguments])

    def _start(self, arguments):
        with open(self.output, "wb") as output:
            self.process = spawn(
                arguments, stdout=output, stderr=subprocess.STDOUT, env=self.environment, cwd=self.home
            )

    def said(self):
        return self.output.read_text(errors="replace")

    def await_saying(self, pattern, seconds=30):
        """Waits for a regular expression in its output; returns the match."""

        def found():
            match = re.search(pattern, self.said())
            assert match or not self.has_ended(), f"{self.name} ended before it said {pattern!r}{self.tail()}"
            return match

        return eventually(found, lambda: f"{self.name} says {pattern!r}{self.tail()}", seconds, pause=0.1)

    def has_ended(self):
        return self.process.poll() is not None

    def await_end(self, seconds=30):
        """The exit status."""
        eventually(self.has_ended, lambda: f"{self.name} ends{self.tail()}", seconds, pause=0.1)
        return self.process.returncode

    def interrupt(self):
        """Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def stop(self):
        end(self.process)

    def tail(self):
        return f"\n--- {self.name} ---\n{self.said()[-3000:]}\n---"


class TerminalProgram(Program):
    """One that draws on a terminal, of which the text is kept."""

    def _start(self, arguments):
        self.output.write_bytes(b"")
        self.terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 140, 0, 0))
        self.environment["TERM"] = "xterm"
        # With a session of its own it takes this terminal as its controlling one, and keys reach it.
        self.process = spawn_on_terminal(arguments, theirs, self.environment, self.home)
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        # Linux answers EIO when the other end is gone.
        with contextlib.suppress(OSError), open(self.output, "ab", buffering=0) as output:
            while chunk := os.read(self.terminal, 65536):
                output.write(chunk)

    def said(self):
        text = _TERMINAL.sub(b" ", self.output.read_bytes()).decode(errors="replace")
        return re.sub(r"\s+", " ", text)

    def press(self, keys):
        """Forgets what it has drawn, and types."""
        os.truncate(self.output, 0)
        os.write(self.terminal, keys)

    def stop(self):
        super().stop()
        self._reader.join(5)
        os.close(self.terminal)


def spawn_on_terminal(arguments, terminal, environment, directory):
    leash = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
    return subprocess.Popen(
        ["setsid", "--ctty", *leash, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
        cwd=directory,
    )
