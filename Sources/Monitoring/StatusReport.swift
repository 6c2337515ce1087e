// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// What a daemon says of itself to whoever may ask.
package struct StatusReport: Hashable, Sendable {
    package struct Tor: Hashable, Sendable {
        /// Whether it lets us in.
        package var isThere = false
        /// When that was last found to be otherwise than before; nil if it has never been asked.
        package var since: Timestamp?
        package var address: String?
        /// As last seen.
        package var version: String?
        /// Why it is not there.
        package var reason: String?
        /// Connections of sessions that ended without our doing.
        package var losses: UInt64 = 0
        /// Attempts of sessions and of the daemon to be let in that failed.
        package var failures: UInt64 = 0

        package init() {}

        package mutating func isThere(at address: String, version: String?, _ time: Timestamp) {
            if !isThere { since = time }
            isThere = true
            self.address = address
            self.version = version ?? self.version
            reason = nil
        }

        package mutating func isAway(_ reason: String, _ time: Timestamp) {
            if isThere || since == nil { since = time }
            isThere = false
            self.reason = reason
        }
    }

    package struct Profiles: Hashable, Sendable {
        /// A file whose mistakes keep it from being used as it stands, or a directory that could not be read.
        package struct Mistake: Hashable, Sendable {
            /// `file:line:column: error: what is wrong`, for the first one.
            package let text: String
            /// Whether what the file said before stays in use.
            package let isKept: Bool

            package init(text: String, isKept: Bool) {
                self.text = text
                self.isKept = isKept
            }
        }

        package var count: UInt64 = 0
        package var mistakes: [Mistake] = []
        /// Those beyond ``StatusReport/mostMistakes``.
        package var furtherMistakes: UInt64 = 0
        /// How often profiles were read since the start, that of the start among them.
        package var loads: UInt64 = 0
        package var loaded: Timestamp?
        /// Whether the last time all directories could be listed; else all stays as it was.
        package var isComplete = true

        package init() {}
    }

    package struct Trail: Hashable, Sendable {
        package var destination = ""
        /// As `--audit-level` names it.
        package var level = ""
        /// As `--audit-failure` names it.
        package var failure = ""
        /// Since when it could not be written; nil if it can.
        package var failing: Timestamp?
        package var reason: String?
        /// Records that could not be written since the daemon's start.
        package var lost: UInt64 = 0

        package init() {}
    }

    package static let schema: UInt64 = 1
    package static let mostMistakes = 100
    /// Of a whole answer.
    package static let mostBytes = 4 << 20
    /// Characters of one text.
    static let textLimit = 1000

    package var version: String
    package var process: UInt64
    package var started: Timestamp
    /// When it was asked.
    package var time: Timestamp
    package var listeners: [String] = []
    /// Paths of the sockets of applications.
    package var applications: [String] = []
    /// Sessions that there may be.
    package var sessionLimit: UInt64 = 0
    package var tor = Tor()
    package var profiles = Profiles()
    package var trail = Trail()
    package var activity = Activity()

    package init(version: String, process: UInt64, started: Timestamp) {
        self.version = version
        self.process = process
        self.started = started
        time = started
    }

    /// What an administrator has to see to; empty if all is well.
    package enum Problem: Hashable, Sendable {
        case torAway
        case profiles(Int)
        case profilesUnreadable
        case trail
    }

    package var problems: [Problem] {
        var problems: [Problem] = []
        if !tor.isThere { problems.append(.torAway) }
        let mistakes = profiles.mistakes.count + Int(clamping: profiles.furtherMistakes)
        if mistakes > 0 { problems.append(.profiles(mistakes)) }
        if !profiles.isComplete { problems.append(.profilesUnreadable) }
        if trail.failing != nil { problems.append(.trail) }
        return problems
    }
}
