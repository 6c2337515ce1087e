// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of an entry of a test's `before`.
enum TestStepKey: String, Vocabulary {
    case send
    case reply
    case event
    case own

    static let subject = "a step of `before`"
}
