// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

extension ClientLookup {
    /// Listeners that are asked about for one connection. Tor has one or two, rarely ten.
    package static let mostListeners = 32

    /// Whether a user is not all that is compared: where there is AppArmor labels are, which takes a look through `/proc`.
    package var comparesLabels: Bool { labels.isEnabled }

    /// Whether the connection that comes from `source` to one of `listeners` is of the client's user and label.
    ///
    /// What is not certain is no: an unknown user or label, a socket that its program has closed already, and one source that is
    /// connected to two listeners for two owners, since tor names the source only.
    ///
    /// - Parameters:
    ///   - source: the address and port that the connection comes from, on this machine.
    ///   - listeners: where it may lead. One on an unspecified address is reached at the loopback address of its family or at
    ///     `source`'s own.
    ///   - client: what was read of it when it was accepted.
    package func isOwnConnection(
        from source: Endpoint,
        to listeners: [Endpoint],
        of client: Client
    ) throws(Failure) -> Bool {
        guard let entries = try entriesOfUser(from: source, to: listeners, of: client) else { return false }
        guard comparesLabels else { return true }
        guard let label = client.label else { return false }
        for entry in entries {
            let facts = try known { () throws(SystemError) in
                try processes.facts(ofSocket: entry.inode, ownedBy: entry.userID, needs: .label)
            }
            guard facts?.label == label else { return false }
            // The pair may have become another's while we looked.
            guard let now = try sockets.entry(for: entry.pair), now.isConnected, now.inode == entry.inode,
                now.userID == entry.userID
            else { return false }
        }
        return true
    }

    /// The same by the user alone: a question or two to the kernel. If it is false, so is the whole.
    package func isConnectionOfUser(
        from source: Endpoint,
        to listeners: [Endpoint],
        of client: Client
    ) throws(Failure) -> Bool {
        try entriesOfUser(from: source, to: listeners, of: client) != nil
    }

    /// Whether a socket of anybody's is connected from `source` to one of the listeners.
    package func isConnected(from source: Endpoint, to listeners: [Endpoint]) throws(Failure) -> Bool {
        guard listeners.count <= Self.mostListeners else { return false }
        for pair in Self.pairs(from: source, to: listeners) {
            if let entry = try sockets.entry(for: pair), entry.isConnected { return true }
        }
        return false
    }

    /// The sockets from `source` to the listeners; nil if there is none, or if one of them is not the user's.
    private func entriesOfUser(
        from source: Endpoint,
        to listeners: [Endpoint],
        of client: Client
    ) throws(Failure) -> [SockDiagMessage.Entry]? {
        guard client.isLocal, let user = client.user, numbering.known(user: user.id) != nil,
            listeners.count <= Self.mostListeners
        else { return nil }
        var entries: [SockDiagMessage.Entry] = []
        for pair in Self.pairs(from: source, to: listeners) {
            guard let entry = try sockets.entry(for: pair) else { continue }
            // One that is closed, too, may be the one that the question is about.
            guard entry.isConnected, entry.inode != 0, entry.userID == user.id else { return nil }
            entries.append(entry)
        }
        return entries.isEmpty ? nil : entries
    }

    private static func pairs(from source: Endpoint, to listeners: [Endpoint]) -> Set<SockDiagMessage.Pair> {
        var pairs: Set<SockDiagMessage.Pair> = []
        // Tor has a listener of its own for each family.
        for listener in listeners where listener.address.family == source.address.family {
            for address in addresses(of: listener, for: source) {
                pairs.insert(
                    SockDiagMessage.Pair(
                        source: source.address,
                        sourcePort: source.port,
                        destination: address,
                        destinationPort: listener.port
                    )
                )
            }
        }
        return pairs
    }

    /// The addresses by which a program on this machine reaches a listener.
    private static func addresses(of listener: Endpoint, for source: Endpoint) -> Set<IPAddress> {
        guard listener.address.isUnspecified else { return [listener.address] }
        return [listener.address.family == .v4 ? .loopback : .loopback6, source.address]
    }
}

extension IPAddress {
    fileprivate enum Family {
        case v4
        case v6
    }

    fileprivate var family: Family {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    /// `::1`
    fileprivate static let loopback6 = IPAddress.v6(high: 0, low: 1)
}
