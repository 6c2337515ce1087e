// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What the parentheses of a pattern took from a text that it matched.
package struct Captures: Hashable, Sendable {
    private let groups: [[UInt8]]

    package init(_ groups: [[UInt8]]) {
        self.groups = groups
    }

    package var count: Int { groups.count }

    /// The bytes of one group; 0 is the first parenthesis. A group that took no part in the match is empty.
    package subscript(_ group: Int) -> [UInt8] { groups[group] }
}
