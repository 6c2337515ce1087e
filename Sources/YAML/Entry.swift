// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One `key: value` of a mapping. The key is a scalar, and no other key of the mapping has the same text.
package struct Entry: Hashable, Sendable {
    package var key: Node
    package var value: Node

    package init(key: Node, value: Node) {
        self.key = key
        self.value = value
    }
}
