// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What becomes of an event's subscription and of the event itself.
package enum EventDecision: Sendable {
    /// Not listed: a SETEVENTS with it is filtered.
    case refuse
    /// Acknowledged, and nothing is ever sent.
    case suppress
    case deliver(ReplyRewriting?)
}

extension Policy {
    /// This is the only place where an event is let through. Of several profiles the later file's entry stands.
    package func decide(_ event: EventName) -> EventDecision {
        guard let rule = events[event] else { return .refuse }
        if rule.isSuppressed || isNarrowed(event) { return .suppress }
        return .deliver(rule.response)
    }

    /// Whether `tor-browser-mode` closes the event.
    func isNarrowed(_ event: EventName) -> Bool { isTorBrowserMode && Self.narrowed.contains(event) }

    /// Events that tell of the streams and circuits of other clients.
    private static let narrowed = Set(
        ["ADDRMAP", "CIRC", "CIRC_BW", "CIRC_MINOR", "STREAM", "STREAM_BW"].compactMap { EventName($0) }
    )
}
