// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import struct NIOCore.ByteBuffer

/// The session that a record is of.
package final class AuditedSession: Hashable, Sendable {
    /// Counted from 1 since the daemon's start.
    package let number: UInt64
    /// Nil if it could not be found out.
    package let client: AuditedClient?
    /// The profiles that are for the client, by their names.
    package let profiles: [String]
    let principal: AuditPrincipal
    /// What every record of the session has, as it stands in a line of JSON.
    let members: ByteBuffer
    /// The same for those that ``isLike(_:)`` says to be alike.
    let likeness: Int

    package init(number: UInt64, client: AuditedClient?, profiles: [String] = []) {
        self.number = number
        self.client = client
        self.profiles = profiles
        principal = AuditPrincipal(client)
        members = JSONLine.members(TrailRecord.fields(ofSession: number, client, profiles))
        var hasher = Hasher()
        hasher.combine(client?.anyProcess)
        hasher.combine(profiles)
        likeness = hasher.finalize()
    }

    /// Whether it is with the same client under the same profiles, whatever number the process or the connection has.
    func isLike(_ other: AuditedSession) -> Bool {
        self === other
            || likeness == other.likeness && client?.anyProcess == other.client?.anyProcess
                && profiles == other.profiles
    }

    package static func == (left: AuditedSession, right: AuditedSession) -> Bool {
        left === right
            || left.number == right.number && left.client == right.client && left.profiles == right.profiles
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(number)
        hasher.combine(likeness)
    }
}

extension AuditedClient {
    /// The client without the numbers that another process or connection of its has not.
    fileprivate var anyProcess: AuditedClient {
        var client = self
        client.pid = nil
        client.port = nil
        return client
    }
}
