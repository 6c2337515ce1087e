// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct GetInfoTests {
    @Test(
        "Keys are split at blanks, empty ones dropped",
        arguments: [
            Row("", []), Row("   ", []), Row("version", ["version"]), Row(" a  b ", ["a", "b"]),
            Row("a a", ["a", "a"]), Row("a\tb", ["a\tb"]),
            Row("ip-to-country/1.2.3.4 address", ["ip-to-country/1.2.3.4", "address"]), Row("\"a b\"", ["\"a", "b\""]),
        ])
    func keys(row: Row<[String]>) {
        let parsed = GetInfo(arguments: row.input)
        #expect(parsed.keys == row.expected)
        #expect(GetInfo(arguments: parsed.encoded) == parsed)
    }
}
