// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles
import Rehearsal
import Testing

@Suite struct ExampleClientTests {
    @Test(
        "a profile matches the client that is made from its qualifiers",
        arguments: [
            "users: ['*'], apparmor-profiles: ['*']",
            "users: ['*'], apparmor-profiles: [b, a]",
            "users: [alice], apparmor-profiles: [a], exe-paths: [/usr/bin/b]",
            "users: ['1000'], apparmor-profiles: ['*'], exe-paths: ['*']",
            "users: [alice], apparmor-profiles: [unconfined, /usr/bin/a]",
            "users: [alice], groups: [tor, '7'], units: ['tor@*.service']",
            "users: ['*'], groups: ['*'], units: ['*']",
            "users: ['1000'], units: ['user:app-*-*.scope']",
            "users: ['*'], units: ['user:*']",
            "users: ['*'], hosts: [10.0.0.0/8]",
            "hosts: ['*']",
            "hosts: ['192.0.2.7']",
            "hosts: ['192.0.2.7/32']",
            "hosts: ['192.0.2.6/31']",
            "hosts: ['0.0.0.0/0']",
            "hosts: ['::/0']",
            "hosts: ['fc00::/7']",
            "hosts: ['2001:db8::/127']",
            "hosts: ['::ffff:192.0.2.0/120']",
            "hosts: [127.0.0.1, 192.0.2.7]",
        ]
    )
    func matches(qualifiers: String) throws {
        let selector = try #require(Self.selector(qualifiers))
        let client = try #require(selector.exampleClient)
        #expect(selector.matches(client))
        #expect(client.isLocal == selector.canMatchLocal)
    }

    @Test(
        "where the qualifiers match nobody there is no such client",
        arguments: [
            "users: ['*']", "apparmor-profiles: ['*']", "hosts: [127.0.0.1]", "hosts: ['::1', 127.0.0.0/8]",
            "hosts: []",
        ]
    )
    func nobody(qualifiers: String) throws {
        let selector = try #require(Self.selector(qualifiers))
        #expect(selector.exampleClient == nil)
    }

    @Test("it is the same one each time")
    func same() throws {
        let selector = try #require(Self.selector("users: [d, b, a, c], apparmor-profiles: [y, x, z], groups: [q, p]"))
        let client = try #require(selector.exampleClient)
        #expect(client.user?.name == "a")
        #expect(client.label?.name == "x")
        #expect(client.groups.map(\.name) == ["p"])
    }

    private static func selector(_ qualifiers: String) -> ClientSelector? {
        let bytes = Array("- {\(qualifiers), commands: {GETINFO: [version]}}\n".utf8)
        return ProfileLoader().load([SourceFile(path: "a", name: "a", content: .bytes(bytes))]).files[0].profiles.first?
            .selector
    }
}
