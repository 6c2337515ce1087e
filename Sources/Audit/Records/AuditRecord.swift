// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Sessions
import TorLink

/// One happening, without any secret, for whoever must find out who asked for what and why it was refused.
package struct AuditRecord: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        case connected
        /// A connection that is not served, and why.
        case rejected(reason: String)
        case command(AuditedCommand)
        case replyFiltered(Keyword)
        case eventDropped(EventName, Observation.EventDrop)
        case torReady(version: String?)
        case torFailed(reason: String)
        case torLost
        case torBack(version: String?)
        case disconnected(reason: String)
        /// The profiles were read, at the daemon's start or later: how many are in use, and which files and directories are not.
        case reloaded(profiles: Int, leftOut: [String], isStart: Bool = false)
        /// Records of one client that were not kept apart; ``AuditRecord/repeated`` says how many.
        case folded(FoldedKind)
        /// Records could not be written; ``AuditRecord/repeated`` says how many.
        case auditFailed(reason: String)
    }

    /// How much the administrator has to care.
    package enum Weight: Hashable, Sendable {
        case detail
        case normal
        case notable
        case failure
    }

    /// Nil for what concerns no one session.
    package let session: AuditedSession?
    package let event: Event
    /// How many equal ones it stands for, none of which was written; 1 for a record by itself.
    package var repeated = 1

    package init(_ session: AuditedSession?, _ event: Event) {
        self.session = session
        self.event = event
    }

    /// - Parameter cookieFile: the path that tor's cookie is read from, for the message that it is wrong.
    package init(_ session: AuditedSession, _ observation: Observation, cookieFile: String) {
        var commands = AuditedCommands()
        self.init(session, observation, cookieFile: cookieFile, &commands)
    }

    /// - Parameter commands: those that were recorded last.
    package init(
        _ session: AuditedSession,
        _ observation: Observation,
        cookieFile: String,
        _ commands: inout AuditedCommands
    ) {
        let event: Event =
            switch observation {
            case .command(let command): .command(commands.command(command))
            case .replyFiltered(let keyword): .replyFiltered(keyword)
            case .eventDropped(let name, let drop): .eventDropped(name, drop)
            case .torReady(let version): .torReady(version: version?.text)
            case .torLost: .torLost
            case .torBack(let version): .torBack(version: version?.text)
            case .torFailed(let failure): .torFailed(reason: failure.reason(cookieFile: cookieFile))
            }
        self.init(session, event)
    }

    package var weight: Weight {
        switch event {
        case .connected, .disconnected, .replyFiltered, .torLost, .torBack, .reloaded: .normal
        case .rejected, .folded: .notable
        case .command(let command): command.decision == .filter ? .notable : .normal
        case .eventDropped, .torReady: .detail
        case .torFailed, .auditFailed: .failure
        }
    }

    /// What a record calls it.
    package var kind: TrailRecord.Kind {
        switch event {
        case .connected: .connected
        case .rejected: .rejected
        case .command: .command
        case .replyFiltered: .replyFiltered
        case .eventDropped: .eventDropped
        case .torReady: .torReady
        case .torFailed: .torFailed
        case .torLost: .torLost
        case .torBack: .torBack
        case .disconnected: .disconnected
        case .reloaded: .reloaded
        case .folded: .folded
        case .auditFailed: .auditFailed
        }
    }

    static let foldedReason = "more than are recorded one by one"
    /// Files that one record names.
    static let mostLeftOut = 32

    static func named(_ leftOut: [String]) -> [String] {
        leftOut.count <= mostLeftOut
            ? leftOut : leftOut.prefix(mostLeftOut) + ["... (\(leftOut.count - mostLeftOut) more)"]
    }

    static func reason(_ drop: Observation.EventDrop) -> String {
        switch drop {
        case .rewriting: "a rule left no event"
        case .tooLarge: "larger than \(Limits.heldEvent) bytes"
        case .notSubscribed: "its profile suppresses it"
        case .notOwn: "it is not about the client's own"
        }
    }
}
