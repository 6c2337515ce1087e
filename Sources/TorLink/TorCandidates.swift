// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The addresses at which `--tor auto` looks for tor, in this order, each once:
///
/// 1. `TOR_CONTROL_IPC_PATH`
/// 2. `TOR_CONTROL_HOST` (without it 127.0.0.1) with `TOR_CONTROL_PORT`
/// 3. `/run/tor/control`
/// 4. 127.0.0.1:9051, the system's tor
/// 5. 127.0.0.1:9151, Tor Browser's
package struct TorCandidates: Hashable, Sendable {
    /// The variables that name a tor; an empty one counts as absent.
    package struct Environment: Hashable, Sendable {
        package var controlIPCPath: String?
        package var controlHost: String?
        package var controlPort: String?

        package init(controlIPCPath: String? = nil, controlHost: String? = nil, controlPort: String? = nil) {
            self.controlIPCPath = controlIPCPath
            self.controlHost = controlHost
            self.controlPort = controlPort
        }
    }

    /// A variable whose value is not used. The value is not repeated.
    package struct Complaint: Hashable, Sendable {
        package let variable: String
        package let reason: String
    }

    package private(set) var addresses: [TorAddress] = []
    package private(set) var complaints: [Complaint] = []

    /// - Parameter demanded: `--tor-auth`. A method that would trust whoever listens is used over TCP only with an
    ///   address that somebody has named, so with one the candidates are Unix sockets alone.
    package init(environment: Environment, demanded: AuthenticationMethod?) {
        if let path = Self.present(environment.controlIPCPath) {
            add(from: "TOR_CONTROL_IPC_PATH") { () throws(TorAddress.Unreadable) in try TorAddress(path: path) }
        }
        let host = Self.present(environment.controlHost)
        if let port = Self.present(environment.controlPort) {
            add(from: "TOR_CONTROL_PORT") { () throws(TorAddress.Unreadable) in
                try TorAddress(host: host ?? "localhost", port: port)
            }
        } else if host != nil {
            complaints.append(Complaint(variable: "TOR_CONTROL_HOST", reason: "TOR_CONTROL_PORT is missing"))
        }
        addresses += [
            .unix(path: "/run/tor/control"), .tcp(.loopback, port: 9051), .tcp(.loopback, port: 9151),
        ]
        var seen: Set<TorAddress> = []
        addresses = addresses.filter { address in
            let isTrusted = address.transport == .unix || demanded == nil || demanded == .safeCookie
            return isTrusted && seen.insert(address).inserted
        }
    }

    private static func present(_ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : $0 } }

    private mutating func add(from variable: String, _ read: () throws(TorAddress.Unreadable) -> TorAddress) {
        do {
            addresses.append(try read())
        } catch {
            let culprit = error == .host ? "TOR_CONTROL_HOST" : variable
            complaints.append(Complaint(variable: culprit, reason: error.reason))
        }
    }
}
