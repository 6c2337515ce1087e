// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Rehearsal
import Testing

@Suite struct SocketClientTests {
    @Test(arguments: [
        ("{socket: app}", "forward", 0), ("{socket: app, user: alice}", "forward", 0), ("{socket: other}", "filter", 0),
        ("{socket: other}", "forward", 1), ("{user: alice, apparmor: app}", "filter", 0),
        ("{host: 10.0.0.1}", "filter", 0),
    ])
    func `a test may be sent from the socket of an application`(client: String, decision: String, failures: Int) {
        let text = """
            - sockets: [{name: app}]
              commands: {GETINFO: [version]}
              tests: [{send: GETINFO version, expect: \(decision), client: \(client)}]
            """
        let file = SourceFile(path: "a.yml", name: "a.yml", content: .bytes(Array(text.utf8)))
        let rehearsal = Rehearsal(of: ProfileLoader().load([file]).files[0])
        #expect(rehearsal.testCount == 1)
        #expect(rehearsal.failures.count == failures)
    }

    @Test func `a test without a client is sent from the profile's own socket`() {
        let text =
            "- {sockets: [{name: app}], commands: {GETINFO: [version]}, tests: [{send: GETINFO version, expect: forward}]}\n"
        let file = SourceFile(path: "a.yml", name: "a.yml", content: .bytes(Array(text.utf8)))
        #expect(Rehearsal(of: ProfileLoader().load([file]).files[0]).failures.isEmpty)
    }
}
