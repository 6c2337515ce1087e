// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a text cannot stand in a policy.
package struct Unwritable: Error, Hashable, Sendable {
    /// In lower case and without a full stop.
    package let reason: String
    package let hint: String?

    init(_ reason: String, hint: String? = nil) {
        self.reason = reason
        self.hint = hint
    }
}
