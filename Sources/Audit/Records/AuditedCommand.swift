// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies
package import Sessions

/// A command and what became of it.
package struct AuditedCommand: Hashable, Sendable {
    package enum Decision: String, Hashable, Sendable, CaseIterable {
        case forward
        case rewrite
        case answer
        case filter
    }

    package let decision: Decision
    package let asked: RedactedCommand
    /// What was sent instead of what was asked for.
    package let forwarded: RedactedCommand?
    /// The rule that decided.
    package let rule: RuleOrigin?
    package let reason: String
    /// Whether it passed only because its client is in complain mode.
    package let isComplaint: Bool

    package init(_ observation: CommandObservation) {
        decision = Decision(rawValue: observation.decision) ?? .filter
        asked = RedactedCommand(observation.subject)
        if decision == .rewrite, case .forward(let sent) = observation.outcome {
            forwarded = RedactedCommand(sent)
        } else {
            forwarded = nil
        }
        rule = observation.reason.rule
        reason = observation.reason.text
        isComplaint = if case .complaining = observation.reason { true } else { false }
    }
}
