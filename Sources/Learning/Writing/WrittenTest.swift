// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A test of a suggested profile, as its lines.
struct WrittenTest: Hashable, Sendable {
    let lines: [String]
}
