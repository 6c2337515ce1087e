// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What stands in a trail and could not be taken into account.
package struct NotUnderstood: Hashable, Sendable {
    /// Lines of other programs, and such as were cut in the middle of a file.
    package var foreign: UInt64 = 0
    /// Halves of a line at the end.
    package var cut: UInt64 = 0
    /// Records of a later schema, and the latest.
    package var later: UInt64 = 0
    package var latestSchema: UInt64 = 0
    /// Records of a kind, or with a decision, that this version does not know.
    package var unknown: UInt64 = 0

    package var isEmpty: Bool { self == Self() }
}
