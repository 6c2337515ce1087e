// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// How often something was seen, and when.
package struct Tally: Hashable, Sendable {
    package private(set) var count: UInt64 = 0
    package private(set) var first: Timestamp?
    package private(set) var last: Timestamp?

    package mutating func add(_ times: UInt64, at time: Timestamp) {
        count.add(times)
        first = min(first ?? time, time)
        last = max(last ?? time, time)
    }

    mutating func add(_ other: Tally) {
        guard let first = other.first, let last = other.last else { return }
        add(other.count, at: first)
        add(0, at: last)
    }

    /// `3 times, last 2026-11-21T20:11:02Z`
    package var text: String {
        let times = count == 1 ? "once" : "\(count) times"
        return last.map { "\(times), last \($0.secondText)" } ?? times
    }
}
