# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's tor reads commands as Fuzzing/tor-reads says, which the differential fuzzer believes."""

import pathlib
import re

from harness import RawClient, SieveTestCase
from harness.case import real_tor

TABLE = pathlib.Path(__file__).resolve().parents[2] / "Fuzzing/tor-reads"


def rows():
    """The bytes that are sent, and the commands that tor reads in them: their names, and what each asks for, None if tor refuses it."""
    found = []
    for line in TABLE.read_text().splitlines():
        mark, text = line[:2], line[2:]
        if mark == "> ":
            sent = re.sub(rb"<([0-9a-f]{2})>", lambda digits: bytes.fromhex(digits[1].decode()), text.encode())
            found.append((sent, []))
        elif mark == "- ":
            found[-1][1].append((text, []))
        elif mark == "= ":
            found[-1][1][-1][1].append(text)
        elif mark == "!":
            found[-1][1][-1] = (found[-1][1][-1][0], None)
    return found


class TorReadsTests(SieveTestCase):
    def setUp(self):
        super().setUp()
        self.tor = real_tor(self)

    def connection(self):
        client = RawClient(self.tor.socket_path)
        self.addCleanup(client.close)
        self.assertEqual([b"250 OK"], client.ask("AUTHENTICATE " + self.tor.cookie_path.read_bytes().hex()))
        return client

    def test_tor_reads_what_the_table_says(self):
        other = self.connection()
        untouched = other.ask("GETINFO config-text")
        for sent, commands in rows():
            with self.subTest(sent):
                client = self.connection()
                client.send(sent + b"\r\n")
                for name, asked in commands:
                    self.compare(other, name, asked, client.reply())
                client.expect_silence(0.01)
                self.assertEqual([b"250 OK"], other.ask("RESETCONF ContactInfo Nickname NumCPUs StrictNodes"))
                self.assertEqual(untouched, other.ask("GETINFO config-text"))

    def compare(self, other, name, asked, reply):
        if asked is None:
            self.assertRegex(reply[-1], rb"^5\d\d ")
            return
        self.assertTrue(all(line.startswith(b"250") for line in reply), reply)
        if name == "GETINFO":
            self.assertEqual(asked, [line[4:].partition(b"=")[0].decode() for line in reply[:-1]])
        elif name == "GETCONF":
            self.assertEqual(asked, [line[4:].partition(b"=")[0].decode() for line in reply])
        elif name in ("SETCONF", "RESETCONF"):
            for assignment in asked:
                option, _, value = assignment.partition("=")
                got = other.ask(f"GETCONF {option}")[0].decode()
                if value:
                    self.assertEqual(f"250 {option}={value}", got)
                else:
                    self.assertNotIn(f" {option}=a", got)
        elif name == "ADD_ONION":
            self.assertTrue(reply[0].startswith(b"250-ServiceID="), reply)
