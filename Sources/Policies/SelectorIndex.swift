// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// Which profiles may be for a client, found without a look at all of them: each stands under one value that it asks for, or among the
/// few that ask for none in particular.
///
/// What it finds is only a selection: ``ClientSelector/matches(_:)`` decides.
struct SelectorIndex: Sendable {
    /// Local clients on an application's socket, by its name.
    private var bySocket: [String: [Int]] = [:]
    /// Those on a shared one, by what a profile asks for first: a label, or the executable in its place; an executable; a user.
    private var byLabel: [String: [Int]] = [:]
    private var byExecutable: [String: [Int]] = [:]
    private var byUser: [String: [Int]] = [:]
    /// Local ones that ask for nothing that can be looked up.
    private var otherLocal: [Int] = []
    /// Clients of other machines.
    private var byNetwork: [Network: [Int]] = [:]
    private var prefixLengths: Set<Network.Size> = []
    private var anyHost: [Int] = []

    private struct Network: Hashable {
        struct Size: Hashable {
            let bitCount: Int
            let prefixLength: Int
        }

        let address: IPAddress
        let size: Size
    }

    init(_ selectors: [ClientSelector]) {
        for (place, selector) in selectors.enumerated() {
            addLocal(selector, place)
            for host in Set(selector.hosts ?? []) { add(host, place) }
        }
    }

    private mutating func addLocal(_ selector: ClientSelector, _ place: Int) {
        guard selector.canMatchLocal else { return }
        if let sockets = selector.sockets {
            for socket in sockets { bySocket[socket, default: []].append(place) }
        } else if case .these(let labels) = selector.appArmorProfiles {
            for label in labels { byLabel[label, default: []].append(place) }
        } else if case .these(let executables) = selector.executables {
            for executable in executables { byExecutable[executable, default: []].append(place) }
        } else if case .these(let users) = selector.users {
            for user in users { byUser[user, default: []].append(place) }
        } else {
            otherLocal.append(place)
        }
    }

    private mutating func add(_ host: HostEntry, _ place: Int) {
        switch host {
        case .any: anyHost.append(place)
        case .address(let address): add(address, address.bitCount, place)
        case .network(let address, let length): add(address, length, place)
        }
    }

    private mutating func add(_ address: IPAddress, _ length: Int, _ place: Int) {
        let size = Network.Size(bitCount: address.bitCount, prefixLength: length)
        prefixLengths.insert(size)
        byNetwork[Network(address: address, size: size), default: []].append(place)
    }

    /// The places of the profiles that may be for the client, each once, in ascending order.
    func candidates(for client: Client) -> [Int] {
        switch client.transport {
        case .unix(let socket?): sorted(bySocket[socket] ?? [])
        case .unix(nil), .loopback: localCandidates(for: client)
        case .ownAddress, .remote: remoteCandidates(at: client.address)
        }
    }

    private func localCandidates(for client: Client) -> [Int] {
        var found = otherLocal
        // As a label an unconfined client has its executable.
        if let label = client.label, let name = label.isUnconfined ? client.executable : label.name {
            found += byLabel[name] ?? []
        }
        if let executable = client.executable { found += byExecutable[executable] ?? [] }
        if let user = client.user {
            if let name = user.name { found += byUser[name] ?? [] }
            found += byUser[String(user.id)] ?? []
        }
        return sorted(found)
    }

    private func remoteCandidates(at address: IPAddress) -> [Int] {
        var found = anyHost
        for size in prefixLengths where size.bitCount == address.bitCount {
            found += byNetwork[Network(address: address.masked(to: size.prefixLength), size: size)] ?? []
        }
        return sorted(found)
    }

    private func sorted(_ places: [Int]) -> [Int] {
        guard places.count > 1 else { return places }
        return Set(places).sorted()
    }
}
