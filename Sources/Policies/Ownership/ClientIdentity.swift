// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Who a client is across its sessions: what outlives one of them (a detached service, a client-auth credential) is given back
/// to none but the same.
///
/// For local clients the uid with what confines the process: its AppArmor label, or else its executable, or else its unit. For
/// others the address.
package enum ClientIdentity: Hashable, Sendable {
    case local(uid: UInt32, program: Program?, socket: String?)
    case remote(IPAddress)

    package enum Program: Hashable, Sendable {
        case label(String)
        case executable(String)
        case unit(Client.Unit)
    }

    /// Nil for a local client whose user is not known: it is nobody again.
    package init?(_ client: Client) {
        switch client.transport {
        case .ownAddress, .remote:
            self = .remote(client.address)
        case .unix, .loopback:
            guard let user = client.user else { return nil }
            var socket: String?
            if case .unix(let name) = client.transport { socket = name }
            self = .local(uid: user.id, program: Program(client), socket: socket)
        }
    }
}

extension ClientIdentity.Program {
    fileprivate init?(_ client: Client) {
        if let label = client.label, !label.isUnconfined {
            self = .label(label.name)
        } else if let executable = client.executable {
            self = .executable(executable)
        } else if let unit = client.unit {
            self = .unit(unit)
        } else {
            return nil
        }
    }
}
