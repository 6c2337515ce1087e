// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import ControlProtocol
import Daemon
import TorLink

/// Where tor is, and how we are let in.
struct TorOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tor's control socket: unix:PATH, ADDRESS:PORT, or auto, which tries TOR_CONTROL_IPC_PATH, TOR_CONTROL_HOST and "
                + "TOR_CONTROL_PORT, /run/tor/control, 127.0.0.1:9051 and 127.0.0.1:9151. (default: auto)",
            valueName: "address"
        ),
        transform: { text in
            do throws(TorAddress.Unreadable) {
                return try TorChoice(parsing: text)
            } catch {
                throw ValidationError("--tor \(text): \(error.reason)")
            }
        }
    )
    var tor: TorChoice = .auto

    @Option(
        name: [.customLong("tor-cookie"), .customLong("control-cookie-path")],
        help: ArgumentHelp("Tor's cookie. The path that tor itself names is never used.", valueName: "file")
    )
    var cookie: String = DaemonConfiguration.defaultTorCookie

    @Option(
        name: .customLong("tor-auth"),
        help: ArgumentHelp(
            "The one way to authenticate to tor: SAFECOOKIE, COOKIE, HASHEDPASSWORD or NULL. Over TCP, where whoever listens may "
                + "be an impostor, all but SAFECOOKIE need this and an address in --tor.",
            valueName: "method"
        )
    )
    var methodName: String?

    @Option(
        name: .customLong("tor-password-file"),
        help: ArgumentHelp("A file with tor's control password in its first line.", valueName: "file")
    )
    var passwordFile: String?

    @Option(
        name: .customLong("tor-user"),
        help: ArgumentHelp("The user that tor runs as: whose Unix socket is taken for tor's.", valueName: "user")
    )
    var torUser: String = DaemonConfiguration.defaultTorUser

    @Option(
        name: .customLong("tor-socks"),
        help: ArgumentHelp(
            "Tor's SOCKS port, as applications are told of it beside their sockets: unix:PATH or ADDRESS:PORT. (default: one on "
                + "loopback that tor names, or else a Unix socket)",
            valueName: "address"
        ),
        transform: Self.socksAddress
    )
    var socks: TorAddress?

    private static func socksAddress(_ text: String) throws -> TorAddress {
        let address = try TorAddress.parse(text, option: "--tor-socks")
        guard ApplicationEnvironment(control: address, socks: address).file != nil else {
            throw ValidationError(
                "--tor-socks \(text): it has a character that is not printable ASCII, which no environment file of an "
                    + "application can hold")
        }
        return address
    }

    func validate() throws {
        _ = try method()
        guard try method().map({ $0 == .safeCookie }) ?? true || tor != .auto else {
            throw ValidationError("--tor-auth \(methodName ?? "") needs the address of tor in --tor")
        }
    }

    func method() throws -> AuthenticationMethod? {
        guard let methodName else { return nil }
        let name = methodName.asciiUppercased == "PASSWORD" ? "HASHEDPASSWORD" : methodName.asciiUppercased
        guard let method = AuthenticationMethod(rawValue: name) else {
            let known = AuthenticationMethod.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--tor-auth \(methodName): no such method; there are \(known)")
        }
        return method
    }

    func password() throws -> Secret? {
        guard let passwordFile else { return nil }
        do throws(SecretFile.Failure) {
            return try SecretFile.password(at: passwordFile)
        } catch {
            throw ValidationError("--tor-password-file: \(error.reason)")
        }
    }
}
