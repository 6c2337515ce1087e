// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// The entries of a mapping that has a fixed set of keys, each at most once, in written order.
///
/// There are a handful: looking through them costs less than a table of them.
struct WrittenEntries<Key: Vocabulary>: Sequence {
    private var keys: [Key] = []
    private var entries: [Entry] = []

    var count: Int { keys.count }
    var isEmpty: Bool { keys.isEmpty }

    func has(_ key: Key) -> Bool { keys.contains(key) }

    subscript(key: Key) -> Entry? { keys.firstIndex(of: key).map { entries[$0] } }

    mutating func append(_ key: Key, _ entry: Entry) {
        keys.append(key)
        entries.append(entry)
    }

    func makeIterator() -> Zip2Sequence<[Key], [Entry]>.Iterator { zip(keys, entries).makeIterator() }
}
