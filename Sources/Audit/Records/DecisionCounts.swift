// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How many commands were decided which way: numbers in their places, since each command is counted. A trail may claim any number, so
/// that sums stay at the greatest rather than overflow.
package struct DecisionCounts: Hashable, Sendable {
    package var forward: UInt64 = 0
    package var rewrite: UInt64 = 0
    package var answer: UInt64 = 0
    package var filter: UInt64 = 0
    /// Of those forwarded, rewritten or answered, how many only because the client was in complain mode.
    package var complaints: UInt64 = 0

    package init() {}

    package mutating func add(_ decision: AuditedCommand.Decision, isComplaint: Bool, _ count: UInt64) {
        switch decision {
        case .forward: forward.add(count)
        case .rewrite: rewrite.add(count)
        case .answer: answer.add(count)
        case .filter: filter.add(count)
        }
        if isComplaint { complaints.add(count) }
    }

    package mutating func add(_ other: Self) {
        forward.add(other.forward)
        rewrite.add(other.rewrite)
        answer.add(other.answer)
        filter.add(other.filter)
        complaints.add(other.complaints)
    }

    package subscript(decision: AuditedCommand.Decision) -> UInt64 {
        switch decision {
        case .forward: forward
        case .rewrite: rewrite
        case .answer: answer
        case .filter: filter
        }
    }

    package var all: UInt64 { forward.adding(rewrite).adding(answer).adding(filter) }

    /// What got something done.
    package var passed: UInt64 { forward.adding(rewrite).adding(answer) }
}
