// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How many rules may be tried on texts in looking through one profile: patterns that all begin with a wildcard must be held
/// against each other one by one.
final class LintEffort {
    private var left = 8_000_000

    /// What it takes to hold two patterns against each other for all texts.
    static let comparison = 500

    var isExhausted: Bool { left <= 0 }

    /// Whether there is any left; takes it.
    func spend(_ effort: Int) -> Bool {
        guard left > 0 else { return false }
        left -= effort
        return true
    }
}
