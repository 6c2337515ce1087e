// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Reports

/// Text in columns.
struct TableTests {
    @Test("Numbers end in one line, the last column has no blanks behind it, and one column gives way")
    func columns() {
        let table = Table(headings: ["NAME", "COUNT", "WHEN"], shrinking: 0, numeric: [1])
        let rows = [["a-rather-long-name-of-somebody", "7", "now"], ["b", "1,234,567", ""]].map {
            $0.map { Table.Cell($0) }
        }
        #expect(
            table.lines(rows, width: nil, isColoured: false) == [
                "NAME                                COUNT  WHEN",
                "a-rather-long-name-of-somebody          7  now",
                "b                               1,234,567",
            ])
        #expect(table.lines(rows, width: 34, isColoured: false)[1] == "a-rather-long-na…          7  now")
    }

    @Test(
        "Numbers are read in groups of three",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (.max, "18,446,744,073,709,551,615"),
        ]
            as [(UInt64, String)]
    )
    func groups(number: UInt64, text: String) { #expect(Figure.text(number) == text) }

    @Test(
        "Or in few characters",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1k"), (1250, "1.2k"), (34_999, "34k"), (5_600_000, "5.6M"), (.max, "18E"),
        ]
            as [(UInt64, String)]
    )
    func short(number: UInt64, text: String) { #expect(Figure.short(number) == text) }
}
