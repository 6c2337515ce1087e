// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

/// What is read byte by byte is held against the same said of characters.
struct ASCIITests {
    /// Pieces among which a mistake about bytes and characters would show.
    private static let pieces = [
        "a", "Z", "z", "@", "[", "`", "{", "0", " ", "  ", "\t", "\r\n", "\n", "\0", "=", "\"", "\u{301}", "é", "İ",
        "🧅",
        "\u{200D}", "some longer word of more than sixteen bytes",
    ]

    private static func texts(_ count: Int) -> [String] {
        var random = SplitMix64(seed: 8)
        return (0..<count).map { _ in random.text(0...9, of: pieces) }
    }

    @Test func `words are what stands between blanks`() {
        for text in Self.texts(5000) {
            let expected = text.split(separator: " ", omittingEmptySubsequences: true)
            #expect(text.words == expected, "\(text.debugDescription)")
            #expect(text[...].words == expected, "\(text.debugDescription)")
            #expect(text.dropFirst().words == text.dropFirst().split(separator: " "), "\(text.debugDescription)")
        }
    }

    @Test func `words are counted, and blanks beside others found, without splitting`() {
        for text in Self.texts(5000) where text.utf8.allSatisfy({ $0 < 0x80 }) {
            #expect(text.wordCount == text.words.count, "\(text.debugDescription)")
            #expect(text.firstWord == text.words.first, "\(text.debugDescription)")
            #expect(
                text.hasSingleBlanks == (text == text.words.joined(separator: " ")), "\(text.debugDescription)")
        }
    }

    @Test func `letters of ASCII change their case, and nothing else does`() {
        for text in Self.texts(5000) {
            let lower = String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
            let upper = String(decoding: text.utf8.map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
            for (changed, expected) in [
                (text.asciiLowercased, lower), (text[...].asciiLowercased, lower),
                (text.asciiUppercased, upper), (text[...].asciiUppercased, upper),
            ] {
                #expect(changed.utf8.elementsEqual(expected.utf8), "\(text.debugDescription)")
            }
        }
    }
}
