// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The version as tor gives it (`0.4.9.11`, `0.4.8.0-alpha-dev (git-...)`): text that can stand between quotes as it
/// is.
package struct TorVersion: Hashable, Sendable, CustomStringConvertible {
    package static let lengthLimit = 64

    package let text: String

    /// Nil unless the text is 1 to 64 characters of printable ASCII without quotes and backslashes.
    package init?(_ text: some StringProtocol) {
        guard (1...Self.lengthLimit).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isPrintable && $0 != .quote && $0 != .backslash })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
}
