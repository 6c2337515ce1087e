// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies

/// Which records of a trail somebody wants to see: those that fit everything that is asked for.
package struct TrailFilter: Hashable, Sendable {
    /// A client by something that is known of it.
    package enum Subject: Hashable, Sendable {
        /// An address or network, also that of a client on this machine.
        case host(HostEntry)
        /// A user's name or number, an executable's path, an AppArmor label, a unit, or the name of an application's socket.
        case name(String)

        package init(_ text: String) { self = HostEntry(text).map(Self.host) ?? .name(text) }
    }

    /// One of them was for the client; all if empty.
    package var profiles: Set<String> = []
    /// One of them became of the command; anything, not only commands, if empty.
    package var decisions: Set<AuditedCommand.Decision> = []
    package var since: Timestamp?
    /// Before it.
    package var until: Timestamp?
    /// One of them is the client; all if empty.
    package var clients: Set<Subject> = []

    package init() {}

    package func takes(_ record: TrailRecord) -> Bool {
        since.map { record.time >= $0 } ?? true && until.map { record.time < $0 } ?? true
            && (decisions.isEmpty || record.decision.map(decisions.contains) ?? false)
            && (profiles.isEmpty || record.profiles.contains(where: profiles.contains))
            && (clients.isEmpty || record.client.map { client in clients.contains { $0.matches(client) } } ?? false)
    }
}

extension TrailFilter.Subject {
    func matches(_ client: AuditedClient) -> Bool {
        switch self {
        case .host(let entry):
            client.address.flatMap { IPAddress($0) }.map { entry.matches($0.unmapped, exactly: false) } ?? false
        // What is only claimed of an executable is not known of the client.
        case .name(let name):
            [client.user, client.executable, client.label, client.unit, client.socket].contains(name)
                || client.uid.map { String($0) } == name
        }
    }
}
