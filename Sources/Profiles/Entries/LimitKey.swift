// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of `limits`.
enum LimitKey: String, Vocabulary {
    case sessions
    case onions
    case commandsPerSecond = "commands-per-second"

    static let subject = "`limits`"
}
