# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests share: policies in the kernel, what it denied, and programs that play applications."""

import os
import pathlib
import re
import shutil
import subprocess

from harness.processes import run_bounded, spawn

POLICIES = pathlib.Path("/etc/apparmor.d")
ACTOR = "/usr/bin/actor"
# Emulated in software: everything takes ten times as long.
SECONDS = 60

# From 6.17 on the kernel gives the label with the socket (SO_PEERSEC), and AppArmor 5 says who may connect to one.
LINUX = tuple(map(int, re.match(r"(\d+)\.(\d+)", os.uname().release).groups()))
LABELS_WITH_SOCKETS = LINUX >= (6, 17)


def load(name, text=None, parser=("apparmor_parser",)):
    """Puts a policy, a file of POLICIES, into the kernel; `text` is written there first."""
    path = POLICIES / name
    if text is not None:
        path.write_text(text)
    done = run_bounded([*parser, "--replace", "--skip-cache", path], SECONDS)
    assert done.returncode == 0, f"{path}: {done.stderr.decode()}"


# Where it is, if it could be fetched.
APPARMOR_5 = pathlib.Path("/opt/apparmor-5")


def parser_5():
    """AppArmor 5, with the libraries that it was linked with."""
    return [
        APPARMOR_5 / "lib/ld-linux-x86-64.so.2",
        "--library-path",
        APPARMOR_5 / "lib",
        APPARMOR_5 / "usr/sbin/apparmor_parser",
        "--base",
        APPARMOR_5 / "etc/apparmor.d",
    ]


def program(path, policy=None):
    """A copy of the actor at this path; `policy` are the rules of one that is attached to it."""
    shutil.copy(ACTOR, path)
    os.chmod(path, 0o755)
    if policy is not None:
        name = os.path.basename(path)
        load(
            name,
            "abi <abi/3.0>,\ninclude <tunables/global>\n"
            f"profile {name} {path} {{\n  include <abstractions/base>\n  {path} mr,\n{policy}\n}}\n",
        )
    return str(path)


def play(path, *steps, user=None, prefix=(), seconds=SECONDS):
    """Runs an actor to its end; what it printed, as lines."""
    account = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    return run_bounded([*prefix, path, *steps], seconds, **account).stdout.decode().splitlines()


def start(path, *steps, **options):
    """An actor that runs on; its `stdout` is a pipe."""
    return spawn([path, *steps], stdout=subprocess.PIPE, text=True, **options)


def log():
    return run_bounded(["dmesg"], SECONDS).stdout.decode(errors="replace").splitlines()


def denied(label):
    """The kernel's lines about what was kept from those under this label since the machine was started.

    What it did not log for being too much would have left a line, too.
    """
    lines = log()
    lost = [line for line in lines if "callbacks suppressed" in line or "audit_lost=" in line and "audit_lost=0" not in line]
    assert not lost, f"the kernel has left out denials: {lost[:3]}"
    return [line for line in lines if 'apparmor="DENIED"' in line and f'profile="{label}"' in line]


def summary(denials):
    """Each thing that was denied once, with what is new each time left out."""
    seen = {}
    for line in denials:
        what = re.sub(r"^.*? operation=| (pid|fsuid|ouid|comm)=\S+", "", line)
        what = re.sub(r"\d+|(?<=sieve-)\w{8}|(?<=cookie\.)\w+", "#", what)
        seen[what] = seen.get(what, 0) + 1
    return [f"{count} x {what}" for what, count in sorted(seen.items())]
