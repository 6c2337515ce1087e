// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a pattern or a template cannot be used, and where in its text.
package struct PatternError: Error, Equatable {
    /// What is wrong, in lower case and without a full stop.
    package var message: String
    /// Where the offending construct begins: a UTF-8 offset into the pattern or template.
    package var offset: Int
    /// What to write instead, if that can be said.
    package var hint: String?

    package init(message: String, offset: Int, hint: String? = nil) {
        self.message = message
        self.offset = offset
        self.hint = hint
    }
}
