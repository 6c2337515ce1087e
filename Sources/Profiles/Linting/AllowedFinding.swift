// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A finding that a comment of its file allows.
package struct AllowedFinding: Hashable, Sendable {
    package let diagnostic: Diagnostic
    /// What stands in parentheses behind the name.
    package let reason: String?
}
