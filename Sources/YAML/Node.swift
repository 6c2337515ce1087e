// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A value in a YAML document, and where it stands.
///
/// A node that an alias stands for carries the place of the alias; the nodes inside it keep theirs.
package struct Node: Hashable, Sendable {
    package var content: Content
    /// Where the value begins, its tag and anchor included.
    package var mark: Mark
    /// Right behind the value's last character; what follows a value (blanks, comments) is no part of it.
    package var end: Mark

    package init(content: Content, mark: Mark, end: Mark) {
        self.content = content
        self.mark = mark
        self.end = end
    }

    package var scalar: Scalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    package var sequence: [Node]? {
        if case .sequence(let nodes) = content { nodes } else { nil }
    }

    package var mapping: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }
}
