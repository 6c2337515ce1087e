// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A place in a YAML stream, as an editor counts: line and column both from 1, a column being one character (Unicode
/// scalar).
package struct Mark: Hashable, Sendable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Where every stream begins.
    package static let start = Mark(line: 1, column: 1)
}

extension Mark: Comparable {
    package static func < (left: Mark, right: Mark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Mark: CustomStringConvertible {
    /// `12:9`, as it stands in a diagnostic.
    package var description: String { "\(line):\(column)" }
}
