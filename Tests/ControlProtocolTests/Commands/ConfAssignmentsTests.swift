// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct ConfAssignmentsTests {
    @Test(
        "Every option has its own value, and no value swallows an option behind it",
        arguments: [
            Row("Nickname=a", ["Nickname a a"]), Row("nickname=\"a\"", ["Nickname a \"a\""]),
            Row("Nickname", ["Nickname  "]), Row("Nickname=", ["Nickname  "]),
            Row("Nickname=\"\"", ["Nickname  \"\""]),
            Row("Nickname=a ContactInfo=b", ["Nickname a a", "ContactInfo b b"]),
            Row("ContactInfo=\"a Nickname=b\" Log=c", ["ContactInfo a Nickname=b \"a Nickname=b\"", "Log c c"]),
            Row(
                "Bridge=\"obfs4 1.2.3.4:5 a=b\" Bridge=x UseBridges=1",
                ["Bridge obfs4 1.2.3.4:5 a=b \"obfs4 1.2.3.4:5 a=b\"", "Bridge x x", "UseBridges 1 1"]),
            Row("ContactInfo=\"a\\\"b\\\\c\"", ["ContactInfo a\"b\\c \"a\\\"b\\\\c\""]),
            Row("ContactInfo=a=b", ["ContactInfo a=b a=b"]),
            Row("NoSuchOption=1", ["NoSuchOption 1 1"]), Row("UseEntryNodes=1", ["UseEntryGuards 1 1"]),
            Row("", nil), Row("  ", nil), Row("=a", nil), Row("Nickname = a", nil), Row("Nickname=\"a", nil),
            Row("Nickname=\"a\"Log=b", nil),
            Row("Nickname=a\"b Log=\"c\"", nil), Row("Nickname=\"a\\r\\n250 OK\"", nil), Row("Nick=a", nil),
            Row("Nickname=a Nick=b", nil), Row("Nick", nil),
            Row("+Nickname=a", nil), Row("/Nickname", nil), Row("\"Nickname\"=a", nil), Row("\"Nickname=a\"", nil),
            Row("a-b=c", nil),
        ] as [Row<[String]?>])
    func assignments(row: Row<[String]?>) {
        let parsed = ConfAssignments(arguments: row.input)
        #expect(parsed?.assignments.map { "\($0.option) \($0.value) \($0.rawValue)" } == row.expected)
        if let parsed { #expect(ConfAssignments(arguments: parsed.encoded) == parsed) }
    }

    @Test("The number of assignments is bounded")
    func bound() {
        let one = "Log=a "
        #expect(ConfAssignments(arguments: String(repeating: one, count: Limits.keywordArguments)) != nil)
        #expect(ConfAssignments(arguments: String(repeating: one, count: Limits.keywordArguments + 1)) == nil)
    }
}
