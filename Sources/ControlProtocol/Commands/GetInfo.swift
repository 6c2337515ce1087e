// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of a GETINFO, split as tor splits them: at blanks. control-spec section 3.9.
package struct GetInfo: Hashable, Sendable {
    package let keys: [String]

    package init(arguments: String) { keys = arguments.wordsAsStrings }

    package var encoded: String { keys.joined(separator: " ") }
}
