# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Thousands of short-lived clients of two users, whose process numbers and ports are used again and again.

Run as the first process of a PID namespace with a network namespace and /proc of its own: `many_clients.py DIRECTORY COUNT
SECONDS`. Prints, as JSON, what each client was given that its user or program should not have been given, and how many there were.

The daemon is stopped for moments all the time, so that clients have ended, or started another program, when it comes to look at
them, and another process has their number.
"""

import fcntl
import json
import os
import pathlib
import pwd
import random
import re
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.fake_tor import FakeTor
from harness.processes import run_bounded
from harness.profiles import profile_directory, write_profile
from harness.sieve import Sieve

USERS = {name: pwd.getpwnam(name).pw_uid for name in ("games", "daemon")}
PROGRAMS = {"python": os.path.realpath(sys.executable), "perl": "/usr/bin/perl"}
KEYS = [*USERS, *PROGRAMS]
ASKING = "".join(f"{line}\r\n" for line in ["AUTHENTICATE", *(f"GETINFO {key}" for key in KEYS), "QUIT"]).encode()
# Numbers of clients begin here again every moment; the daemon and the workers have lower ones.
FIRST_NUMBER = 300
PORTS = "40000 40255"
WORKERS = 6
FEWEST = 300
CLIENT_SECONDS = 20

# The program that a client may become. Its connection is descriptor 3, what it was given goes to descriptor 4.
PERL = r"""
    open(my $s, "+<&=", 3); open(my $r, ">&=", 4);
    syswrite($s, $ARGV[1]);
    my $replies = "";
    while (sysread($s, my $chunk, 65536)) { $replies .= $chunk }
    syswrite($r, "$ARGV[0] " . join(",", $replies =~ /^250-(\w+)=/mg) . "\n");
"""


class Client:
    """One client, in a process of its own."""

    def __init__(self, user, kind, place, report):
        self.user, self.kind, self.place, self.report = user, kind, place, report
        self.name = f"{user} {kind} {'unix' if isinstance(place, str) else 'tcp'}"

    def run(self):
        signal.alarm(CLIENT_SECONDS)
        os.setgroups([])
        os.setresgid(*[USERS[self.user]] * 3)
        os.setresuid(*[USERS[self.user]] * 3)
        connection = socket.socket(socket.AF_UNIX if isinstance(self.place, str) else socket.AF_INET)
        connection.connect(self.place)
        if not isinstance(self.place, str):
            # Closing resets it, and frees the port for the next one.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        getattr(self, self.kind)(connection)

    def stays(self, connection):
        connection.sendall(ASKING)
        replies = b""
        while chunk := connection.recv(65536):
            replies += chunk
        given = re.findall(r"^250-(\w+)=", replies.decode(), re.MULTILINE)
        os.write(self.report, f"{self.name} {','.join(given)}\n".encode())

    def ends(self, connection):
        """A child of it has the connection when it has ended."""
        parent = os.getpid()
        if os.fork():
            os._exit(0)
        while os.getppid() == parent:
            time.sleep(0.001)
        self.stays(connection)

    def becomes(self, connection):
        # Out of the way first: either may be in the other's place.
        connection, report = (fcntl.fcntl(number, fcntl.F_DUPFD, 10) for number in (connection.fileno(), self.report))
        os.dup2(connection, 3)
        os.dup2(report, 4)
        os.execv(PROGRAMS["perl"], ["perl", "-e", PERL, self.name, ASKING.decode()])

    def leaves(self, connection):
        connection.close()


def work(seed, places, report, until):
    """Starts one client after the other."""
    draw = random.Random(seed)
    while time.monotonic() < until:
        user, place = draw.choice(list(USERS)), draw.choice(places)
        kind = draw.choice(["stays", "ends", "ends", "becomes", "becomes", "leaves"])
        number = os.fork()
        if number == 0:
            try:
                Client(user, kind, place, report).run()
            except OSError:
                pass
            finally:
                os._exit(0)
        os.waitpid(number, 0)


def use_numbers_again(until):
    while time.monotonic() < until:
        pathlib.Path("/proc/sys/kernel/ns_last_pid").write_text(str(FIRST_NUMBER))
        time.sleep(0.002)


def hold_up(daemon, until):
    while time.monotonic() < until:
        daemon.signal(signal.SIGSTOP)
        time.sleep(0.015)
        daemon.signal(signal.SIGCONT)
        time.sleep(0.015)


def wrong(name, given):
    """What a client must not have been given: anything of another user's, or of a program that it never was."""
    user, kind, _ = name.split()
    allowed = {user, "python", *(["perl"] if kind == "becomes" else [])}
    return sorted(set(given) - allowed)


def main():
    directory, count, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    run_bounded(["ip", "link", "set", "lo", "up"], check=True)
    pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").write_text(PORTS)
    tor = FakeTor(directory / "tor.socket")
    tor.info.update({key: "yes" for key in KEYS})
    profiles = profile_directory(directory / "profiles.d")
    everybody = {"users": ["*"], "apparmor-profiles": ["*"]}
    for user in USERS:
        write_profile(profiles, f"{user}.yml", {**everybody, "users": [user], "commands": {"GETINFO": [user]}})
    for program, path in PROGRAMS.items():
        profile = {**everybody, "exe-paths": [path], "commands": {"GETINFO": [program]}}
        write_profile(profiles, f"{program}.yml", profile)
    daemon = Sieve(
        directory, [profiles], ["--tor", tor.place], listen=("unix", "tcp"), unix_options=",mode=0666"
    ).start()

    reading, writing = os.pipe()
    enough = time.monotonic() + seconds
    # A slow machine, as an emulated one, takes longer to make as many as say something.
    until = enough + 3 * seconds
    workers = []
    places = [str(daemon.unix), daemon.tcp]
    for seed in range(WORKERS):
        number = os.fork()
        if number == 0:
            os.close(reading)
            work(seed, places, writing, until)
            os._exit(0)
        workers.append(number)
    os.close(writing)
    threads = [
        threading.Thread(target=use_numbers_again, args=(until,), daemon=True),
        threading.Thread(target=hold_up, args=(daemon, until), daemon=True),
    ]
    for thread in threads:
        thread.start()

    found = {"clients": 0, "given": {}, "wrong": []}
    with os.fdopen(reading) as reports:
        for line in reports:
            name, given = line.rstrip("\n").rsplit(" ", 1)
            given = [key for key in given.split(",") if key]
            found["clients"] += 1
            for key in given:
                found["given"][f"{name} {key}"] = found["given"].get(f"{name} {key}", 0) + 1
            found["wrong"] += [f"{name} was given {key}" for key in wrong(name, given)]
            if found["clients"] >= (count if time.monotonic() < enough else FEWEST):
                break
    for number in workers:
        os.kill(number, signal.SIGKILL)
    daemon.signal(signal.SIGCONT)

    # What the daemon says of each.
    numbers = set()
    for line in daemon.log().splitlines():
        if said := re.search(r"connected: .*\buid=(\d+)\S* pid=(\d+)(.*); (?:profiles: (.*)|no profile matches)$", line):
            uid, number, rest, names = said.groups()
            numbers.add(number)
            allowed = {user for user in USERS if USERS[user] == int(uid)}
            allowed |= {name for name in PROGRAMS if f"exe={PROGRAMS[name]} " in rest + " "}
            if uid != "0" and set((names or "").split(", ")) - {"", *allowed}:
                found["wrong"].append(line)
    found["numbers"] = len(numbers)
    daemon.stop()
    print(json.dumps(found), flush=True)
    # The first process takes all others with it.
    os._exit(0)


if __name__ == "__main__":
    main()
