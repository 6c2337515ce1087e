// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import Rehearsal
import Sessions
import Testing

@testable import Learning

/// A suggested profile, loaded as `check --strict` loads it.
struct Judge {
    let file: LoadedProfiles.File
    private let policy: Policy
    private let client: Client

    init(_ text: String, client: AuditedClient = Trail.onionshare, location: SourceLocation = #_sourceLocation) throws {
        let loaded = ProfileLoader(isStrict: true, lints: true).load([
            SourceFile(path: "suggested.yml", name: "suggested.yml", content: .bytes(Array(text.utf8)))
        ])
        #expect(loaded.diagnostics.map(\.description) == [], sourceLocation: location)
        file = try #require(loaded.files.first)
        #expect(Rehearsal(of: file).failures.map(\.description) == [], sourceLocation: location)
        self.client = client.client(by: nil)
        policy = loaded.policySet.policy(for: self.client)
    }

    /// What becomes of a command by itself.
    func decision(_ line: String) -> String {
        guard let command = Self.command(line) else { return "none" }
        var session = RehearsedSession(policy: policy, client: client)
        return session.send(command)?.decision ?? "closed"
    }

    static func command(_ line: String) -> Command? {
        let name = line.prefix { $0 != " " }
        let rest = String(line.dropFirst(name.count).drop { $0 == " " })
        let isBlock = name.hasPrefix("+")
        return Keyword(isBlock ? name.dropFirst() : name).flatMap {
            Command(keyword: $0, arguments: rest, body: isBlock ? DataBlock() : nil)
        }
    }
}
