// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension UInt64 {
    /// The sum, or the greatest number where it is greater.
    package func adding(_ other: UInt64) -> UInt64 {
        let (sum, isGreater) = addingReportingOverflow(other)
        return isGreater ? .max : sum
    }

    package mutating func add(_ other: UInt64) { self = adding(other) }
}
