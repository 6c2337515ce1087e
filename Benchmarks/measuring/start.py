# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the daemon takes from its execve to saying that it is ready."""

import os
import socket
import time

import pinning
import profiles


class Start:
    def __init__(self, options, name, count):
        self.options, self.name, self.count = options, name, count
        self.title = f"start with {count:,} profiles"
        self.unit = "ms"

    def measure(self, stages, results):
        stage = stages.get("fake")
        directory = profiles.write(stage.directory / f"profiles-{self.count}", count=self.count)
        binaries = {"ours": self.options.binary, "against": self.options.against}
        # Once before, so that the program is in memory.
        for number in range(1 + (self.options.rounds or (2 if self.options.quick else 5))):
            for name, binary in binaries.items():
                if binary:
                    milliseconds = self._start(stage, binary, directory)
                    if number:
                        results.add(self.name, name, milliseconds=milliseconds)

    def _start(self, stage, binary, directory):
        """Until READY=1 (sd_notify(3))."""
        path = stage.directory / "notify"
        daemon = stage.daemon(binary, directory, stage.directory / "start.trail")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified:
            notified.bind(str(path))
            notified.settimeout(20)
            os.environ["NOTIFY_SOCKET"] = str(path)
            try:
                with pinning.pinned(pinning.ONE):
                    began = time.monotonic()
                    daemon.launch()
                while b"READY=1" not in notified.recv(4096):
                    pass
                return (time.monotonic() - began) * 1000
            except TimeoutError:
                raise AssertionError("not ready in 20 s") from None
            finally:
                del os.environ["NOTIFY_SOCKET"]
                daemon.stop()
                path.unlink()
