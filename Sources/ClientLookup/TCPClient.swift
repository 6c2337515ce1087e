// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
private import Glibc
package import Policies

extension ClientLookup {
    /// The client of an accepted TCP connection.
    ///
    /// The kernel answers for a pair of addresses and ports, not for a connection. What was found is therefore only
    /// taken if the connection is still there afterwards: a client that resets it frees its port, and the next program
    /// to use that port would lend it its name.
    package func tcpClient(descriptor: Int32, needs: Needs) throws(Failure) -> Client {
        let connection = TCPConnection(descriptor: descriptor)
        guard let peer = connection.peer, let local = connection.local else {
            throw Failure(reason: "the connection is no longer there")
        }
        // A listener that the service manager passes us may belong to another network namespace than the one we are in.
        let ours = try known { () throws(SystemError) in try sockets.networkNamespace() }
        guard connection.networkNamespace == ours else {
            throw Failure(
                reason: "the connection is in another network namespace, whose sockets cannot be seen from here")
        }
        let client = try tcpClient(
            peer: peer.address,
            peerPort: peer.port,
            local: local.address,
            localPort: local.port,
            needs: needs
        )
        guard connection.isOpen else {
            throw Failure(reason: "the client \(client.endpoint) has reset the connection")
        }
        return client
    }

    /// The client at one end of a connection whose other end, `local`, is ours. The caller knows that the connection
    /// stays there meanwhile.
    ///
    /// A loopback client's user is that of its socket, from the kernel; process and all that follows from it are looked
    /// for only if `needs` asks.
    package func tcpClient(
        peer: IPAddress,
        peerPort: UInt16,
        local: IPAddress,
        localPort: UInt16,
        needs: Needs
    ) throws(Failure) -> Client {
        let pair = SockDiagMessage.Pair(
            source: peer,
            sourcePort: peerPort,
            destination: local,
            destinationPort: localPort
        )
        let transport = try transport(of: pair)
        var client = Client(transport: transport)
        guard case .loopback = transport else { return client }

        guard let entry = try sockets.entry(for: pair), entry.isConnected, entry.inode != 0 else {
            throw Failure(reason: "the connection from \(client.endpoint) has no owner any more")
        }
        client.user = user(entry.userID)
        guard !needs.isEmpty, client.user != nil,
            let facts = try known({ () throws(SystemError) in
                try processes.facts(ofSocket: entry.inode, ownedBy: entry.userID, needs: needs)
            })
        else { return client }
        client.processID = facts.processID
        if needs.contains(.executable) {
            client.executable = facts.executable?.verifiedPath
            client.unverifiedExecutable = facts.executable?.unverified
        }
        client.label = needs.contains(.label) ? facts.label : nil
        client.unit = facts.unit
        client.groups = needs.contains(.groups) ? groups(facts.groups) : []
        return client
    }

    /// How a TCP client reached us.
    ///
    /// An address that is not loopback is our own if an interface has it, or if the other end of the very connection is
    /// a socket of this machine: with local routes a program can connect from addresses that no interface has.
    private func transport(of pair: SockDiagMessage.Pair) throws(Failure) -> Client.Transport {
        if pair.source.isLoopback {
            return .loopback(pair.source, port: pair.sourcePort)
        }
        let addresses = try LocalAddresses.current()
        let counterpart = try sockets.entry(for: pair)
        if addresses.contains(pair.source) || counterpart != nil {
            return .ownAddress(pair.source, port: pair.sourcePort)
        }
        return .remote(pair.source, port: pair.sourcePort)
    }
}

extension Client {
    fileprivate var endpoint: String { "\(address.bracketed):\(port)" }
}
