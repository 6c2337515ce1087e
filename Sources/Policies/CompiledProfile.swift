// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Patterns

/// A profile as it is used: every pattern read, every key known, nothing left to parse.
///
/// It never changes, and all sessions share one.
package final class CompiledProfile: Sendable {
    package let name: String
    package let origin: RuleOrigin
    package let selector: ClientSelector
    /// Sockets that it asks for; its selector names them, too.
    package let sockets: [SocketRequest]
    /// Rules by the name of the command, with a `+` where a data block follows.
    package let rules: [String: [CommandRule]]
    package let denies: [String: [DenyRule]]
    package let onions: OnionsRule?
    package let confs: [ConfOption: ConfRule]
    package let events: [EventName: EventRule]
    package let isTorBrowserMode: Bool
    package let complains: Bool
    package let limits: ProfileLimits

    /// What it is remembered by across reloads.
    package var id: ProfileID { ProfileID(file: origin.file, name: name) }

    /// Whether what is the client's own has to be followed for its sake.
    var tracksOwnership: Bool {
        isTorBrowserMode || events.values.contains(where: \.isOwn)
            || rules.values.contains { $0.contains(where: \.isOwn) }
    }

    /// Whether it has to be known whose each stream is.
    var followsStreams: Bool {
        isTorBrowserMode
            || [.circuit, .circuitMinor, .stream].contains { events[$0]?.isOwn == true }
            || [Keyword.closeCircuit, .closeStream].contains { rules[$0.name]?.contains(where: \.isOwn) == true }
            || rules[Keyword.getInfo.name]?.contains { $0.isOwn && Self.mayList($0.pattern) } == true
    }

    /// Whether a pattern for GETINFO is for streams or circuits, too.
    private static func mayList(_ pattern: Pattern) -> Bool {
        pattern.hasLiteralBlank || ["circuit-status", "stream-status"].contains { pattern.match($0) != .noMatch }
    }

    package init(
        name: String,
        origin: RuleOrigin,
        selector: ClientSelector,
        sockets: [SocketRequest] = [],
        rules: [String: [CommandRule]] = [:],
        denies: [String: [DenyRule]] = [:],
        onions: OnionsRule? = nil,
        confs: [ConfOption: ConfRule] = [:],
        events: [EventName: EventRule] = [:],
        isTorBrowserMode: Bool = false,
        complains: Bool = false,
        limits: ProfileLimits = ProfileLimits()
    ) {
        self.name = name
        self.origin = origin
        self.selector = selector
        self.sockets = sockets
        self.rules = rules
        self.denies = denies
        self.onions = onions
        self.confs = confs
        self.events = events
        self.isTorBrowserMode = isTorBrowserMode
        self.complains = complains
        self.limits = limits
    }
}
