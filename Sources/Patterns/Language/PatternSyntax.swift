// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a pattern says, as a tree: for questions about all the texts that it matches, which RE2 does not answer.
indirect enum PatternSyntax: Hashable, Sendable {
    case set(ByteSet)
    case sequence([PatternSyntax])
    case choice([PatternSyntax])
    /// `most` is nil for any number.
    case repetition(PatternSyntax, least: Int, most: Int?)
    /// `^`, `\A`
    case start
    /// `$`
    case end
    /// `\b`
    case wordBoundary

    static let empty = PatternSyntax.sequence([])
}
