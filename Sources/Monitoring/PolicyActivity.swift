// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// What was counted of the clients that the same profiles are for.
package struct PolicyActivity: Hashable, Sendable {
    /// The names of these profiles, joined by commas; empty if none is for them.
    package let profiles: String
    package var openSessions: UInt64 = 0
    /// Sessions since the daemon's start, open or not.
    package var sessions: UInt64 = 0
    package var commands = DecisionCounts()
    /// Replies that a rule made none of.
    package var filteredReplies: UInt64 = 0
    package var droppedEvents: [EventLoss: UInt64] = [:]

    /// Commands that only complain mode let pass.
    package var complaints: UInt64 { commands.complaints }

    package init(profiles: String) { self.profiles = profiles }
}
