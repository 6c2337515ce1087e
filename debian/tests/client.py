# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the package share: clients of other users, and waiting."""

import subprocess
import sys
import time

TALK = """
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.settimeout(30)
connection.connect(sys.argv[1])
connection.sendall("".join(line + "\\r\\n" for line in ["AUTHENTICATE", *sys.argv[2:], "QUIT"]).encode())
print(b"".join(iter(lambda: connection.recv(4096), b"")).decode(), end="")
"""


def talk(path, *commands, user, groups):
    """What is answered to a user who is in these groups, too; the last line of what went wrong if nothing is."""
    membership = ["--groups", ",".join(groups)] if groups else ["--clear-groups"]
    done = subprocess.run(
        ["setpriv", "--reuid", user, "--regid", user, *membership, "--", sys.executable, "-c", TALK, path, *commands],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout.splitlines() or done.stderr.splitlines()[-1:]


def eventually(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not in time: {what}")
        time.sleep(0.2)


def same(expected, found, what):
    if expected != found:
        raise AssertionError(f"{what}: expected {expected}, found {found}")
    print(f"ok: {what}")
