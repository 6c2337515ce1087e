// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies

/// Whether rewriting leaves anything of what lines tell: what comes of a line is held against what comes of the same line about
/// somebody else.
enum Disclosure {
    /// Whether nothing of any line is left; no lines are nothing that could be said of.
    static func isHidden(_ lines: [String], by rewriting: ReplyRewriting, facts: SessionFacts) -> Bool {
        !lines.isEmpty
            && lines.allSatisfy { line in
                rewriting.text(for: line, facts: facts) == rewriting.text(for: ofSomebodyElse(line), facts: facts)
            }
    }

    /// The same line with other addresses, names and numbers, wherever it tells of somebody.
    static func ofSomebodyElse(_ line: String) -> String {
        var line = line
        for (mine, other) in others { line.replace(mine, with: other) }
        return line
    }

    private static let others: [(mine: String, other: String)] = [
        (Phrase.relay, "$89ABCDEF0123456789ABCDEF0123456789ABCDEF~other"),
        (Phrase.service, ExampleServices.all[1]),
        ("example.com", "torproject.example"),
        ("93.184.215.14", "198.51.100.25"),
        ("203.0.113.7", "198.51.100.26"),
        ("192.0.2.7", "198.51.100.27"),
        ("2001:db8::7", "2001:db8:9::8"),
        ("/etc/tor/torrc", "/home/alice/torrc"),
        ("debian-tor", "alice"),
        ("SocksPort 9050", "ControlPort 9151"),
        ("AccelName 1", "DataDirectory /home/alice"),
        ("ORPort Dependent", "DirPort Dependent"),
        ("0123456789ABCDEF0123456789ABCDEF01234567", "89ABCDEF0123456789ABCDEF0123456789ABCDEF"),
        ("pid=1234", "pid=5678"),
        ("uid=104", "uid=1000"),
        ("=65536", "=1024"),
        ("READ=1234", "READ=98"),
        (" 9 1234 ", " 9 98 "),
    ]
}
