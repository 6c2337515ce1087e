// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles

/// A policy of `Benchmarks/Profiles`, and the client that it is for.
struct Subject {
    let policy: Policy
    let facts = SessionFacts(client: Self.client, guarded: .usual)

    static let client = Client(
        transport: .unix(socket: nil),
        user: Client.Account(id: 1000, name: "amnesia"),
        executable: "/usr/bin/application"
    )

    init(_ policy: Policy) { self.policy = policy }

    init(_ name: String) throws(Unmeasurable) {
        let file = name + ".yml"
        let loaded = ProfileLoader().load([try ProfileDirectory.source("Benchmarks/Profiles/\(file)", name: file)])
        guard loaded.count(of: .error) == 0, loaded.profileCount == 1 else {
            throw Unmeasurable("Benchmarks/Profiles/\(file) cannot be used")
        }
        policy = loaded.policySet.everything
    }

    static func command(_ line: String) -> Command {
        let words = line.split(separator: " ", maxSplits: 1)
        guard let keyword = words.first.flatMap({ Keyword($0) }),
            let command = Command(keyword: keyword, arguments: words.count > 1 ? String(words[1]) : "")
        else { preconditionFailure("\(line) is no command") }
        return command
    }
}
