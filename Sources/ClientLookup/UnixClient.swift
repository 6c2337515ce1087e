// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CLinux
private import Glibc
package import Policies

extension ClientLookup {
    /// The client of an accepted Unix connection.
    ///
    /// User, groups and process number are those at connect(), from the kernel, and so is the label where it gives one
    /// with the socket (SO_PEERSEC, Linux 6.17). The rest is read from the process, which SO_PEERPIDFD names beyond
    /// doubt (Linux 6.5). On older kernels its number may have been taken by another process since; that must then at
    /// least be one of the same user.
    ///
    /// - Parameter socketName: name of the application's socket that was connected to; nil on a shared one.
    package func unixClient(descriptor: Int32, socketName: String?, needs: Needs) throws(Failure) -> Client {
        guard let peer = unixPeer(descriptor: descriptor) else {
            throw Failure(reason: "the kernel does not say who connected")
        }
        var client = Client(
            transport: .unix(socket: socketName),
            user: peer.userID.flatMap(user),
            processID: peer.processID
        )
        if needs.contains(.groups), let primary = peer.groupID {
            client.groups = groups([primary] + unixPeerGroups(descriptor: descriptor))
        }
        var wanted = needs.subtracting(.groups)
        if needs.contains(.label) {
            switch labels.label(ofPeer: descriptor) {
            case .known(let label):
                client.label = label
                wanted.remove(.label)
            case .unknown: wanted.remove(.label)
            case .notGivenWithSockets: break
            }
        }
        guard !wanted.isEmpty, let facts = try processFacts(of: peer, descriptor: descriptor, needs: wanted) else {
            return client
        }
        client.executable = facts.executable?.verifiedPath
        client.unit = facts.unit
        if wanted.contains(.label) {
            client.label = facts.label
        }
        return client
    }

    private func processFacts(
        of peer: UnixPeer,
        descriptor: Int32,
        needs: Needs
    ) throws(Failure) -> ProcessFacts? {
        guard let processID = peer.processID, let userID = peer.userID else { return nil }
        return try known { () throws(SystemError) in
            let handle = try peerHandle(processID: processID, descriptor: descriptor)
            let process = try PinnedProcess(processID: processID, handle: handle, procPath: processes.path)
            return try processes.facts(of: process, ownedBy: userID, needs: needs)
        }
    }

    private func peerHandle(processID: Int32, descriptor: Int32) throws(SystemError) -> Descriptor {
        let peer = clinux_peer_pidfd(descriptor)
        if peer < 0, errno == ENOPROTOOPT {
            return try Descriptor(adopting: clinux_pidfd_open(processID))
        }
        return try Descriptor(adopting: peer)
    }
}
