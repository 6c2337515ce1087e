// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Streams and circuits since the session is ready: which are its own, and which circuits it was told of.
///
/// A stream that was there before belongs to nobody. A circuit is a session's own once a stream of its own was on it, until the
/// circuit ends; another's streams may be on it as well.
package struct StreamLedger: Sendable {
    private struct Stream: Sendable {
        var isOwn: Bool
        var circuit: CircuitID?
    }

    private var streams: [StreamID: Stream] = [:]
    private var ownCircuits: Set<CircuitID> = []
    private var shownCircuits: Set<CircuitID> = []
    /// Own circuits that have failed, of which there is nothing more to tell but that they are closed.
    private var failedCircuits: Set<CircuitID> = []
    private var legs: [CircuitID: CircuitEvent.Conflux] = [:]
    /// What was there when the session began is known, and nothing had to be left out since.
    private var isComplete = false

    /// Streams that are followed. Tor has as many as it has descriptors at most; beyond this no circuit may be closed.
    static let bound = 16_384

    /// Failed circuits whose CLOSED is awaited; as a rule tor says one of the two.
    static let mostFailed = 256

    package init() {}

    package func owns(_ stream: StreamID) -> Bool { streams[stream]?.isOwn ?? false }

    package func owns(_ circuit: CircuitID) -> Bool {
        if ownCircuits.contains(circuit) { return true }
        guard case .set? = legs[circuit] else { return false }
        return ownCircuits.contains { legs[$0] == legs[circuit] }
    }

    /// Whether the session was told of the circuit, by a stream on it or in a list.
    package func wasShown(_ circuit: CircuitID) -> Bool { shownCircuits.contains(circuit) }

    /// Whether the end of the circuit is the session's own to hear of: it is its own, or was when it failed.
    package func ownsEnd(of circuit: CircuitID) -> Bool { owns(circuit) || failedCircuits.contains(circuit) }

    /// Whether all streams of the circuit are the session's own: nobody else loses by its end.
    package func ownsAllStreams(of circuit: CircuitID) -> Bool {
        isComplete && owns(circuit)
            && streams.values.allSatisfy { stream in
                stream.isOwn || stream.circuit.map { !mayShareStreams($0, circuit) } ?? true
            }
    }

    /// Whether a stream on one of the circuits may go over the other, as far as is known.
    private func mayShareStreams(_ one: CircuitID, _ other: CircuitID) -> Bool {
        if one == other { return true }
        guard let left = legs[one], let right = legs[other] else { return false }
        return left == right || left == .unknown || right == .unknown
    }

    // MARK: What tor tells

    /// - Parameter isOwn: whether the connection that a new stream comes from is the client's.
    package mutating func took(_ event: StreamEvent, isOwn: Bool) {
        switch event.status {
        case .new:
            add(event.id, Stream(isOwn: isOwn, circuit: event.circuit))
        case .attached:
            if streams[event.id] == nil { add(event.id, Stream(isOwn: false)) }
            streams[event.id]?.circuit = event.circuit
            if owns(event.id), let circuit = event.circuit { ownCircuits.insert(circuit) }
        case .detached:
            streams[event.id]?.circuit = nil
        case .closed:
            streams[event.id] = nil
        case .failed, .other:
            break
        }
    }

    package mutating func took(_ event: CircuitEvent) {
        switch event.status {
        case .launched, .closed: forget(event.id)
        case .failed: fail(event.id)
        case .other: break
        }
        if event.status != .closed, event.status != .failed { listed(event) }
    }

    /// Takes note of what a circuit is, from an event or a list.
    package mutating func listed(_ circuit: CircuitEvent) {
        guard let conflux = circuit.conflux, legs[circuit.id] != nil || legs.count < Self.bound else { return }
        // Once linked, a leg stays with its set, whatever an event leaves out.
        if conflux != .unknown || legs[circuit.id] == nil { legs[circuit.id] = conflux }
    }

    /// - Parameter lines: of the reply to `GETINFO stream-status`, asked once events had been; nil if tor did not say.
    package mutating func existing(_ lines: [String]?) {
        let found = lines?.map { StreamEvent($0) }
        for stream in found ?? [] {
            guard let stream, streams[stream.id] == nil else { continue }
            add(stream.id, Stream(isOwn: false, circuit: stream.circuit))
        }
        isComplete = found?.contains(nil) == false && streams.count <= Self.bound
    }

    /// - Parameter lines: of the reply to `GETINFO circuit-status`, in the same way.
    package mutating func existingCircuits(_ lines: [String]?) {
        let found = lines?.map { CircuitEvent($0) }
        for circuit in found ?? [] { circuit.map { listed($0) } }
        if found?.contains(nil) != false { isComplete = false }
    }

    /// The session has made the circuit, by EXTENDCIRCUIT.
    package mutating func extended(_ circuit: CircuitID) { ownCircuits.insert(circuit) }

    /// The session is told of the circuit; of one that is no longer its own there is nothing more to tell.
    package mutating func shown(_ circuit: CircuitID) {
        if owns(circuit) { shownCircuits.insert(circuit) }
    }

    private mutating func add(_ id: StreamID, _ stream: Stream) {
        guard streams[id] != nil || streams.count < Self.bound else {
            isComplete = false
            return
        }
        streams[id] = stream
    }

    private mutating func fail(_ circuit: CircuitID) {
        guard owns(circuit), failedCircuits.count < Self.mostFailed else {
            if !failedCircuits.contains(circuit) { forget(circuit) }
            return
        }
        failedCircuits.insert(circuit)
        ownCircuits.remove(circuit)
        legs[circuit] = nil
    }

    private mutating func forget(_ circuit: CircuitID) {
        failedCircuits.remove(circuit)
        ownCircuits.remove(circuit)
        shownCircuits.remove(circuit)
        legs[circuit] = nil
    }
}
