// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct PlainDecimalTests {
    @Test(
        "A port is digits alone, from 1 to 65535",
        arguments: [
            Row("1", 1), Row("80", 80), Row("65535", 65535), Row("0", nil), Row("65536", nil), Row("080", nil),
            Row("00", nil), Row("+80", nil),
            Row("-80", nil), Row(" 80", nil), Row("80 ", nil), Row("", nil), Row("0x50", nil), Row("8_0", nil),
            Row("８０", nil),
            Row("80\0", nil), Row("80\n", nil), Row("99999999999999999999", nil), Row("4294967376", nil),
            Row("1e3", nil), Row("8\u{301}0", nil),
        ] as [Row<UInt16?>])
    func port(row: Row<UInt16?>) {
        #expect(PlainDecimal.port(row.input) == row.expected)
    }

    @Test(
        "A number is at most its bound",
        arguments: [
            Row("0", 0), Row("255", 255), Row("256", nil), Row("00", nil), Row("01", nil), Row("9999999999", nil),
            Row("99999999999", nil),
        ] as [Row<Int?>])
    func bound(row: Row<Int?>) {
        #expect(PlainDecimal.parse(row.input, upTo: 255) == row.expected)
    }

    @Test("A number that is accepted is spelt in the one way there is", arguments: UInt64(0)..<20)
    func oneSpelling(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let text = generator.text(0...6, from: "0011256789+- x")
            if let value = PlainDecimal.parse(text, upTo: .max) { #expect(String(value) == text) }
        }
    }
}
