// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

@testable import Confinement

/// Profiles and surroundings that tests are about.
enum Samples {
    static let surroundings = surroundings { _ in }

    static func surroundings(_ change: (inout Surroundings) -> Void) -> Surroundings {
        var surroundings = Surroundings(
            runtimeDirectory: path("/run/onion-sieve"),
            socks: .tcp("127.0.0.1:9050"),
            torControl: [path("/run/tor/control")],
            torCookie: path("/run/tor/control.authcookie"),
            torData: path("/var/lib/tor")
        )
        change(&surroundings)
        return surroundings
    }

    static func path(_ text: String) -> PathLiteral {
        guard let path = try? PathLiteral(parsing: text) else { fatalError("\(text) is no path") }
        return path
    }

    static func profile(
        _ name: String,
        labels: [String]? = nil,
        executables: [String]? = nil,
        users: [String]? = ["*"],
        hosts: [HostEntry]? = nil,
        units: [String]? = nil,
        sockets: Set<String>? = nil,
        publishes: Bool = false,
        targets: [String]? = nil
    ) -> CompiledProfile {
        CompiledProfile(
            name: name,
            origin: RuleOrigin(file: "/etc/onion-grater.d/\(name).yml", line: 1, column: 3),
            selector: ClientSelector(
                appArmorProfiles: labels.map { ClientSelector.Values($0) },
                executables: executables.map { ClientSelector.Values($0) },
                users: users.map { ClientSelector.Values($0) },
                hosts: hosts,
                units: units?.map { UnitPattern($0) },
                sockets: sockets
            ),
            rules: publishes ? ["ADD_ONION": []] : [:],
            onions: targets.map { targets in
                OnionsRule(
                    origin: RuleOrigin(file: "", line: 1, column: 1), keys: [.new], ports: [80...80],
                    targetPorts: targets.compactMap { UInt16($0) }.map { $0...$0 },
                    places: Set(targets.filter { UInt16($0) == nil }.compactMap { OnionTarget($0, virtualPort: 80) }))
            }
        )
    }
}
