// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns

/// Values by the text with which whatever they are for begins, so that of thousands only those are gone through that can count.
struct PrefixIndex<Value> {
    private var values: [Value] = []
    private var places: [[UInt8]: [Int]] = [:]
    private var lengths: [Int] = []

    var count: Int { values.count }

    mutating func append(_ value: Value, for pattern: Pattern) {
        let prefix = Array(pattern.literalPrefix.prefix(64))
        if places[prefix] == nil, !lengths.contains(prefix.count) { lengths.append(prefix.count) }
        places[prefix, default: []].append(values.count)
        values.append(value)
    }

    /// Those whose patterns may match one of the texts, in the order in which they came.
    func candidates(for texts: [String]) -> [Value] {
        var found: Set<Int> = []
        for text in Set(texts) {
            let bytes = Array(text.utf8)
            for length in lengths where length <= bytes.count {
                found.formUnion(places[Array(bytes[..<length])] ?? [])
            }
        }
        return found.sorted().map { values[$0] }
    }
}
