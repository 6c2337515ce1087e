// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The value of `--tor`: one address, or the usual ones in turn.
package enum TorChoice: Hashable, Sendable {
    case auto
    case explicit(TorAddress)

    /// `auto`, or what ``TorAddress/init(parsing:)`` takes.
    package init(parsing text: String) throws(TorAddress.Unreadable) {
        self = text == "auto" ? .auto : .explicit(try TorAddress(parsing: text))
    }
}
