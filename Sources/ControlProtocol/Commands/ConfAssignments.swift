// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What SETCONF and RESETCONF carry: options with values, or alone to set them back. control-spec sections 3.1 and 3.2.
package struct ConfAssignments: Hashable, Sendable {
    package struct Assignment: Hashable, Sendable {
        package let option: ConfOption
        /// The argument as it is sent.
        package let argument: KeywordArgument

        /// The value decoded; empty where there is none.
        package var value: String { argument.value ?? "" }

        /// The value as written, quotes included.
        package var rawValue: String { argument.writtenValue }
    }

    package let assignments: [Assignment]

    /// Nil if tor could not read the arguments, or we could not say for certain how it would.
    package init?(arguments: String) {
        guard let parsed = KeywordArgument.parse(arguments, [.flags, .quoted]), !parsed.isEmpty else { return nil }
        var assignments: [Assignment] = []
        for argument in parsed {
            guard let keyword = argument.keyword, let option = ConfOption(keyword), !option.isPrefix else { return nil }
            assignments.append(Assignment(option: option, argument: argument))
        }
        self.assignments = assignments
    }

    package var encoded: String { assignments.map(\.argument.encoded).joined(separator: " ") }
}
