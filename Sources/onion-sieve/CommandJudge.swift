// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions

import struct NIOCore.ByteBuffer

/// Judges command lines as a session does, but for the ports that only a running tor names.
struct CommandJudge {
    let policy: Policy
    let facts: SessionFacts

    /// - Parameter line: without its end.
    func explain(_ line: [UInt8]) -> Explanation {
        // An argument with a line break in it is no line, and must not be judged by its first.
        guard !line.contains(.lineFeed) else {
            return Explanation(
                command: String(decoding: line, as: UTF8.self),
                decision: "filter",
                forwarded: nil,
                rule: nil,
                reason: ClientFrame.Malformation.forbiddenByte.reason,
                profiles: policy.profileNames
            )
        }
        var framer = CommandFramer()
        framer.append(ByteBuffer(bytes: line + [.carriageReturn, .lineFeed]))
        if line.first == UInt8(ascii: "+") { framer.append(ByteBuffer(string: ".\r\n")) }
        let frame = framer.next() ?? .tooLong
        var facts = facts
        if case .command(let command) = frame, let service = command.credentialInQuestion {
            facts.ownership.credentialAtTor = CredentialAtTor(service: service, state: .none)
        }
        let complains = policy.complains && facts.client.isLocal
        let judgement = Judgement(frame, policy: policy, facts: facts, isComplaining: complains)
        let observation = judgement.observation
        var forwarded: String?
        if case .forward(let sent) = observation.outcome { forwarded = sent.line }
        return Explanation(
            command: String(decoding: line, as: UTF8.self),
            decision: observation.decision,
            forwarded: observation.decision == "rewrite" ? forwarded : nil,
            rule: observation.reason.rule,
            reason: observation.reason.text,
            profiles: policy.profileNames
        )
    }
}
