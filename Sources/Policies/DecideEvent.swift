// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What becomes of an event's subscription and of the event itself.
package enum EventDecision: Sendable {
    /// Not listed: a SETEVENTS with it is filtered.
    case refuse
    /// Acknowledged, and nothing is ever sent.
    case suppress
    case deliver(ReplyRewriting?, EventCut = .none)
}

/// Which events of a kind are a session's to see.
package enum EventCut: Hashable, Sendable {
    case none
    /// Those about its own.
    case own
    /// `tor-browser-mode`: that a circuit is closed which the session was told of, and nothing more than that.
    case closedCircuits
}

extension Policy {
    /// This is the only place where an event is let through. Of several profiles the later file's entry stands.
    package func decide(_ event: EventName) -> EventDecision {
        guard let rule = events[event] else { return .refuse }
        if rule.isSuppressed || isClosed(event) { return .suppress }
        return .deliver(rule.response, cut(for: event, isOwn: rule.isOwn))
    }

    /// Whether the client may be given the event; for one that is only watched, any that is not suppressed.
    package func decide(_ event: EventName, complaining: Bool) -> EventDecision {
        switch decide(event) {
        case .refuse where complaining:
            isClosed(event) ? .suppress : .deliver(nil, cut(for: event, isOwn: false))
        case let decision: decision
        }
    }

    private func cut(for event: EventName, isOwn: Bool) -> EventCut {
        guard isTorBrowserMode else { return isOwn ? .own : .none }
        switch event {
        case .stream: return .own
        case .circuit: return .closedCircuits
        default: return isOwn ? .own : .none
        }
    }

    /// Whether `tor-browser-mode` closes the event: it tells of the streams and circuits of all clients.
    private func isClosed(_ event: EventName) -> Bool { isTorBrowserMode && Self.closed.contains(event) }

    private static let closed = Set(
        ["ADDRMAP", "CIRC_BW", "CIRC_MINOR", "STREAM_BW"].compactMap { EventName($0) }
    )
}
