// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import struct NIOCore.ByteBuffer

/// The session that a record is of.
package struct AuditedSession: Hashable, Sendable {
    /// Counted from 1 since the daemon's start.
    package let number: UInt64
    /// Nil if it could not be found out.
    package let client: AuditedClient?
    /// The profiles that are for the client, by their names.
    package let profiles: [String]
    let principal: AuditPrincipal
    /// What every record of the session has, as it stands in a line of JSON.
    let members: ByteBuffer

    package init(number: UInt64, client: AuditedClient?, profiles: [String] = []) {
        self.number = number
        self.client = client
        self.profiles = profiles
        principal = AuditPrincipal(client)
        members = JSONLine.members(TrailRecord.fields(ofSession: number, client, profiles))
    }
}
