// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why nothing can be measured.
struct Unmeasurable: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
