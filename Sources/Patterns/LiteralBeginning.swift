// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The plain characters that a pattern begins with: a text that begins otherwise is not for RE2 to look at.
///
/// It is read off the pattern's text and claims no more than is plain to see there, since rules that deny rely on it, too.
struct LiteralBeginning: Sendable {
    private let bytes: [UInt8]
    private let ending: Ending

    /// What the pattern has behind them.
    private enum Ending: Sendable {
        /// Nothing, so that it matches one text only.
        case nothing
        /// `.*` or `.+`: no line feed, and no fewer bytes than that.
        case anything(least: Int)
        /// What RE2 knows.
        case other
    }

    init(_ source: String, _ findings: PatternScanner.Findings) {
        let plain = source.utf8.prefix { !Self.isSpecial($0) }
        if findings.hasAlternatives {
            bytes = []
            ending = .other
        } else if plain.endIndex == source.endIndex {
            bytes = Array(plain)
            ending = .nothing
        } else if let openEnd = findings.openEnd, openEnd.dot == plain.count {
            bytes = Array(plain)
            ending = .anything(least: openEnd.wantsOne ? 1 : 0)
        } else {
            // A quantifier is about the last of them.
            bytes = Array(Self.isQuantifier(source.utf8[plain.endIndex]) ? plain.dropLast() : plain)
            ending = .other
        }
    }

    private static func isQuantifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"): true
        default: false
        }
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
        switch ending {
        case .nothing: return text.count == bytes.count
        case .anything(let least):
            return text.count - bytes.count >= least && !text[bytes.count...].contains(UInt8(ascii: "\n"))
        case .other: return nil
        }
    }
}
