// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct KeywordTests {
    @Test(
        "A keyword is spelt in capitals, whatever its case",
        arguments: [
            Row("getinfo", "GETINFO"), Row("GetInfo", "GETINFO"), Row("ADD_ONION", "ADD_ONION"), Row("a-1", "A-1"),
            Row("9", "9"),
        ])
    func spelling(row: Row<String>) {
        #expect(Keyword(row.input)?.name == row.expected)
        #expect(Keyword(row.input) == Keyword(row.expected))
    }

    @Test(
        "What is no keyword is refused",
        arguments: ["", " ", "a b", "+a", "a=", "a\0", "é", "ﬁ", "\u{212A}", String(repeating: "a", count: 65)])
    func refused(text: String) {
        #expect(Keyword(text) == nil)
    }

    @Test("The keywords that have a name here are known ones")
    func known() {
        let named: [Keyword] = [
            .addOnion, .authChallenge, .authenticate, .delOnion, .dropOwnership, .getConf, .getInfo, .mapAddress,
            .onionClientAuthAdd,
            .onionClientAuthView, .protocolInfo, .quit, .resetConf, .setConf, .setEvents, .takeOwnership,
        ]
        #expect(Keyword.known.isSuperset(of: named))
        #expect(Keyword.known.allSatisfy { Keyword($0.name) == $0 })
    }
}
