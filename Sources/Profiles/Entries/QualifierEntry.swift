// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// One qualifier of a profile.
struct QualifierEntry: Sendable {
    struct Value: Sendable {
        let text: String
        let mark: Mark
    }

    /// Where its key stands.
    let mark: Mark
    let values: [Value]

    init(_ entry: Entry) {
        mark = entry.key.mark
        values = (entry.value.sequence ?? []).compactMap { node in
            node.scalar.map { Value(text: $0.text, mark: node.mark) }
        }
    }
}
