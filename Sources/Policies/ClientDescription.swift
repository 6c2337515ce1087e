// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Who a client is, as tests and `explain` say it: text, and nothing of it is looked up, so that profiles can be tried on any
/// machine.
package struct ClientDescription: Hashable, Sendable {
    /// Of a client from elsewhere, of which nothing else is known.
    package var host: IPAddress?
    /// A name, or a number.
    package var user: String?
    package var groups: [String] = []
    /// An AppArmor label; nil is `unconfined`.
    package var label: String?
    package var executable: String?
    /// With `user:` before a unit of the user's own.
    package var unit: String?
    /// The name of an application's socket.
    package var socket: String?

    package init() {}

    package var client: Client {
        if let host {
            return Client(transport: host.unmapped.isLoopback ? .loopback(host, port: 0) : .remote(host, port: 0))
        }
        let user = user.map(Self.account)
        return Client(
            transport: .unix(socket: socket),
            user: user,
            groups: groups.map(Self.account),
            executable: executable,
            label: Client.SecurityLabel(name: label ?? "unconfined", mode: nil),
            unit: unit.map { Self.unit($0, of: user) }
        )
    }

    private static func account(_ text: String) -> Client.Account {
        UInt32(text).map { Client.Account(id: $0, name: nil) } ?? Client.Account(id: .max, name: text)
    }

    private static func unit(_ text: String, of user: Client.Account?) -> Client.Unit {
        text.hasPrefix("user:") ? .user(String(text.dropFirst(5)), uid: user?.id ?? .max) : .system(text)
    }
}
