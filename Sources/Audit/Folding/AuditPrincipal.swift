// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// On whose account records are counted: nobody who makes many of them takes the place of another's.
///
/// A user can have as many units, user namespaces and addresses of IPv6 as he likes; they make no more of him.
struct AuditPrincipal: Hashable, Sendable {
    private enum Kind: Hashable {
        /// What confines a program keeps it from the account of another of the same user.
        case user(UInt32, label: String?, unit: String?)
        /// Users without a name: those of user namespaces, which have 65,536 as a rule.
        case unnamedUsers(UInt16)
        /// An address of IPv4, or a /64 of IPv6, which is what one machine has.
        case host(IPAddress)
        /// A local user who is not known: of one application's socket, or of those that are shared.
        case unknown(socket: String?)
        /// Those beyond ``AuditFolding/mostPrincipals``, as many together as chance makes it.
        case others(Int)

        init(_ client: AuditedClient?) {
            guard let client else {
                self = .unknown(socket: nil)
                return
            }
            if let uid = client.uid {
                guard client.user != nil else {
                    self = .unnamedUsers(UInt16(uid >> 16))
                    return
                }
                self = .user(
                    uid, label: client.label == "unconfined" ? nil : client.label,
                    unit: client.unit.flatMap { $0.hasPrefix("user:") ? nil : $0 })
            } else if client.transport == .remote, let address = client.address.flatMap({ IPAddress($0) }) {
                self = .host(address.bitCount == 32 ? address : address.masked(to: 64))
            } else {
                self = .unknown(socket: client.socket)
            }
        }
    }

    private let kind: Kind
    /// Found out once, for it is asked with each record.
    private let hash: Int

    init(_ client: AuditedClient?) { self.init(Kind(client)) }

    private init(_ kind: Kind) {
        self.kind = kind
        hash = kind.hashValue
    }

    /// One of as many for all that have no account of their own.
    func shared(among accounts: Int) -> AuditPrincipal {
        AuditPrincipal(.others(Int(UInt(bitPattern: hash) % UInt(accounts))))
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
