// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// `response` of a rule or an event, with its `else`.
struct ResponseEntry: Sendable {
    enum Key: String, Vocabulary {
        case pattern
        case replacement
        /// Alone, as the last entry: the same as beside `response`.
        case `else`

        static let subject = "an entry of `response`"
    }

    struct Rule: Sendable {
        var pattern: WrittenText
        var replacement: WrittenText
    }

    var rules: [Rule]
    /// `else: drop`
    var dropsUnmatched: Bool
}
