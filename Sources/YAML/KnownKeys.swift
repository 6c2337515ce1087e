// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Finds the key of a mapping again: of few by looking at each, of many by a table, so that time does not grow with their square.
struct KnownKeys {
    /// Nearly all mappings have fewer, and for them a table would cost more than it saves.
    private static let few = 16

    private var table: [String: Int] = [:]

    /// Where the entry is that has the key; nil if there is none. To be asked before each entry is added.
    mutating func index(of key: String, in entries: [Entry]) -> Int? {
        guard entries.count > Self.few else { return entries.firstIndex { $0.key.scalar?.text == key } }
        for index in table.count..<entries.count {
            if let text = entries[index].key.scalar?.text { table[text] = index }
        }
        return table[key]
    }
}
