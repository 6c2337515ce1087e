// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore
package import Sessions

/// What a session has decided and not carried out, in order.
package struct PendingActions {
    package private(set) var actions: [SessionAction] = []
    /// Where those begin that may only be carried out if what was recorded before them is written.
    private var firstRecorded: Int?
    /// ``AuditTrail/lapses`` when that was recorded.
    private var lapses: UInt64 = 0
    /// Whether anything was observed, written or not.
    package var hasObserved = false

    package init() {}

    /// Says that what follows was recorded, and must wait for that to be written.
    package mutating func recorded(lapses: UInt64) {
        guard firstRecorded == nil else { return }
        firstRecorded = actions.count
        self.lapses = lapses
    }

    package mutating func append(_ more: [SessionAction]) {
        if actions.isEmpty { actions = more } else { actions += more }
    }

    /// Those that may be carried out now, and whether that is all of them: not if the trail has failed since they were recorded.
    package func permitted(lapses now: UInt64) -> (actions: ArraySlice<SessionAction>, areAll: Bool) {
        guard let firstRecorded, lapses != now else { return (actions[...], true) }
        return (actions[..<firstRecorded], false)
    }
}
