// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A comment of a stream, from its `#` to the end of the line.
package struct Comment: Hashable, Sendable {
    package let text: String
    /// Where the `#` stands.
    package let mark: Mark
}
