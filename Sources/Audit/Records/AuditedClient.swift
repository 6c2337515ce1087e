// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies

/// Who a session is with, as records tell it. What is not known is not said.
package struct AuditedClient: Hashable, Sendable {
    package enum Transport: String, Hashable, Sendable {
        /// A Unix socket for all.
        case unix
        /// An application's own socket.
        case socket
        case loopback
        /// From another machine, or over an address of this one's that is no loopback.
        case remote
    }

    package var transport: Transport
    /// The name of the application's socket.
    package var socket: String?
    package var address: String?
    package var port: UInt16?
    package var uid: UInt32?
    package var user: String?
    package var pid: Int32?
    package var executable: String?
    /// What the kernel calls an executable that is not known for certain, and why it is not.
    package var claimedExecutable: String?
    package var executableDoubt: String?
    package var label: String?
    package var labelMode: String?
    /// With `user:` before a unit of the user's own.
    package var unit: String?
    /// Why it does not count.
    package var unitDoubt: String?

    package init(transport: Transport) { self.transport = transport }

    package init(_ client: Client) {
        switch client.transport {
        case .unix(nil): transport = .unix
        case .unix(let name?):
            transport = .socket
            socket = name
        case .loopback(let address, let port):
            transport = .loopback
            (self.address, self.port) = (address.description, port)
        case .remote(let address, let port), .ownAddress(let address, let port):
            transport = .remote
            (self.address, self.port) = (address.description, port)
        }
        uid = client.user?.id
        user = client.user?.name
        pid = client.processID
        executable = client.executable
        if executable == nil, let claimed = client.unverifiedExecutable {
            claimedExecutable = claimed.path
            executableDoubt = Self.doubt(claimed)
        }
        label = client.label?.name
        labelMode = client.label?.mode
        switch client.unit {
        case .system(let name)?: unit = name
        case .user(let name, let owner)?:
            unit = "user:\(name)"
            if owner != client.user?.id { unitDoubt = "of the service manager of uid \(owner), another user" }
        case nil: break
        }
    }

    /// Why an executable that the kernel names is not known for certain.
    private static func doubt(_ executable: Client.UnverifiedExecutable) -> String? {
        guard !executable.isInAnotherMountNamespace else { return "in another mount namespace" }
        return switch executable.doubt {
        case .owner(let user)?: "belongs to uid \(user)"
        case .writable?: "others than root can write it"
        case .elsewhere?: "the path leads to another file or to none"
        case nil: nil
        }
    }

    /// Its fields by their names in records, in a fixed order.
    package var fields: [AuditField] {
        let fields: [(String, AuditField.Value?)] = [
            ("transport", .text(transport.rawValue)),
            ("socket", socket.map { .text($0) }),
            ("address", address.map { .text($0) }),
            ("port", port.map { .number(UInt64($0)) }),
            ("uid", uid.map { .number(UInt64($0)) }),
            ("user", user.map { .text($0) }),
            ("pid", pid.flatMap { UInt64(exactly: $0) }.map { .number($0) }),
            ("exe", executable.map { .text($0) }),
            ("exe_claimed", claimedExecutable.map { .text($0) }),
            ("exe_doubt", executableDoubt.map { .text($0) }),
            ("apparmor", label.map { .text($0) }),
            ("apparmor_mode", labelMode.map { .text($0) }),
            ("unit", unit.map { .text($0) }),
            ("unit_doubt", unitDoubt.map { .text($0) }),
        ]
        return fields.compactMap { name, value in value.map { AuditField(name: name, value: $0) } }
    }
}
