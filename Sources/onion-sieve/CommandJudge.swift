// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Rehearsal
import Sessions

/// Judges command lines, each in a session of its own, as tests of a profile are played.
struct CommandJudge {
    private let policy: Policy
    /// One in which nothing has happened yet, to be copied.
    private let session: RehearsedSession

    init(policy: Policy, client: Client) {
        self.policy = policy
        session = RehearsedSession(policy: policy, client: client)
    }

    /// - Parameter line: without its end.
    func explain(_ line: [UInt8]) -> Explanation {
        // An argument with a line break in it is no line, and must not be judged by its first.
        guard !line.contains(.lineFeed), let written = WrittenCommand(line) else {
            return explanation(of: line, "filter", reason: ClientFrame.Malformation.forbiddenByte.reason)
        }
        var session = session
        guard let observation = session.send(written.bytes) else {
            return explanation(of: line, "filter", reason: session.closed?.text ?? "")
        }
        var forwarded: String?
        if case .forward(let sent) = observation.outcome, observation.decision == "rewrite" { forwarded = sent.line }
        return explanation(
            of: line,
            observation.decision,
            forwarded: forwarded,
            rule: observation.reason.rule,
            reason: observation.reason.text
        )
    }

    private func explanation(
        of line: [UInt8],
        _ decision: String,
        forwarded: String? = nil,
        rule: RuleOrigin? = nil,
        reason: String
    ) -> Explanation {
        Explanation(
            command: String(decoding: line, as: UTF8.self),
            decision: decision,
            forwarded: forwarded,
            rule: rule,
            reason: reason,
            profiles: policy.profileNames
        )
    }
}
