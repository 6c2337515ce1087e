// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

/// Commands near the edge between what ``TestPolicies/ordinary()`` allows and what it does not.
enum RandomCommands {
    private static let keywords = [
        "GETINFO", "GETCONF", "SETCONF", "RESETCONF", "SETEVENTS", "SIGNAL", "ADD_ONION", "MAPADDRESS", "RESOLVE",
        "TAKEOWNERSHIP", "DROPOWNERSHIP", "PROTOCOLINFO", "AUTHENTICATE", "AUTHCHALLENGE", "FOO", "getinfo", "LOADCONF",
    ]
    private static let words = [
        "version", "a", "b", "config-text", "address", "NEWNYM", "UseBridges", "UseBridges=1", "Bridge", "Nickname=x",
        "Nickname=\"x y\"", "Nickname=\"a\\r\\n250 OK\"", "BW", "NOTICE", "CIRC", "EXTENDED", "NEW:BEST",
        "Port=80,17600",
        "Port=80,9051", "Port=80", "here", "1", "0.0.0.0=x", "\"", "=", "\\",
    ]

    static func line(_ random: inout SplitMix64) -> String {
        let keyword = random.pick(keywords)
        let arguments = (0..<random.int(0...3)).map { _ in random.pick(words) }
        let separator = random.int(0...9) == 0 ? "  " : " "
        return ([keyword] + arguments).joined(separator: separator)
    }
}
