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

    /// Whether anything was said of the client.
    var isGiven: Bool { host != nil || hasLocalFact }

    static let ways = "--host ADDRESS, or --user with --apparmor, --exe or --unit, or --socket"

    func validate() throws {
        if let socket, !SocketName.isValid(socket) {
            throw ValidationError("--socket \(socket): the name of an application's socket is needed")
        }
        if let host {
            guard IPAddress(host) != nil else { throw ValidationError("--host \(host): a literal address is needed") }
            guard !hasLocalFact else {
                throw ValidationError("--host is for a client from elsewhere: nothing else is known of it")
            }
        }
    }

    var client: Client {
        var description = ClientDescription()
        description.host = host.flatMap { IPAddress($0) }
        description.user = user
        description.groups = group
        description.label = apparmor
        description.executable = exe
        description.unit = unit
        description.socket = socket
        return description.client
    }
}
