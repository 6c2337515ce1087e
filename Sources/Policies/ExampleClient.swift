// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

extension ClientSelector {
    /// A client that the qualifiers certainly match: a local one if they can match any, else one from elsewhere. Where they take
    /// anything, it is somebody invented. Nil if there is none.
    package var exampleClient: Client? { exampleClients.first }

    /// Clients that the qualifiers certainly match, of every kind that they are for, local ones first.
    package var exampleClients: [Client] {
        let local = localDescriptions.map(\.client)
        return (local + remoteAddresses.map { Client(transport: .remote($0, port: 0)) }).filter { matches($0) }
    }

    /// Programs that are known by their label, then such as are known by their executable.
    private var localDescriptions: [ClientDescription] {
        var base = ClientDescription()
        base.user = users?.examples.first ?? "somebody"
        base.groups = groups.map { Array($0.examples.prefix(1)) } ?? []
        base.executable = executables?.examples.first
        base.unit = units?.first?.example
        base.socket = sockets?.min()
        guard let labels = appArmorProfiles, labels != .any else {
            if appArmorProfiles != nil, base.executable == nil { base.executable = "/usr/bin/something" }
            return [base]
        }
        let values = labels.examples
        return values.map { value in
            var confined = base
            confined.label = value
            return confined
        }
            + values.map { value in
                var unconfined = base
                unconfined.executable = value
                return unconfined
            }
    }

    /// The first host of each network; then those that RFC 5737 and RFC 3849 set apart for documentation.
    private var remoteAddresses: [IPAddress] {
        let documented = [IPAddress.v4(0xC000_0201), .v6(high: 0x2001_0DB8_0000_0000, low: 1)]
        return ((hosts ?? []).compactMap(\.example) + documented).filter { !$0.isLoopback && !$0.isUnspecified }
    }
}

extension ClientSelector.Values {
    /// In byte-wise order, so that it is the same ones always.
    fileprivate var examples: [String] {
        switch self {
        case .any: ["somebody"]
        case .these(let values): values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }
}

extension HostEntry {
    fileprivate var example: IPAddress? {
        switch self {
        case .any: nil
        case .address(let address): address
        case .network(.v4(let network), let length): .v4(length < 31 ? network + 1 : network)
        case .network(.v6(let high, let low), let length): .v6(high: high, low: length < 127 ? low + 1 : low)
        }
    }
}
