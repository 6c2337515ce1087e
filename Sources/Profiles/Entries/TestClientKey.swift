// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of a test's `client`: the client options of `explain`.
enum TestClientKey: String, Vocabulary {
    case host
    case user
    case group
    case appArmor = "apparmor"
    case executable = "exe"
    case unit
    case socket

    static let subject = "the client of a test"
}
