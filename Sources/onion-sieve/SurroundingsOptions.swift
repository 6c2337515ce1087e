// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Confinement
import ControlProtocol
import Daemon
import TorLink

/// Where policies say that the filter, tor, and what is tor's are.
struct SurroundingsOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the programs reach the filter: unix:PATH or ADDRESS:PORT; may be repeated. (default: a profile's own sockets, or "
                + "else control in the runtime directory)",
            valueName: "address"
        ),
        transform: { try TorAddress.parse($0, option: "--control") }
    )
    var control: [TorAddress] = []

    @Option(
        name: .customLong("control-cookie"),
        help: ArgumentHelp("The cookie of the filter's listener, if it has one.", valueName: "file")
    )
    var controlCookie: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tor's SOCKS port: ADDRESS:PORT or unix:PATH. (default: 127.0.0.1:9050)", valueName: "address"),
        transform: { try TorAddress.parse($0, option: "--socks") }
    )
    var socks: TorAddress = .tcp(.loopback, port: 9050)

    @Option(
        name: .customLong("tor-control"),
        help: ArgumentHelp(
            "The path of tor's own control socket; may be repeated. (default: \(TorsOwn.control))",
            valueName: "path")
    )
    var torControl: [String] = []

    @Option(name: .customLong("tor-cookie"), help: ArgumentHelp("Tor's cookie.", valueName: "file"))
    var torCookie: String = DaemonConfiguration.defaultTorCookie

    @Option(name: .customLong("tor-data"), help: ArgumentHelp("Tor's DataDirectory.", valueName: "directory"))
    var torData: String = "/var/lib/tor"

    /// - Throws: ValidationError for what cannot stand in a policy.
    func surroundings(runtime: String) throws -> Surroundings {
        let surroundings = Surroundings(
            runtimeDirectory: try Self.path(runtime, option: "--runtime-directory"),
            control: try control.map { try Self.place($0, option: "--control") },
            controlCookie: try controlCookie.map { try Self.path($0, option: "--control-cookie") },
            socks: try Self.place(socks, option: "--socks"),
            torControl: try (torControl.isEmpty ? [TorsOwn.control] : torControl).map {
                try Self.path($0, option: "--tor-control")
            },
            torCookie: try Self.path(torCookie, option: "--tor-cookie"),
            torData: try Self.path(torData, option: "--tor-data")
        )
        if let path = surroundings.contradiction {
            throw ValidationError("\(path) is named both as what the programs use and as what is kept from them")
        }
        return surroundings
    }

    private static func place(_ address: TorAddress, option: String) throws -> Surroundings.Place {
        switch address {
        case .unix(let path): .unix(try Self.path(path, option: option))
        case .tcp: .tcp(address.description)
        }
    }

    private static func path(_ text: String, option: String) throws -> PathLiteral {
        do throws(Unwritable) {
            return try PathLiteral(parsing: text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text)
        } catch {
            throw ValidationError("\(option) \(text): no policy can be written with it: \(error.reason)")
        }
    }
}
