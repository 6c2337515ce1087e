// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Everything known about who is connected, read once when the connection was accepted.
///
/// What could not be established is `nil`: it matches no value of a qualifier. Only `users` and `hosts` written as `*`
/// take it.
package struct Client: Hashable, Sendable {
    /// How the client reached us.
    package enum Transport: Hashable, Sendable {
        /// A Unix socket; `socket` is the name of the application's socket, nil on a shared listener.
        case unix(socket: String?)
        /// TCP from a loopback address of this machine.
        case loopback(IPAddress, port: UInt16)
        /// TCP from this machine, by one of its addresses that are not loopback.
        case ownAddress(IPAddress, port: UInt16)
        /// TCP from another machine.
        case remote(IPAddress, port: UInt16)
    }

    /// A name with its number, as the user database has it; the name is nil where there is none.
    package struct Account: Hashable, Sendable {
        package var id: UInt32
        package var name: String?

        package init(id: UInt32, name: String?) {
            self.id = id
            self.name = name
        }
    }

    /// An AppArmor label as the kernel writes it, its mode split off.
    package struct SecurityLabel: Hashable, Sendable {
        /// `/usr/bin/onionshare`, `unconfined`, `a//&b` for a stack, `:ns:label` in a namespace.
        package var name: String
        /// `enforce`, `complain`, `kill`, `unconfined`, `mixed`; nil for the label `unconfined` itself.
        package var mode: String?

        package init(name: String, mode: String?) {
            self.name = name
            self.mode = mode
        }

        /// A task under no policy, or under one that only names it.
        package var isUnconfined: Bool { name == "unconfined" || mode == "unconfined" }
    }

    /// A unit of the system's service manager, or of a user's own, whose names prove nothing about others.
    package enum Unit: Hashable, Sendable {
        case system(String)
        case user(String, uid: UInt32)
    }

    /// What the kernel calls an executable that cannot be told for certain. It matches nothing, and stands in the record only.
    package struct UnverifiedExecutable: Hashable, Sendable {
        /// `/usr/bin/onionshare`, which any user can have in a mount namespace of his own; `/usr/bin/onionshare (deleted)`.
        package var path: String
        package var isInAnotherMountNamespace: Bool
        /// What speaks against the file itself.
        package var doubt: Doubt?

        /// Why a file may be another program tomorrow, or is not the one that its path leads to.
        package enum Doubt: Hashable, Sendable {
            case owner(UInt32)
            case writable
            case elsewhere
        }

        package init(path: String, isInAnotherMountNamespace: Bool, doubt: Doubt? = nil) {
            self.path = path
            self.isInAnotherMountNamespace = isInAnotherMountNamespace
            self.doubt = doubt
        }
    }

    package var transport: Transport
    package var user: Account?
    package var groups: [Account]
    package var processID: Int32?
    /// Path of the executable, only where that path and the running file are one file that others cannot write.
    package var executable: String?
    package var unverifiedExecutable: UnverifiedExecutable?
    package var label: SecurityLabel?
    package var unit: Unit?

    package init(
        transport: Transport,
        user: Account? = nil,
        groups: [Account] = [],
        processID: Int32? = nil,
        executable: String? = nil,
        unverifiedExecutable: UnverifiedExecutable? = nil,
        label: SecurityLabel? = nil,
        unit: Unit? = nil
    ) {
        self.transport = transport
        self.user = user
        self.groups = groups
        self.processID = processID
        self.executable = executable
        self.unverifiedExecutable = unverifiedExecutable
        self.label = label
        self.unit = unit
    }

    /// A Unix socket or a loopback address.
    package var isLocal: Bool {
        switch transport {
        case .unix, .loopback: true
        case .ownAddress, .remote: false
        }
    }

    /// The address that a rewritten service points at: `127.0.0.1` for a client on a Unix socket.
    package var address: IPAddress {
        switch transport {
        case .unix: .loopback
        case .loopback(let address, _), .ownAddress(let address, _), .remote(let address, _): address.unmapped
        }
    }

    /// The client's port, 0 on a Unix socket.
    package var port: UInt16 {
        switch transport {
        case .unix: 0
        case .loopback(_, let port), .ownAddress(_, let port), .remote(_, let port): port
        }
    }
}
