// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One row of a table of inputs and what they give; its name shows the input with control characters made visible.
package struct Row<Expected: Sendable>: Sendable, CustomStringConvertible {
    package let input: String
    package let expected: Expected

    package init(_ input: String, _ expected: Expected) {
        self.input = input
        self.expected = expected
    }

    package var description: String { "‘\(shortened)’" }

    private var shortened: String {
        let text = visible(input)
        return text.utf8.count <= 100 ? text : "\(text.prefix(60))… (\(input.utf8.count) bytes)"
    }
}
