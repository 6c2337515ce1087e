// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// The entries of a mapping that has a fixed set of keys, each at most once, in written order.
///
/// There are a handful: looking through them costs less than a table of them.
struct WrittenEntries<Key: Vocabulary>: Sequence {
    private(set) var list: [(key: Key, entry: Entry)] = []

    var count: Int { list.count }
    var isEmpty: Bool { list.isEmpty }

    subscript(key: Key) -> Entry? { list.first { $0.key == key }?.entry }

    mutating func append(_ key: Key, _ entry: Entry) { list.append((key, entry)) }

    func makeIterator() -> IndexingIterator<[(key: Key, entry: Entry)]> { list.makeIterator() }
}
