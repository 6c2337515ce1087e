// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A record as a trail tells it: the parts that onion-sieve-audit(5) names, as far as they were there.
///
/// Whoever could write in the trail chose the texts: they are shown escaped, and never obeyed.
package struct TrailRecord: Hashable, Sendable {
    /// What `event` says; kinds that are not known stay what they are called.
    package enum Kind: Hashable, Sendable {
        case connected
        case rejected
        case command
        case replyFiltered
        case eventDropped
        case torReady
        case torFailed
        case torLost
        case torBack
        case disconnected
        case reloaded
        case folded
        case auditFailed
        case other(String)
    }

    package var time: Timestamp
    package var kind: Kind
    /// Counted from 1 since a start of the daemon, so that a number comes again after another start.
    package var session: UInt64?
    package var client: AuditedClient?
    /// The profiles that were for the client.
    package var profiles: [String] = []
    package var decision: AuditedCommand.Decision?
    /// The keyword, with `+` before it if the command had a body, or `?`.
    package var command: String?
    /// With `[secret]` where there was one.
    package var arguments: String?
    /// Bytes of a body, or of a command that was not read.
    package var length: UInt64?
    /// What was sent in the command's place.
    package var forwarded: String?
    /// `file:line:column`
    package var rule: String?
    package var reason: String?
    /// Whether the command passed only because its client was in complain mode.
    package var isComplaint = false
    /// Of an event that was dropped.
    package var name: String?
    /// Of the tor that is reached.
    package var version: String?
    /// How many profiles are in use after they were read, and which files and directories are not.
    package var profileCount: UInt64?
    package var leftOut: [String] = []
    /// Whether they were read for the first time.
    package var isStart = false
    /// Of records that were folded, what they would have been.
    package var folded: Kind?
    /// How many happenings it stands for.
    package var repeated: UInt64 = 1

    /// Whether it is of a command that could not be read, so that what it asked for is not told.
    package var isUnread: Bool {
        guard let command else { return false }
        return command == "?" || arguments == nil && length != nil && !command.hasPrefix("+")
    }

    package init(time: Timestamp, kind: Kind) {
        self.time = time
        self.kind = kind
    }
}

extension TrailRecord.Kind {
    private static let known: [Self] = [
        .connected, .rejected, .command, .replyFiltered, .eventDropped, .torReady, .torFailed, .torLost, .torBack,
        .disconnected, .reloaded, .folded, .auditFailed,
    ]

    package init(_ name: String) { self = Self.known.first { $0.name == name } ?? .other(name) }

    package var name: String {
        switch self {
        case .connected: "connected"
        case .rejected: "rejected"
        case .command: "command"
        case .replyFiltered: "reply-filtered"
        case .eventDropped: "event-dropped"
        case .torReady: "tor-ready"
        case .torFailed: "tor-failed"
        case .torLost: "tor-lost"
        case .torBack: "tor-back"
        case .disconnected: "disconnected"
        case .reloaded: "reloaded"
        case .folded: "folded"
        case .auditFailed: "audit-failed"
        case .other(let name): name
        }
    }
}
