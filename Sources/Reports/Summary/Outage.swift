// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// A time in which tor was away, as far as sessions met it: their losses, failures and returns with no more than
/// ``Outages/longestPause`` between them.
package struct Outage: Hashable, Sendable {
    package private(set) var first: Timestamp
    package private(set) var last: Timestamp
    /// Sessions that lost it.
    package private(set) var losses: UInt64 = 0
    /// Times that it could not be reached.
    package private(set) var failures: UInt64 = 0
    /// Why it could not be reached the last time.
    package private(set) var reason: String?
    private var lastTrouble: Timestamp?
    private var lastReturn: Timestamp?

    init?(_ record: TrailRecord) {
        (first, last) = (record.time, record.time)
        switch record.kind {
        case .torLost:
            losses = record.repeated
            lastTrouble = record.time
        case .torFailed:
            failures = record.repeated
            lastTrouble = record.time
            reason = record.reason.map { BoundedText.cut($0) }
        case .torBack: lastReturn = record.time
        default: return nil
        }
    }

    /// When tor was back; nil if that is not in the trail.
    package var end: Timestamp? {
        guard let lastReturn else { return nil }
        return lastTrouble.map { lastReturn >= $0 } ?? true ? lastReturn : nil
    }

    /// Whether its beginning is in the trail.
    package var hasBeginning: Bool { lastTrouble != nil }

    mutating func join(_ other: Self) {
        if reason == nil || other.reason != nil && other.lastTrouble ?? other.last >= lastTrouble ?? last {
            reason = other.reason
        }
        first = min(first, other.first)
        last = max(last, other.last)
        losses.add(other.losses)
        failures.add(other.failures)
        lastTrouble = Self.later(lastTrouble, other.lastTrouble)
        lastReturn = Self.later(lastReturn, other.lastReturn)
    }

    private static func later(_ one: Timestamp?, _ other: Timestamp?) -> Timestamp? {
        guard let one, let other else { return one ?? other }
        return max(one, other)
    }
}
