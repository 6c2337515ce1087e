// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles

/// Policies from YAML, and the client that they are for.
enum TestPolicies {
    static let client = Client(
        transport: .unix(socket: nil),
        user: Client.Account(id: 1000, name: "amnesia"),
        label: Client.SecurityLabel(name: "unconfined", mode: nil)
    )

    /// - Parameter keys: of a profile that is for every local client.
    static func policy(_ keys: String) throws -> Policy {
        let indented = keys.split(separator: "\n").map { "  " + $0 + "\n" }.joined()
        let text = "- apparmor-profiles: ['*']\n  users: ['*']\n" + indented
        let loaded = ProfileLoader().load([
            SourceFile(path: "test.yml", name: "test.yml", content: .bytes(Array(text.utf8)))
        ])
        guard let error = loaded.diagnostics.first(where: { $0.severity == .error }) else {
            return loaded.policySet.policy(for: client)
        }
        throw TranscriptError(description: error.message)
    }

    /// A bit of everything that may happen to a command.
    static func ordinary() throws -> Policy {
        try policy(
            """
            commands:
              GETINFO: ['version', 'a', 'b', 'config-text']
              SIGNAL: ['NEWNYM']
              MAPADDRESS: ['.*']
              +LOADCONF: ['.*']
              RESOLVE: [{pattern: 'here', answer: ['250-here', '250 OK']}]
              ADD_ONION: [{pattern: 'NEW:BEST Port=(.*)', replacement: 'NEW:BEST Flags=DiscardPK Port={}'}]
              AUTHCHALLENGE: ['.*']
            confs: {UseBridges: ['0|1'], Nickname: ['.*'], Bridge: }
            events: {BW: , CONF_CHANGED: , NOTICE: {suppress: true}}
            """
        )
    }
}
