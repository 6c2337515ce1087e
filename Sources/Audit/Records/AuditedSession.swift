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
    private let likeness: Likeness

    /// - Parameter previous: any other one; what it has in common with this one need not be kept twice.
    package init(number: UInt64, client: AuditedClient?, profiles: [String] = [], after previous: AuditedSession? = nil)
    {
        self.number = number
        self.client = client
        self.profiles = profiles
        principal = AuditPrincipal(client)
        members = JSONLine.members(TrailRecord.fields(ofSession: number, client, profiles))
        let likeness = Likeness(client, profiles)
        self.likeness = previous.flatMap { $0.likeness == likeness ? $0.likeness : nil } ?? likeness
    }

    /// Whether it is with the same client under the same profiles, whatever number the process or the connection has.
    func isLike(_ other: AuditedSession) -> Bool { likeness == other.likeness }

    /// Equal for those that are alike.
    func hashLikeness(into hasher: inout Hasher) { hasher.combine(likeness) }

    package static func == (left: AuditedSession, right: AuditedSession) -> Bool {
        left === right
            || left.number == right.number && left.client == right.client && left.profiles == right.profiles
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(number)
        hasher.combine(likeness)
    }
}

/// What sessions have in common that are with the same client under the same profiles.
private final class Likeness: Hashable, Sendable {
    private let client: AuditedClient?
    private let profiles: [String]
    private let hash: Int

    init(_ client: AuditedClient?, _ profiles: [String]) {
        self.client = client?.anyProcess
        self.profiles = profiles
        var hasher = Hasher()
        hasher.combine(self.client)
        hasher.combine(profiles)
        hash = hasher.finalize()
    }

    static func == (left: Likeness, right: Likeness) -> Bool {
        left === right || left.hash == right.hash && left.client == right.client && left.profiles == right.profiles
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
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
