// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What records that were not kept apart have in common: their kind, and of commands the decision and the keyword.
///
/// There are few of these, whatever a client sends.
package struct FoldedKind: Hashable, Sendable {
    package let kind: TrailRecord.Kind
    package let decision: AuditedCommand.Decision?
    package let command: String?

    package init(_ record: AuditRecord) {
        kind = record.kind
        switch record.event {
        case .command(let audited):
            decision = audited.decision
            command = audited.asked.name
        case .replyFiltered(let keyword):
            decision = nil
            command = RedactedCommand.name(of: keyword)
        default:
            decision = nil
            command = nil
        }
    }
}
