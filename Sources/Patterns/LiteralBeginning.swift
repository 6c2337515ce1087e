// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The plain characters that a pattern begins with: a text that begins otherwise is not for RE2 to look at.
///
/// It is read off the pattern's text and claims no more than is plain to see there, since rules that deny rely on it, too.
struct LiteralBeginning: Sendable {
    private let bytes: [UInt8]
    /// Whether the pattern has nothing but plain characters, so that it matches one text only.
    private let isWhole: Bool

    init(_ source: String, _ findings: PatternScanner.Findings) {
        let plain = source.utf8.prefix { !Self.isSpecial($0) }
        guard !findings.hasAlternatives else {
            bytes = []
            isWhole = false
            return
        }
        isWhole = plain.endIndex == source.endIndex
        // What stands behind the last of them may be about that one.
        bytes = Array(isWhole ? plain : plain.dropLast())
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "?"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "$"):
            true
        default:
            false
        }
    }

    /// Whether the whole text matches; nil if that is for RE2 to say.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool? {
        guard text.count >= bytes.count else { return false }
        // Patterns of one list begin alike as a rule, and differ in the last of it.
        for index in bytes.indices.reversed() where bytes[index] != text[index] { return false }
        return isWhole ? text.count == bytes.count : nil
    }
}
