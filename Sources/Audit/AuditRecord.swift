// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies
package import Sessions
import TorLink

/// One happening in a session, without any secret, for whoever must find out who asked for what and why it was refused.
package struct AuditRecord: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        case connected(client: String, profiles: [String])
        /// A connection that is not served, and why.
        case rejected(client: String, reason: String)
        case command(
            decision: String, command: RedactedCommand, forwarded: RedactedCommand?, rule: RuleOrigin?, reason: String)
        case replyFiltered(Keyword)
        case eventDropped(EventName, Observation.EventDrop)
        case torReady(version: String?)
        case torFailed(reason: String)
        case torLost
        case torBack(version: String?)
        case disconnected(reason: String)
    }

    /// How much the administrator has to care.
    package enum Weight: Hashable, Sendable {
        case detail
        case normal
        case notable
        case failure
    }

    package let session: UInt64
    package let event: Event

    package init(session: UInt64, _ event: Event) {
        self.session = session
        self.event = event
    }

    /// - Parameter cookieFile: the path that tor's cookie is read from, for the message that it is wrong.
    package init(session: UInt64, _ observation: Observation, cookieFile: String) {
        let event: Event =
            switch observation {
            case .command(let command):
                .command(
                    decision: command.decision,
                    command: RedactedCommand(command.subject),
                    forwarded: Self.forwarded(command),
                    rule: command.reason.rule,
                    reason: command.reason.text
                )
            case .replyFiltered(let keyword): .replyFiltered(keyword)
            case .eventDropped(let name, let drop): .eventDropped(name, drop)
            case .torReady(let version): .torReady(version: version?.text)
            case .torLost: .torLost
            case .torBack(let version): .torBack(version: version?.text)
            case .torFailed(let failure): .torFailed(reason: failure.reason(cookieFile: cookieFile))
            }
        self.init(session: session, event)
    }

    /// What was sent instead of what was asked for.
    private static func forwarded(_ command: CommandObservation) -> RedactedCommand? {
        guard command.decision == "rewrite", case .forward(let sent) = command.outcome else { return nil }
        return RedactedCommand(sent)
    }

    package var weight: Weight {
        switch event {
        case .connected, .disconnected, .replyFiltered, .torLost, .torBack: .normal
        case .rejected: .notable
        case .command(let decision, _, _, _, _): decision == "filter" ? .notable : .normal
        case .eventDropped, .torReady: .detail
        case .torFailed: .failure
        }
    }

    /// The record in one line of printable ASCII, for a person. Names of profiles and files, and what the system says of a
    /// client, may be made of anything.
    package var line: String { "session \(session): \(text)".visible }

    private var text: String {
        switch event {
        case .connected(let client, let profiles):
            "connected: \(client); \(profiles.isEmpty ? "no profile matches" : "profiles: \(profiles.joined(separator: ", "))")"
        case .rejected(let client, let reason):
            "rejected: \(client): \(reason)"
        case .command(let decision, let command, let forwarded, let rule, let reason):
            "\(decision): \(command)\(forwarded.map { " -> \($0)" } ?? "") (\(explain(rule, reason)))"
        case .replyFiltered(let keyword):
            "the reply to \(keyword) was filtered: a rule left no line of its kind"
        case .eventDropped(let name, let drop):
            "an event \(name) was dropped: \(Self.reason(drop))"
        case .torReady(let version):
            "tor is ready\(version.map { ", version \($0)" } ?? "")"
        case .torLost:
            "the connection to tor was lost"
        case .torBack(let version):
            "tor is back\(version.map { ", version \($0)" } ?? "")"
        case .torFailed(let reason):
            "tor is not available: \(reason)"
        case .disconnected(let reason):
            "disconnected: \(reason)"
        }
    }

    private func explain(_ rule: RuleOrigin?, _ reason: String) -> String {
        rule.map { "\(reason): \($0)" } ?? reason
    }

    private static func reason(_ drop: Observation.EventDrop) -> String {
        switch drop {
        case .rewriting: "a rule left no event"
        case .tooLarge: "larger than \(Limits.heldEvent) bytes"
        case .notSubscribed: "its profile suppresses it"
        case .notOwn: "it is not about the client's own"
        }
    }
}
