// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// The events that one connection to tor is asked for: the client's, and those that we follow on our own account.
///
/// A SETEVENTS replaces the one before it (control-spec section 3.4), so each names both.
package struct SubscriptionLedger: Sendable {
    /// What the client has asked for and tor has accepted, in the client's order. Nothing else is ever delivered to it.
    package private(set) var client: [EventName] = []
    private let own: [EventName]
    /// Set when this tor does not know what we want: the client's own events must not be refused for that.
    private var isOwnRefused = false

    package init(own: [EventName] = []) { self.own = own }

    /// Whether there is anything that tor is to send now.
    package var isEmpty: Bool { request(for: client).events.isEmpty }

    /// Whether the next SETEVENTS names events of ours.
    package var includesOwn: Bool { !own.isEmpty && !isOwnRefused }

    /// The SETEVENTS that gives the client these: each event once, the client's before ours.
    package func request(for events: [EventName]) -> SetEvents {
        SetEvents(events: (includesOwn ? events + own : events).uniqued)
    }

    /// The SETEVENTS that gives a new connection what the last one had.
    package var renewal: SetEvents { request(for: client) }

    /// Tor has accepted what the client asked for.
    package mutating func accepted(_ events: [EventName]) { client = events }

    /// Tor has refused what included ours: from here on it is asked for the client's alone.
    package mutating func ownRefused() { isOwnRefused = true }

    /// The next tor may be another version.
    package mutating func linkLost() { isOwnRefused = false }
}
