// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

/// What becomes of one frame from an authenticated client. `explain` and the daemon ask the same.
package enum Judgement: Sendable {
    case local(LocalAnswer, Command)
    case verdict(Verdict, Command)
    case malformed(Reason, keyword: Keyword?, length: Int)

    package init(_ frame: ClientFrame, policy: Policy, facts: SessionFacts, isComplaining: Bool) {
        switch frame {
        case .malformed(let malformation, let keyword, let length):
            self = .malformed(.malformed(malformation), keyword: keyword, length: length)
        case .tooLong:
            self = .malformed(.tooLong, keyword: nil, length: Limits.clientFrame)
        case .command(let command):
            let local = LocalAnswer(command)
            if let local, local != .authChallenge {
                self = .local(local, command)
                return
            }
            let decided = policy.decide(command, facts: facts)
            if let local {
                // A rule opens it; to forward it would make us an oracle for tor's cookie.
                self = decided.isFiltered ? .verdict(decided, command) : .local(local, command)
                return
            }
            self = .verdict(isComplaining ? policy.complain(decided, command, facts: facts) : decided, command)
        }
    }

    package var observation: CommandObservation {
        switch self {
        case .local(_, let command):
            CommandObservation(subject: .command(command), outcome: .answer, reason: .answeredHere)
        case .malformed(let reason, let keyword, let length):
            CommandObservation(subject: .malformed(keyword: keyword, length: length), outcome: .filter, reason: reason)
        case .verdict(let verdict, let command):
            CommandObservation(subject: .command(command), outcome: outcome(of: verdict), reason: verdict.reason)
        }
    }

    private func outcome(of verdict: Verdict) -> CommandObservation.Outcome {
        switch verdict.decision {
        case .forward(let sent, _): .forward(sent)
        case .answer: .answer
        case .filter: .filter
        }
    }
}
