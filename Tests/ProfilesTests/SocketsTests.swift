// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

/// `sockets` as it is written: what it comes to, and every mistake at its place.
@Suite struct SocketsTests {
    private func client(on socket: String?) -> Client { Client(transport: .unix(socket: socket)) }

    @Test func `an entry asks for a socket and the profile is for those who connect there, and nobody else`() {
        let loaded = load(
            """
            - sockets: [{name: onionshare, group: tor-onionshare, mode: '0620'}, {name: other}, third]
              commands: {GETINFO: [version]}
            """
        )
        #expect(loaded.lines.map { $0.prefix(10) } == ["1:3: note: "].map { $0.prefix(10) })
        #expect(
            loaded.policySet.sockets.sockets == [
                ApplicationSocket(name: "onionshare", group: "tor-onionshare", mode: 0o620),
                ApplicationSocket(name: "other"),
            ]
        )
        for name in ["onionshare", "other", "third"] {
            #expect(loaded.outcome("GETINFO version", from: client(on: name)) == "GETINFO version")
        }
        for client in [client(on: "fourth"), client(on: nil), .local, .remote] {
            #expect(loaded.outcome("GETINFO version", from: client) == "filter")
        }
        #expect(loaded.neededFacts == [])
    }

    @Test func `on the socket of an application profiles that do not name it say nothing`() {
        let loaded = load(
            """
            - {sockets: [{name: a}], commands: {GETINFO: [version]}}
            - {users: ['*'], apparmor-profiles: ['*'], commands: {GETINFO: [address]}}
            - {sockets: [a], users: [alice], commands: {GETINFO: [config-file]}}
            """
        )
        #expect(loaded.diagnostics.isEmpty)
        var client = Client.local
        client.transport = .unix(socket: "a")
        #expect(loaded.outcome("GETINFO version", from: client) == "GETINFO version")
        #expect(loaded.outcome("GETINFO config-file", from: client) == "GETINFO config-file")
        #expect(loaded.outcome("GETINFO address", from: client) == "filter")
        client.user = nil
        #expect(loaded.outcome("GETINFO config-file", from: client) == "filter")
    }

    @Test(arguments: [
        Mistake.inProfile(
            "names, modes and keys that are none",
            "sockets: [app, {name: App, mode: '9'}, {group: tor}, {name: b, owner: tor}]",
            "2:25: error: `App` is no name of a socket -> write at most 64 small letters, digits and `-`, with a letter or digit "
                + "first",
            "2:36: error: expected a mode like `'0660'`, found the text `9`",
            "2:42: error: an entry of `sockets` needs a `name`",
            "2:66: error: an entry of `sockets` has no key `owner` -> it can have `name`, `group`, `mode`"
        ),
        .inProfile(
            "a name that leads elsewhere",
            "sockets: ['../control', {name: ..}]",
            "2:13: error: `../control` is no name of a socket -> write at most 64 small letters, digits and `-`, with a letter or "
                + "digit first",
            "2:34: error: `..` is no name of a socket -> write at most 64 small letters, digits and `-`, with a letter or digit first"
        ),
        .inProfile(
            "a name twice", "sockets: [{name: a}, a]", "2:24: error: the socket `a` is on line 2 already"
        ),
        .inProfile(
            "modes that set bits of another kind",
            "sockets: [{name: a, mode: '4660'}, {name: b, mode: 1660}]",
            "2:29: error: expected a mode like `'0660'`, found the text `4660`",
            "2:54: error: expected a mode like `'0660'`, found the number `1660`"
        ),
        .inProfile(
            "groups that are none",
            "sockets: [{name: a, group: '*'}, {name: b, group: ''}]",
            "2:30: error: expected one group, found the text `*` -> write its name or number",
            "2:53: error: expected one group, found the text `` -> write its name or number"
        ),
        .inProfile(
            "a group that the mode shuts out",
            "sockets: [{name: a, group: tor, mode: 0640}]",
            "2:30: warning: with this mode the group `tor` cannot connect -> connecting takes write permission: `mode: '0660'`"
        ),
        .inProfile("a socket for everybody of whom more is asked", "sockets: [{name: a, mode: '0666'}]\nusers: [tor]"),
        .inProfile(
            "no socket", "sockets: []",
            "2:12: warning: `sockets` has no value, so it matches nobody -> leave the key out"),
        .inProfile(
            "a text", "sockets: app",
            "2:12: error: expected a list for `sockets`, found the text `app` -> write `[app]`",
            "2:12: warning: `sockets` has no value, so it matches nobody -> leave the key out"
        ),
        .inProfile(
            "a test's client on no such socket", "tests: [{send: a, expect: filter, client: {socket: A}}]",
            "2:54: error: `A` is no name of a socket -> write at most 64 small letters, digits and `-`, with a letter or digit first"
        ),
        .inProfile(
            "a name that nobody makes", "sockets: [app]",
            "1:3: note: no profile here makes the socket `app` of the profile `40_application` -> another must, with `sockets: "
                + "[{name: app}]`, or `serve --listen unix:PATH,name=app`"
        ),
    ])
    func `every mistake is named at its place`(mistake: Mistake) {
        let loaded = load(mistake.text)
        #expect(loaded.lines.sorted() == mistake.lines.sorted())
        #expect((loaded.profileCount == 0) == mistake.lines.contains { $0.contains(": error: ") })
    }

    @Test(arguments: [
        (
            "{name: a, group: g}", "{name: a, group: h}", [],
            "b.yml:1:13: warning: the socket `a` is not made: a.yml:1:13 asks for it with another group"
        ),
        (
            "{name: a, mode: '0660'}", "{name: a, mode: '0600'}", ["0600"],
            "b.yml:1:13: warning: the socket `a` has the mode 0600: a.yml:1:13 asks for it with another mode"
        ),
        ("{name: a, group: g}", "{name: a, group: g}", ["0660"], nil),
        ("{name: a, group: g}", "a", ["0660"], nil),
    ])
    func `files that disagree about a socket are told, and stay in use`(
        first: String, second: String, modes: [String], message: String?
    ) {
        let files = zip(["a.yml", "b.yml"], [first, second])
        let loaded = ProfileLoader().load(files.map { source("- sockets: [\($1)]\n", $0) })
        #expect(loaded.policySet.sockets.sockets.map(\.modeText) == modes)
        #expect(loaded.diagnostics.map(\.description) == [message].compactMap(\.self))
        #expect(loaded.profileCount == 2)
    }

    @Test func `a file that has got a mistake since keeps its socket`() {
        let good = ProfileLoader().load([source("- sockets: [{name: a, mode: '0600'}]\n")])
        let broken = ProfileLoader(previous: good).load([source("- sockets: [{name: a, mode: '0666'}\n")])
        #expect(broken.files[0].status == .kept)
        #expect(broken.policySet.sockets.sockets == [ApplicationSocket(name: "a", mode: 0o600)])
    }

    @Test(arguments: [
        ("mode: '0666'}]", true), ("mode: '0662'}]\n  users: ['*']", true), ("mode: '0660'}]", false),
        ("group: tor}]", false), ("mode: '0666'}]\n  users: [tor]", false),
        ("mode: '0666'}]\n  apparmor-profiles: [app]", false),
    ])
    func `a socket for everybody is told of where nothing else is asked`(text: String, isTold: Bool) {
        let file = source("- sockets: [{name: a, \(text)\n  commands: {GETINFO: [version]}\n")
        let names = ProfileLoader(lints: true).load([file]).diagnostics.map(\.name)
        #expect(names == (isTold ? [.matchesEverybody] : []))
    }

    @Test func `a listing says which sockets a profile makes`() {
        let loaded = load("- sockets: [{name: a, group: g}, b]\n")
        let profile = PolicyListing(loaded.policySet.everything).sections[0].lines[0]
        #expect(profile.details.map { "\($0.label) \($0.text)" } == ["sockets a, b", "makes a, mode 0660, group g"])
    }
}
