// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies
package import Sessions

import struct NIOCore.ByteBuffer

/// A command and what became of it.
package final class AuditedCommand: Hashable, Sendable {
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
    /// What it is to a record, as it stands in a line of JSON.
    let members: ByteBuffer
    private let hash: Int

    package init(_ observation: CommandObservation) {
        decision = Decision(observation)
        asked = RedactedCommand(observation.subject)
        if decision == .rewrite, case .forward(let sent) = observation.outcome {
            forwarded = RedactedCommand(sent)
        } else {
            forwarded = nil
        }
        rule = observation.reason.rule
        reason = observation.reason.text
        isComplaint = if case .complaining = observation.reason { true } else { false }
        var told = TrailRecord(time: Timestamp(microseconds: 0), kind: .command)
        told.tell(decision, asked, forwarded, rule, reason, isComplaint: isComplaint)
        members = JSONLine.members(told.ownFields)
        var hasher = Hasher()
        hasher.combine(decision)
        hasher.combine(asked)
        hasher.combine(forwarded)
        hasher.combine(rule)
        hasher.combine(reason)
        hash = hasher.finalize()
    }

    package static func == (left: AuditedCommand, right: AuditedCommand) -> Bool {
        left === right
            || left.hash == right.hash && left.decision == right.decision && left.asked == right.asked
                && left.forwarded == right.forwarded && left.rule == right.rule && left.reason == right.reason
                && left.isComplaint == right.isComplaint
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

extension AuditedCommand.Decision {
    init(_ observation: CommandObservation) {
        self =
            switch observation.outcome {
            case .forward(let sent):
                if case .command(let command) = observation.subject, command == sent { .forward } else { .rewrite }
            case .answer: .answer
            case .filter: .filter
            }
    }
}
