// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A program that profiles are for, and what its policy must know.
package struct ConfinedProgram: Hashable, Sendable {
    package let name: PolicyName
    /// The executables that the kernel puts under the policy by itself; none if something must start them under it.
    package internal(set) var attachments: [PathLiteral]
    /// Names of the sockets of its own.
    package internal(set) var sockets: Set<String>
    /// Whether it also uses the socket that everybody does.
    package internal(set) var usesGeneralSocket: Bool
    /// Whether it may publish services for which it listens at a port.
    var publishes: Bool
    /// Unix sockets at which it may listen for services.
    var serviceSockets: Set<PathLiteral> = []
    /// The profiles that are for it, each with its file: `onionshare (onionshare.yml)`, wherever it lies.
    var profiles: [String]

    mutating func merge(_ other: ConfinedProgram) {
        attachments += other.attachments.filter { !attachments.contains($0) }
        sockets.formUnion(other.sockets)
        usesGeneralSocket = usesGeneralSocket || other.usesGeneralSocket
        publishes = publishes || other.publishes
        serviceSockets.formUnion(other.serviceSockets)
        profiles += other.profiles.filter { !profiles.contains($0) }
    }
}
