// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of an entry of `tests`.
enum TestKey: String, Vocabulary {
    case send
    case expect
    case forwards
    case reply
    case event
    case own
    case gives
    case client
    case before

    static let subject = "a test"
}
