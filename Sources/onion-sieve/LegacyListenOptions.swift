// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import ClientLookup
import ControlProtocol
import Daemon

/// The ways in which the Python filter is told where to listen; they keep working.
struct LegacyListenOptions: ParsableArguments {
    @Option(
        name: .customLong("listen-address"),
        help: ArgumentHelp("Listen on this address, with --listen-port.", valueName: "address")
    )
    var address: String?

    @Option(
        name: .customLong("listen-port"),
        help: ArgumentHelp("Listen on this port (951).", valueName: "port")
    )
    var port: UInt16?

    @Option(
        name: .customLong("listen-interface"),
        help: ArgumentHelp("Listen on the addresses of this network interface.", valueName: "interface")
    )
    var interface: String?

    func validate() throws {
        guard address == nil || interface == nil else {
            throw ValidationError("--listen-address and --listen-interface exclude each other")
        }
        if let address, IPAddress(address) == nil {
            throw ValidationError("--listen-address \(address): a literal address is needed")
        }
        guard port != 0 else { throw ValidationError("--listen-port 0: a port is 1 to 65535") }
    }

    func listeners() throws -> [ListenAddress] {
        let port = port ?? 951
        if let interface {
            let addresses = (try? LocalAddresses.of(interface: interface)) ?? []
            guard !addresses.isEmpty else {
                throw ValidationError(
                    "--listen-interface \(interface): there is no such interface, or it has no address")
            }
            return addresses.map { .tcp($0, port: port) }
        }
        if let address = address.flatMap({ IPAddress($0) }) { return [.tcp(address, port: port)] }
        return self.port.map { [.tcp(.loopback, port: $0)] } ?? []
    }
}
