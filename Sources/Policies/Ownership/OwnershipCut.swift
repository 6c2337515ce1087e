// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// What is left of a reply that lists what belongs to many: the lines about a session's own.
package enum OwnershipCut: Hashable, Sendable {
    case circuits
    case streams
    case services
    /// The lines of ONION_CLIENT_AUTH_VIEW, which hold private keys.
    case credentials

    /// The cut for a key of GETINFO; nil for one of which nothing is anybody's own. Tor distinguishes capitals in keys.
    package init?(key: some StringProtocol) {
        switch key {
        case "circuit-status": self = .circuits
        case "stream-status": self = .streams
        case "onions/current", "onions/detached": self = .services
        default: return nil
        }
    }
}

extension Ownership {
    /// Whether a line of a list may be shown; what it tells of circuits is then known to the client.
    ///
    /// - Parameter line: the line without status and key; for credentials what stands behind `CLIENT `.
    package mutating func shows(_ line: String, under cut: OwnershipCut) -> Bool {
        switch cut {
        case .circuits:
            guard let circuit = CircuitEvent(line) else { return false }
            streams.listed(circuit)
            guard streams.owns(circuit.id) else { return false }
            streams.shown(circuit.id)
            return true
        case .streams:
            guard let stream = StreamEvent(line), streams.owns(stream.id) else { return false }
            if let circuit = stream.circuit { streams.shown(circuit) }
            return true
        case .services:
            return ServiceID(line).map { owns($0) } ?? false
        case .credentials:
            return ClientAuthorization(arguments: line).map { owns($0) } ?? false
        }
    }
}

extension OwnershipCut {
    /// Whether a line that may not be shown may turn out to be the session's own by a later line of the list: a leg of a
    /// Conflux set that is listed before the one that a stream is on.
    package func dependsOnLaterLines(_ line: String) -> Bool {
        guard self == .circuits, case .set? = CircuitEvent(line)?.conflux else { return false }
        return true
    }
}
