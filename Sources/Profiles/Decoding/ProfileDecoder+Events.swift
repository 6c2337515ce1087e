// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

extension ProfileDecoder {
    /// A mapping of events, or a list of their names.
    mutating func decodeEvents(_ node: Node) -> [EventEntry] {
        var entries: [EventEntry] = []
        for (key, value) in keyed(node, "`events`") {
            guard let text = text(key, "an event"), let name = decodeEventName(text) else { continue }
            if let earlier = entries.first(where: { $0.name == name }) {
                findings.error("the event \(name) is on line \(earlier.mark.line) already", at: text.mark)
                continue
            }
            var entry = EventEntry(name: name, mark: text.mark)
            if let value, value.scalar?.isNull != true { decodeEvent(value, into: &entry) }
            entries.append(entry)
        }
        return entries
    }

    /// Keys with their values, or the members of a list without.
    mutating func keyed(_ node: Node, _ what: String) -> [(Node, Node?)] {
        if let names = node.sequence {
            if names.isEmpty {
                findings.warning(
                    .doesNothing, "\(what) has nothing in it", at: node.mark,
                    hint: "list what is allowed, or take it out")
            }
            return names.map { ($0, nil) }
        }
        return mapping(node, what)?.map { ($0.key, $0.value) } ?? []
    }

    private mutating func decodeEventName(_ text: WrittenText) -> EventName? {
        guard let name = EventName(text.text) else {
            findings.error("`\(Self.shortened(text.text))` is no name of an event", at: text.mark)
            return nil
        }
        if EventName.retired.contains(name) {
            findings.warning(
                .unknownEvent,
                "tor has retired the event \(name): a client may ask for it, and nothing ever comes",
                at: text.mark,
                hint: "take it out, unless a program cannot do without asking for it"
            )
        } else if !EventName.known.contains(name) {
            findings.warning(
                .unknownEvent,
                "tor has no event `\(name)` that is known here",
                at: text.mark,
                hint: Spelling.nearest(to: name.name, among: EventName.known.map(\.name).sorted())
                    .map { "did you mean `\($0)`?" }
                    ?? "take it out; control-spec has the names of events, and tor tells its own at `GETINFO events/names`"
            )
        }
        return name
    }

    private mutating func decodeEvent(_ node: Node, into entry: inout EventEntry) {
        guard let written = entries(of: node, as: EventEntry.Key.self) else { return }
        entry.isSuppressed = written[.suppress].flatMap { bool($0.value, "`suppress`") } ?? false
        entry.response = decodeResponse(written[.response], otherwise: written[.else])
        entry.isOwn =
            written[.own].map {
                decodeOwn($0, isMeant: OwnershipCheck.events.contains(entry.name), OwnershipCheck.events.map(\.name))
            } ?? false
        if entry.isSuppressed, let response = written[.response] {
            findings.warning(
                .doesNothing,
                "the response does nothing: the event is never sent",
                at: response.key.mark,
                hint: "take out either `response` or `suppress`"
            )
        }
    }
}
