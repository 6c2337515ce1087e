// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The events of a SETEVENTS (control-spec section 3.4), without those that tor has retired and ignores.
package struct SetEvents: Hashable, Sendable {
    package let events: [EventName]

    /// Nil if any word is no event's name, or if there are more events than are judged; tor has a few dozen.
    package init?(arguments: String) {
        var named: [EventName] = []
        var isReadable = true
        // A handful is looked through faster than hashed.
        var seen: Set<EventName> = []
        func isNew(_ event: EventName) -> Bool {
            guard named.count >= 8 else { return !named.contains(event) }
            if seen.isEmpty { seen = Set(named) }
            return seen.insert(event).inserted
        }
        arguments.withBytes { bytes in
            bytes.forEachWord { word in
                guard isReadable else { return }
                guard let event = EventName(UnsafeRawBufferPointer(rebasing: bytes[word])) else {
                    isReadable = false
                    return
                }
                if event != named.last, isNew(event) { named.append(event) }
                isReadable = named.count <= Limits.keywordArguments
            }
        }
        guard isReadable else { return nil }
        events =
            named.contains { EventName.retired.contains($0) }
            ? named.filter { !EventName.retired.contains($0) } : named
    }

    package init(events: [EventName]) { self.events = events }

    package var encoded: String { events.count == 1 ? events[0].name : events.map(\.name).joined(separator: " ") }
}

extension [EventName] {
    /// Each event once, where it is named first.
    package var uniqued: [EventName] {
        // A handful is looked through faster than hashed.
        if count <= 8, indices.allSatisfy({ !self[..<$0].contains(self[$0]) }) { return self }
        var seen: Set<EventName> = []
        return filter { seen.insert($0).inserted }
    }
}
