// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns

/// Values by a text that must be in whatever they are for, so that of thousands only those are gone through that can count.
struct LiteralIndex<Value> {
    /// Places of values by a literal text, and how long these texts are.
    private struct Table {
        var places: [ArraySlice<UInt8>: [Int]] = [:]
        var lengths: [Int] = []

        mutating func insert(_ place: Int, _ literal: [UInt8]) {
            if places[literal[...]] == nil, !lengths.contains(literal.count) { lengths.append(literal.count) }
            places[literal[...], default: []].append(place)
        }
    }

    private var values: [Value] = []
    /// Of patterns that begin with something certain.
    private var beginnings = Table()
    /// Of patterns that have something certain further on.
    private var pieces = Table()
    /// Of patterns that have neither.
    private var others: [Int] = []

    /// Longer texts tell no more apart.
    private static var longest: Int { 32 }

    var count: Int { values.count }

    mutating func append(_ value: Value, for pattern: Pattern) {
        let prefix = Array(pattern.literalPrefix.prefix(Self.longest))
        let piece = prefix.isEmpty ? Array(pattern.longestLiteral.prefix(Self.longest)) : []
        if !prefix.isEmpty {
            beginnings.insert(values.count, prefix)
        } else if !piece.isEmpty {
            pieces.insert(values.count, piece)
        } else {
            others.append(values.count)
        }
        values.append(value)
    }

    /// Those whose patterns may match one of the texts, in the order in which they came.
    func candidates(for texts: [String]) -> [Value] {
        var found = others
        for text in Set(texts) {
            let bytes = Array(text.utf8)[...]
            for length in beginnings.lengths where length <= bytes.count {
                found += beginnings.places[bytes.prefix(length)] ?? []
            }
            for length in pieces.lengths where length <= bytes.count {
                for start in 0...(bytes.count - length) {
                    found += pieces.places[bytes[start..<(start + length)]] ?? []
                }
            }
        }
        found.sort()
        var last = -1
        return found.compactMap { place in
            guard place != last else { return nil }
            last = place
            return values[place]
        }
    }
}
