// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// A decision with the reason for it.
package struct Verdict: Sendable {
    package enum Decision: Sendable {
        /// The command as it is to be sent, and how its reply is to be read.
        case forward(Command, ReplyPlan)
        /// A reply of a profile's own, without asking tor.
        case answer(Reply)
        case filter
    }

    package let decision: Decision
    package let reason: Reason

    package init(_ decision: Decision, _ reason: Reason) {
        self.decision = decision
        self.reason = reason
    }

    package static func filter(_ reason: Reason) -> Verdict { Verdict(.filter, reason) }

    package var isFiltered: Bool {
        if case .filter = decision { true } else { false }
    }
}
