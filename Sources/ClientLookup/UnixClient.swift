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
    /// doubt (Linux 6.5). On older kernels another process may have taken its number since: there it must be of the same user and
    /// have the other end of this very connection open, or nothing is read from it.
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
        let label = labels.label(ofPeer: descriptor)
        if needs.contains(.label), case .known(let label) = label {
            client.label = label
        }
        let wanted = processNeeds(needs, label: label)
        guard !wanted.isEmpty, let facts = try processFacts(of: peer, descriptor: descriptor, needs: wanted) else {
            return client
        }
        client.unit = facts.unit
        if needs.contains(.label), label == .notGivenWithSockets {
            client.label = facts.label
        }
        // With another label than it connected with it has started another program since.
        if needs.contains(.executable),
            label == .notGivenWithSockets || facts.label.map(SecurityLabels.PeerLabel.known) == label
        {
            client.executable = facts.executable?.verifiedPath
            client.unverifiedExecutable = facts.executable?.unverified
        }
        return client
    }

    /// What is to be read from the process, once the kernel has told its label with the socket, or not.
    private func processNeeds(_ needs: Needs, label: SecurityLabels.PeerLabel) -> Needs {
        switch label {
        case .notGivenWithSockets: needs.subtracting(.groups)
        case .known where needs.contains(.executable): needs.subtracting(.groups).union(.label)
        case .known: needs.subtracting([.groups, .label])
        // An executable without the label to hold it against does not count.
        case .unknown: needs.subtracting([.groups, .label, .executable])
        }
    }

    private func processFacts(
        of peer: UnixPeer,
        descriptor: Int32,
        needs: Needs
    ) throws(Failure) -> ProcessFacts? {
        guard let processID = peer.processID, let userID = peer.userID else { return nil }
        return try known { () throws(SystemError) in
            let handle = kernelNamesPeers ? clinux_peer_pidfd(descriptor) : -1
            if kernelNamesPeers, handle >= 0 || errno != ENOPROTOOPT {
                let process = try PinnedProcess(
                    processID: processID,
                    namedBy: Descriptor(adopting: handle),
                    procPath: processes.path
                )
                return try processes.facts(of: process, ownedBy: userID, needs: needs)
            }
            let process = try PinnedProcess(processID: processID, procPath: processes.path)
            let facts = try processes.facts(of: process, ownedBy: userID, needs: needs)
            return try holdsOtherEnd(process, of: descriptor) ? facts : nil
        }
    }

    /// Whether a process has the other end of a Unix connection of ours open.
    private func holdsOtherEnd(_ process: borrowing PinnedProcess, of descriptor: Int32) throws(SystemError) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        guard let inode = UInt32(exactly: status.st_ino), let peer = try sockets.peer(ofUnixSocket: inode) else {
            return false
        }
        return try process.holds(socket: peer, among: processes.limits.openFiles)
    }
}
