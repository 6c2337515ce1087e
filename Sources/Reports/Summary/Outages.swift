// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// The times in which tor was away, in their order, whatever the order of the records.
struct Outages: Sendable {
    /// Microseconds between two records of one outage: a session is joined to tor again within a minute or ends, and programs that
    /// find no tor try again after a while.
    static let longestPause: Int64 = 5 * 60 * 1_000_000
    static let most = 256

    private(set) var all: [Outage] = []
    /// Records of more outages than are kept apart.
    private(set) var beyond: UInt64 = 0

    mutating func add(_ record: TrailRecord) {
        guard let outage = Outage(record) else { return }
        // The first one that does not end long before.
        let index =
            all.firstIndex { outage.first.microseconds - $0.last.microseconds <= Self.longestPause } ?? all.count
        if index < all.count, isNear(outage, all[index]) {
            all[index].join(outage)
            if index + 1 < all.count, isNear(all[index], all[index + 1]) { all[index].join(all.remove(at: index + 1)) }
        } else if all.count < Self.most {
            all.insert(outage, at: index)
        } else {
            beyond.add(record.repeated)
        }
    }

    private func isNear(_ one: Outage, _ later: Outage) -> Bool {
        later.first.microseconds - one.last.microseconds <= Self.longestPause
    }
}
