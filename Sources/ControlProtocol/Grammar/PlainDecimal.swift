// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers as digits alone: no sign, no leading zero, no blank, and a bound.
///
/// `0x10`, `+5`, `0080` and ` 80` are all numbers to some parser or other; what is judged here must mean one thing only.
package enum PlainDecimal {
    package static func parse(_ text: some StringProtocol, upTo bound: Int) -> Int? {
        guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy(\.isDecimalDigit),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"),
            let value = Int(text), value <= bound
        else { return nil }
        return value
    }

    /// A TCP port that can be connected to: 1 to 65535.
    package static func port(_ text: some StringProtocol) -> UInt16? {
        guard let value = parse(text, upTo: 65535), value > 0 else { return nil }
        return UInt16(value)
    }
}
