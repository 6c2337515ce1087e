// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What matching a text came to.
///
/// A rule that allows must not act on `failed`, and a rule that denies must: whoever asks decides in favour of less access.
package enum MatchResult: Hashable, Sendable {
    case match
    case noMatch
    /// It is not known whether the text matches: memory ran out, or the text is longer than `Pattern.longestText`.
    case failed
}
