// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies

extension AuditedClient {
    /// The client as a policy knows it. Where it has to come by a socket of the suggested profile, it does.
    func client(by socket: String?) -> Client {
        var client = Client(transport: transport(by: socket))
        client.user = uid.map { Client.Account(id: $0, name: user) }
        client.executable = executable
        client.label = label.map { Client.SecurityLabel(name: $0, mode: labelMode) }
        if let unit, unitDoubt == nil {
            client.unit =
                unit.hasPrefix("user:") ? .user(String(unit.dropFirst(5)), uid: uid ?? .max) : .system(unit)
        }
        return client
    }

    private func transport(by socket: String?) -> Client.Transport {
        if let socket { return .unix(socket: socket) }
        let address = self.address.flatMap { IPAddress($0) } ?? .loopback
        return switch transport {
        case .unix: .unix(socket: nil)
        case .socket: .unix(socket: self.socket)
        case .loopback: .loopback(address, port: 1)
        case .remote: .remote(address, port: 1)
        }
    }
}
