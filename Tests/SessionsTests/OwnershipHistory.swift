// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// All that tor has said, read backwards: who something belongs to is worked out anew for every question, by other means than the
/// ledgers'.
struct OwnershipHistory {
    /// The first words of each event, with its name.
    private var events: [[Substring]] = []
    private let mySources: Set<Substring>

    init(mySources: Set<Substring>) { self.mySources = mySources }

    mutating func append(_ event: String) { events.append(event.split(separator: " ")) }

    /// Whether the stream, as it is now, began at a source of mine.
    func ownsStream(_ id: Substring) -> Bool {
        for event in events.reversed() where event[0] == "STREAM" && event[1] == id {
            if event[2] == "CLOSED" { return false }
            if event[2] == "NEW" || event[2] == "NEWRESOLVE" { return isMine(event) }
        }
        return false
    }

    /// Whether a stream of mine was put on the circuit since the circuit has begun.
    func ownsCircuit(_ id: Substring) -> Bool {
        for (index, event) in events.enumerated().reversed() {
            if event[0] == "CIRC", event[1] == id, ["LAUNCHED", "CLOSED", "FAILED"].contains(event[2]) { return false }
            guard event[0] == "STREAM", event[3] == id,
                ["SENTCONNECT", "SENTRESOLVE", "REMAP", "SUCCEEDED"].contains(event[2])
            else { continue }
            if before(index).ownsStream(event[1]) { return true }
        }
        return false
    }

    /// Whether the circuit failed as mine, and nothing else has been heard of it since.
    private func lostCircuit(_ id: Substring) -> Bool {
        let ends: [Substring] = ["LAUNCHED", "CLOSED", "FAILED"]
        for (index, event) in events.enumerated().reversed()
        where event[0] == "CIRC" && event[1] == id && ends.contains(event[2]) {
            guard event[2] == "FAILED" else { return false }
            if before(index).ownsCircuit(id) { return true }
        }
        return false
    }

    private func before(_ index: Int) -> OwnershipHistory {
        var history = self
        history.events = Array(events[..<index])
        return history
    }

    /// Whether the last event is about what is mine.
    var isLastMine: Bool {
        guard let last = events.last else { return false }
        let former = before(events.count - 1)
        switch last[0] {
        case "STREAM": return last[2] == "NEW" || last[2] == "NEWRESOLVE" ? isMine(last) : former.ownsStream(last[1])
        case "CIRC" where last[2] == "CLOSED": return former.ownsCircuit(last[1]) || former.lostCircuit(last[1])
        case "CIRC": return last[2] != "LAUNCHED" && former.ownsCircuit(last[1])
        case "CIRC_MINOR": return former.ownsCircuit(last[1])
        default: return false
        }
    }

    private func isMine(_ event: [Substring]) -> Bool {
        event.dropFirst(5).contains { word in
            word.hasPrefix("SOURCE_ADDR=") && mySources.contains(word.dropFirst("SOURCE_ADDR=".count))
        }
    }
}
