// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of an entry of `sockets`.
enum SocketKey: String, Vocabulary {
    case name
    case group
    case mode

    static let subject = "an entry of `sockets`"
}
