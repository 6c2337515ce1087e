// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The qualifiers of a profile: for which clients it is. An absent qualifier never means "any".
package struct ClientSelector: Hashable, Sendable {
    /// A list of values where `*` stands for anything that is known.
    package enum Values: Hashable, Sendable {
        case any
        case these(Set<String>)

        package init(_ values: [String]) { self = values.contains("*") ? .any : .these(Set(values)) }

        /// As they may be written, in a fixed order.
        package var listed: [String] {
            switch self {
            case .any: ["*"]
            case .these(let values): values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            }
        }

        func contains(_ value: String?) -> Bool {
            guard let value else { return false }
            switch self {
            case .any: return true
            // Byte by byte: strings that Unicode holds to be equal are two files to the kernel.
            case .these(let values): return values.contains { $0.utf8.elementsEqual(value.utf8) }
            }
        }
    }

    package var appArmorProfiles: Values?
    package var executables: Values?
    package var users: Values?
    package var groups: Values?
    package var hosts: [HostEntry]?
    package var units: [UnitPattern]?
    /// Names of applications' sockets.
    package var sockets: Set<String>?

    package init(
        appArmorProfiles: Values? = nil,
        executables: Values? = nil,
        users: Values? = nil,
        groups: Values? = nil,
        hosts: [HostEntry]? = nil,
        units: [UnitPattern]? = nil,
        sockets: Set<String>? = nil
    ) {
        self.appArmorProfiles = appArmorProfiles
        self.executables = executables
        self.users = users
        self.groups = groups
        self.hosts = hosts
        self.units = units
        self.sockets = sockets
    }

    /// Whether any local client can match at all: by its own socket, or by user together with a label or a unit.
    package var canMatchLocal: Bool {
        sockets != nil || users != nil && (appArmorProfiles != nil || units != nil)
    }

    package func matches(_ client: Client) -> Bool {
        switch client.transport {
        case .unix(let socket): return matchesLocal(client, socket: socket)
        case .loopback: return matchesLocal(client, socket: nil)
        case .ownAddress: return hosts?.contains { $0.matches(client.address, exactly: true) } ?? false
        case .remote: return hosts?.contains { $0.matches(client.address, exactly: false) } ?? false
        }
    }

    private func matchesLocal(_ client: Client, socket: String?) -> Bool {
        guard canMatchLocal else { return false }
        // On an application's own socket only profiles that name it apply, and those nowhere else.
        guard sockets.map({ names in socket.map(names.contains) ?? false }) ?? (socket == nil) else { return false }
        return holds(appArmorProfiles) { matchesLabel($0, of: client) }
            && holds(executables) { $0.contains(client.executable) }
            && holds(users) { matchesUser($0, of: client) }
            && holds(groups) { values in client.groups.contains { matches(values, $0) } }
            && holds(units) { patterns in patterns.contains { matchesUnit($0, of: client) } }
    }

    /// An absent qualifier asks for nothing; that something is asked for at all is ``canMatchLocal``.
    private func holds<Qualifier>(_ qualifier: Qualifier?, _ test: (Qualifier) -> Bool) -> Bool {
        qualifier.map(test) ?? true
    }

    /// The label, whole; an unconfined client is known by its executable instead.
    private func matchesLabel(_ values: Values, of client: Client) -> Bool {
        guard let label = client.label else { return false }
        if values == .any { return true }
        return values.contains(label.isUnconfined ? client.executable : label.name)
    }

    /// `*` takes a user that is not known, too: what cannot be established matches `*` for users and hosts only.
    private func matchesUser(_ values: Values, of client: Client) -> Bool {
        values == .any || client.user.map { matches(values, $0) } ?? false
    }

    /// A unit of a user's own service manager counts for that user alone: programs of others may run below it.
    private func matchesUnit(_ pattern: UnitPattern, of client: Client) -> Bool {
        switch client.unit {
        case .user(_, let user)? where user != client.user?.id: false
        case let unit?: pattern.matches(unit)
        case nil: false
        }
    }

    /// By name, or by number where the value is all digits.
    private func matches(_ values: Values, _ account: Client.Account) -> Bool {
        values.contains(account.name.flatMap { $0.utf8.allSatisfy(\.isDecimalDigit) ? nil : $0 })
            || values.contains(String(account.id))
    }
}
