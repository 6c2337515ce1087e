// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CLinux
private import Glibc

/// Who made the other end of a connected Unix socket, as the kernel noted it at that moment: the client at its
/// connect(), or, seen from the connecting side, the server at its listen().
package struct UnixPeer: Hashable, Sendable {
    /// Nil for a user that has no number here.
    package var userID: UInt32?
    package var groupID: UInt32?
    /// Nil for a process that cannot be seen from here, as one outside our PID namespace.
    package var processID: Int32?

    package init(userID: UInt32?, groupID: UInt32?, processID: Int32?) {
        self.userID = userID
        self.groupID = groupID
        self.processID = processID
    }
}

extension ClientLookup {
    /// The peer of a Unix socket; nil where `descriptor` is no such socket, or not a connected one.
    package func unixPeer(descriptor: Int32) -> UnixPeer? {
        var domain: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        var process: pid_t = 0
        var user = uid_t.max
        var group = gid_t.max
        guard getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0, domain == AF_UNIX,
            clinux_peer_credentials(descriptor, &process, &user, &group) == 0,
            process != 0 || user != .max
        else { return nil }
        return UnixPeer(
            userID: numbering.known(user: user),
            groupID: numbering.known(group: group),
            processID: process > 0 ? process : nil
        )
    }

    /// The supplementary groups that the peer had at its connect(); none where there are more than a system may give.
    func unixPeerGroups(descriptor: Int32) -> [UInt32] {
        var groups = [UInt32](repeating: 0, count: ProcessStatus.mostGroups)
        var count = UInt32(groups.count)
        guard clinux_peer_groups(descriptor, &groups, &count) == 0 else { return [] }
        return Array(groups.prefix(Int(count)))
    }
}
