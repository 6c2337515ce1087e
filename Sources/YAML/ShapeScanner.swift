// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A reader of short texts, for the shapes below.
struct ShapeScanner {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Takes the next byte if it is one of `characters`.
    mutating func take(_ characters: StaticString) -> Bool {
        guard let byte = rest.first, characters.withUTF8Buffer({ $0.contains(byte) }) else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes bytes as long as they are among `characters`, at most `limit`, and says how many there were.
    @discardableResult
    mutating func takeAll(_ characters: StaticString, upTo limit: Int = .max) -> Int {
        var count = 0
        while count < limit, take(characters) { count += 1 }
        return count
    }
}
