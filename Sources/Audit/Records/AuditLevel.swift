// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Which records are written.
package enum AuditLevel: String, Hashable, Sendable, CaseIterable {
    /// Every decision, and who came and went.
    case decisions
    /// What was refused, or passed in complain mode only, what failed, and who came and went.
    case filtered
    /// Every decision, and every event that was kept from a client, by its name.
    case allWithEvents = "all-with-events"

    package func takes(_ record: AuditRecord) -> Bool {
        switch record.event {
        case .connected, .rejected, .disconnected, .replyFiltered, .torFailed, .torLost, .torBack, .reloaded, .folded,
            .auditFailed:
            true
        case .command(let command): self != .filtered || command.decision == .filter || command.isComplaint
        case .eventDropped, .torReady: self == .allWithEvents
        }
    }
}
