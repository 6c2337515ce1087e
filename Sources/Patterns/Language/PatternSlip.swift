// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A piece of a pattern that is read otherwise than whoever writes it means, in all likelihood.
package struct PatternSlip: Hashable, Sendable {
    /// Where it begins: a UTF-8 offset into the pattern.
    package let offset: Int
    /// What is wrong, in lower case and without a full stop.
    package let message: String
    package let hint: String
}

extension Pattern {
    /// `=*` and `/*` at an end, which repeat the character; `{1.3}`, which is no count; `[0-]`, which is no range.
    package var slips: [PatternSlip] { Self.slips(in: source) }

    /// The same of the text of a pattern, which must be one.
    package static func slips(in source: String) -> [PatternSlip] {
        let bytes = Array(source.utf8)
        var slips: [PatternSlip] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"):
                index += 1
            case UInt8(ascii: "["):
                let end = endOfClass(at: index, in: bytes)
                if let slip = openRange(bytes[index..<end], at: index) { slips.append(slip) }
                index = end - 1
            case UInt8(ascii: "{"):
                if let slip = brokenCount(bytes[index...]) { slips.append(slip) }
            case UInt8(ascii: "="), UInt8(ascii: "/"):
                if let slip = repeatedSign(bytes[index...]) { slips.append(slip) }
            default:
                break
            }
            index += 1
        }
        return slips
    }

    /// Right behind the `]` that closes a class.
    private static func endOfClass(at start: Int, in bytes: [UInt8]) -> Int {
        var index = start + 1
        if index < bytes.count, bytes[index] == UInt8(ascii: "^") { index += 1 }
        var isFirst = true
        while index < bytes.count, isFirst || bytes[index] != UInt8(ascii: "]") {
            isFirst = false
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, bytes.count)
    }

    private static func openRange(_ written: ArraySlice<UInt8>, at offset: Int) -> PatternSlip? {
        let members = Array(written.dropFirst().dropLast())
        guard members.count == 2, members[1] == UInt8(ascii: "-"), ByteSet.wordCharacters.contains(members[0]) else {
            return nil
        }
        let first = Character(Unicode.Scalar(members[0]))
        return PatternSlip(
            offset: offset,
            message: "`[\(first)-]` is `\(first)` or `-`, and no range",
            hint: "write where the range ends, as in `[0-9]`"
        )
    }

    private static func brokenCount(_ rest: ArraySlice<UInt8>) -> PatternSlip? {
        let low = rest.dropFirst().prefix(while: ByteSet.digits.contains)
        let sign = rest[low.endIndex...].prefix(1)
        let high = rest[sign.endIndex...].prefix(while: ByteSet.digits.contains)
        guard !low.isEmpty, !high.isEmpty, let byte = sign.first, ".;:-".utf8.contains(byte),
            rest[high.endIndex...].first == UInt8(ascii: "}")
        else { return nil }
        let text = String(decoding: rest[rest.startIndex...high.endIndex], as: UTF8.self)
        let numbers = [low, high].map { String(decoding: $0, as: UTF8.self) }
        return PatternSlip(
            offset: rest.startIndex,
            message: "`\(text)` is \(text.utf8.count) plain characters, and no count",
            hint: "write `{\(numbers[0]),\(numbers[1])}`"
        )
    }

    private static func repeatedSign(_ rest: ArraySlice<UInt8>) -> PatternSlip? {
        let behind = rest.dropFirst(2).first
        guard rest.dropFirst().first == UInt8(ascii: "*"), behind.map({ "|)".utf8.contains($0) }) ?? true,
            let sign = rest.first.map({ Character(Unicode.Scalar($0)) })
        else { return nil }
        return PatternSlip(
            offset: rest.startIndex,
            message: "`\(sign)*` is any number of `\(sign)`, and not `\(sign)` with anything behind it",
            hint: "write `\(sign).*` for anything, or better what may stand there"
        )
    }
}
