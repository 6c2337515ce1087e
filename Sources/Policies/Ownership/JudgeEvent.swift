// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What an event says about a session's own.
package struct EventRelation: Hashable, Sendable {
    /// It is about what is the session's own.
    package var isOwn = false
    /// A circuit ends that the session was told of.
    package var closedCircuit: CircuitID?
    /// The circuit that the session hears of by the event.
    package var namedCircuit: CircuitID?

    package init() {}
}

extension Ownership {
    /// Takes note of an event, whether or not the client will see it.
    ///
    /// - Parameters:
    ///   - text: what stands behind the name in the event's first line.
    ///   - isOwnSource: whether the connection that a new stream comes from is the client's.
    package mutating func took(_ name: EventName, _ text: String, isOwnSource: Bool) -> EventRelation {
        var relation = EventRelation()
        switch name {
        case .stream:
            guard let event = StreamEvent(text) else { break }
            relation.isOwn = event.status == .new ? isOwnSource : streams.owns(event.id)
            relation.namedCircuit = event.circuit
            streams.took(event, isOwn: isOwnSource)
        case .circuit:
            guard let event = CircuitEvent(text) else { break }
            relation.isOwn =
                event.status == .closed
                ? streams.ownsEnd(of: event.id) : event.status != .launched && streams.owns(event.id)
            if event.status == .closed, streams.wasShown(event.id) { relation.closedCircuit = event.id }
            streams.took(event)
        case .circuitMinor:
            relation.isOwn = CircuitEvent(text).map { streams.owns($0.id) } ?? false
        case .serviceDescriptor:
            relation.isOwn = ServiceDescriptorEvent(text).map { took($0) } ?? false
        case .serviceDescriptorContent:
            relation.isOwn = text.words.first.flatMap { ServiceID($0) }.map { tookContent(of: $0) } ?? false
        default:
            break
        }
        return relation
    }
}
