// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies
package import TorLink

/// What happened in a session, for the audit trail. Values may hold secrets; records are made of them elsewhere.
package enum Observation: Sendable {
    case command(CommandObservation)
    /// The reply to a command could not be shown, since a rule made no reply of it.
    case replyFiltered(Keyword)
    /// An event that is not passed on although tor was asked for it.
    case eventDropped(EventName, EventDrop)
    case torReady(TorVersion?)
    /// The connection to a tor that had let us in ended.
    case torLost
    /// The session is joined to a tor again.
    case torBack(TorVersion?)
    /// An attempt to reach tor, or to be let in by it, failed.
    case torFailed(TorFailure)

    package enum EventDrop: Hashable, Sendable {
        /// A rule left nothing of it, or no line of its kind.
        case rewriting
        /// Larger than ``Limits/heldEvent``.
        case tooLarge
        case notSubscribed
        /// About what is not the session's own.
        case notOwn
    }
}

/// One command of a client, and what became of it. A question that is asked again has the same one.
package final class CommandObservation: Sendable {
    package enum Subject: Sendable {
        case command(Command)
        case malformed(keyword: Keyword?, length: Int)
    }

    package let subject: Subject
    package let outcome: Outcome
    package let reason: Reason

    package enum Outcome: Sendable {
        /// As it was sent on.
        case forward(Command)
        case answer
        case filter
    }

    package init(subject: Subject, outcome: Outcome, reason: Reason) {
        self.subject = subject
        self.outcome = outcome
        self.reason = reason
    }

    /// `forward`, `rewrite`, `answer` or `filter`.
    package var decision: String {
        switch outcome {
        case .forward(let sent):
            if case .command(let command) = subject, command == sent { "forward" } else { "rewrite" }
        case .answer: "answer"
        case .filter: "filter"
        }
    }
}
