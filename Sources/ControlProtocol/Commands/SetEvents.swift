// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The events of a SETEVENTS (control-spec section 3.4), without those that tor has retired and ignores.
package struct SetEvents: Hashable, Sendable {
    package let events: [EventName]

    /// Nil if any word is no event's name.
    package init?(arguments: String) {
        let words = arguments.words
        let parsed = words.compactMap { EventName($0) }
        guard parsed.count == words.count else { return nil }
        var seen: Set<EventName> = EventName.retired
        events = parsed.filter { seen.insert($0).inserted }
    }

    package init(events: [EventName]) { self.events = events }

    package var encoded: String { events.map(\.name).joined(separator: " ") }
}
