// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import ControlProtocol
import Policies

/// Who a client is, said on the command line.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The address of a client from another machine.", valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp("The user of a local client: a name, or a number.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("A group of a local client; may be repeated.", valueName: "group"))
    var group: [String] = []

    @Option(help: ArgumentHelp("The AppArmor label of a local client. (default: unconfined)", valueName: "label"))
    var apparmor: String?

    @Option(help: ArgumentHelp("The executable of a local client.", valueName: "path"))
    var exe: String?

    @Option(help: ArgumentHelp("The unit of a local client; user:NAME for one of a user's own.", valueName: "unit"))
    var unit: String?

    @Option(help: ArgumentHelp("The application's socket that a local client is connected to.", valueName: "name"))
    var socket: String?

    private var hasLocalFact: Bool {
        user != nil || !group.isEmpty || apparmor != nil || exe != nil || unit != nil || socket != nil
    }

    func validate() throws {
        if let host {
            guard IPAddress(host) != nil else { throw ValidationError("--host \(host): a literal address is needed") }
            guard !hasLocalFact else {
                throw ValidationError("--host is for a client from elsewhere: nothing else is known of it")
            }
        } else if !hasLocalFact {
            throw ValidationError(
                "say who the client is: --host ADDRESS, or --user with --apparmor, --exe or --unit, or --socket")
        }
    }

    func client() throws -> Client {
        if let host, let address = IPAddress(host) {
            return Client(
                transport: address.unmapped.isLoopback ? .loopback(address, port: 0) : .remote(address, port: 0)
            )
        }
        return Client(
            transport: .unix(socket: socket),
            user: user.map(Self.account),
            groups: group.map(Self.account),
            executable: exe,
            label: Client.SecurityLabel(name: apparmor ?? "unconfined", mode: nil),
            unit: unit.map { Self.unit($0, of: user.map(Self.account)) }
        )
    }

    /// A number stands for itself; a name is looked up nowhere, so that profiles can be tried on any machine.
    private static func account(_ text: String) -> Client.Account {
        UInt32(text).map { Client.Account(id: $0, name: nil) } ?? Client.Account(id: .max, name: text)
    }

    private static func unit(_ text: String, of user: Client.Account?) -> Client.Unit {
        text.hasPrefix("user:") ? .user(String(text.dropFirst(5)), uid: user?.id ?? .max) : .system(text)
    }
}
