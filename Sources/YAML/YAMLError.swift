// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a stream cannot be read, and where.
package struct YAMLError: Error, Hashable {
    /// What is wrong, in lower case and without a full stop.
    package var message: String
    package var mark: Mark
    /// What to write instead, if that can be said.
    package var hint: String?

    package init(message: String, mark: Mark, hint: String? = nil) {
        self.message = message
        self.mark = mark
        self.hint = hint
    }
}
