// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers as digits alone: no sign, no leading zero, no blank, and a bound.
///
/// `0x10`, `+5`, `0080` and ` 80` are all numbers to some parser or other; what is judged here must mean one thing only.
package enum PlainDecimal {
    @inlinable
    package static func parse(_ text: some StringProtocol, upTo bound: Int) -> Int? {
        parse(Substring(text), upTo: bound)
    }

    @usableFromInline
    package static func parse(_ text: Substring, upTo bound: Int) -> Int? {
        text.withBytes { parse($0, upTo: bound) }
    }

    package static func parse(_ digits: UnsafeRawBufferPointer, upTo bound: Int) -> Int? {
        guard (1...10).contains(digits.count), digits.allSatisfy(\.isDecimalDigit),
            digits.count == 1 || digits[0] != UInt8(ascii: "0")
        else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return value <= bound ? value : nil
    }

    /// A TCP port that can be connected to: 1 to 65535.
    @inlinable
    package static func port(_ text: some StringProtocol) -> UInt16? { port(Substring(text)) }

    @usableFromInline
    package static func port(_ text: Substring) -> UInt16? {
        guard let value = parse(text, upTo: 65535), value > 0 else { return nil }
        return UInt16(value)
    }
}
