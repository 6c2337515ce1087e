// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct GetConfTests {
    @Test(
        "Options are split at blanks and known by canonical name; what tor would complete is refused",
        arguments: [
            Row("", []), Row("Nickname", ["Nickname"]), Row(" nickname   CONTACTINFO ", ["Nickname", "ContactInfo"]),
            Row("UseEntryNodes", ["UseEntryGuards"]),
            Row("Nickname Nickname", ["Nickname", "Nickname"]), Row("NoSuchOption", ["NoSuchOption"]),
            Row("Nick", nil), Row("Nickname contact", nil), Row("Nickname=x", nil), Row("+Nickname", nil),
            Row("\"Nickname\"", nil), Row("a\tb", nil),
        ] as [Row<[String]?>])
    func options(row: Row<[String]?>) {
        #expect(GetConf(arguments: row.input)?.options.map(\.name) == row.expected)
    }
}
