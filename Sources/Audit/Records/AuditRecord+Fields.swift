// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

extension AuditRecord {
    /// The version of the names and meanings that a ``TrailRecord`` has as fields, which onion-sieve-audit(5) describes.
    package static let schema: UInt64 = 1

    /// The record by the names of its parts, in a fixed order.
    package func fields(at time: Timestamp) -> [AuditField] { told(at: time).fields }

    /// What it does not have in common with others of its session.
    var ownFields: [AuditField] { told(at: Timestamp(microseconds: 0)).ownFields }

    /// The record as a trail tells it.
    package func told(at time: Timestamp) -> TrailRecord {
        var told = TrailRecord(time: time, kind: kind)
        told.session = session?.number
        told.client = session?.client
        told.profiles = session?.profiles ?? []
        told.repeated = UInt64(repeated)
        switch event {
        case .connected, .torLost: break
        case .rejected(let reason), .torFailed(let reason), .disconnected(let reason), .auditFailed(let reason):
            told.reason = reason
        case .command(let command):
            told.tell(
                command.decision, command.asked, command.forwarded, command.rule, command.reason,
                isComplaint: command.isComplaint)
        case .replyFiltered(let keyword):
            told.command = RedactedCommand.name(of: keyword)
            told.reason = "a rule left no line of its kind"
        case .eventDropped(let name, let drop):
            told.name = name.name
            told.reason = Self.reason(drop)
        case .folded(let kind):
            told.folded = kind.kind
            told.decision = kind.decision
            told.command = kind.command
            told.reason = Self.foldedReason
        case .torReady(let version), .torBack(let version):
            told.version = version
        case .reloaded(let profiles, let leftOut, let isStart):
            told.profileCount = UInt64(profiles)
            told.leftOut = Self.named(leftOut)
            told.isStart = isStart
        }
        return told
    }
}

extension TrailRecord {
    /// Tells a command.
    mutating func tell(
        _ decision: AuditedCommand.Decision,
        _ asked: RedactedCommand,
        _ forwarded: RedactedCommand?,
        _ rule: RuleOrigin?,
        _ reason: String,
        isComplaint: Bool
    ) {
        self.decision = decision
        command = asked.name
        arguments = asked.arguments
        length = asked.byteCount.map { UInt64($0) }
        self.forwarded = forwarded?.description
        self.rule = rule?.description
        self.reason = reason
        self.isComplaint = isComplaint
    }
}
