// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

/// A profile, a command, and what becomes of it.
struct Outcome: CustomTestStringConvertible {
    let profile: String
    let command: String
    let outcome: String

    var testDescription: String { "\(profile): \(command)" }

    init(_ profile: String, _ command: String, _ outcome: String) {
        self.profile = profile
        self.command = command
        self.outcome = outcome
    }
}

@Suite struct PolicyTests {
    @Test(
        "a profile says what becomes of a command",
        arguments: [
            Outcome("commands: {GETINFO: [version]}", "GETINFO version", "GETINFO version"),
            Outcome("commands: {getinfo: [version]}", "GETINFO address", "filter"),
            Outcome("commands: {GETINFO: [version], getinfo: [address]}", "GETINFO address", "GETINFO address"),
            Outcome("commands: {GETINFO: [{pattern: '(a).*', replacement: '{}b'}]}", "GETINFO axy", "GETINFO ab"),
            Outcome("commands: {GETINFO: ['.*', {pattern: address, deny: yes}]}", "GETINFO address", "filter"),
            Outcome("commands: {GETINFO: ['.*', {pattern: address, deny: no}]}", "GETINFO address", "GETINFO address"),
            Outcome("commands: {GETINFO: [{pattern: a, answer: 250 OK}]}", "GETINFO a", "answer"),
            Outcome("commands: {GETINFO: [{pattern: a, answer: ['250-a=1', 250 OK]}]}", "GETINFO a", "answer"),
            Outcome("commands: {CLOSECIRCUIT: [7]}", "CLOSECIRCUIT 7", "CLOSECIRCUIT 7"),
            Outcome("confs: [UseBridges]", "GETCONF UseBridges", "GETCONF UseBridges"),
            Outcome("confs: [UseBridges]", "SETCONF UseBridges=1", "filter"),
            Outcome("confs: {UseBridges: [0, 1]}", "SETCONF UseBridges=1", "SETCONF UseBridges=1"),
            Outcome("confs: {usebridges: , UseBridges: [1]}", "SETCONF UseBridges=1", "SETCONF UseBridges=1"),
            Outcome("confs: {UseBridges: [1], usebridges: }", "SETCONF UseBridges=0", "filter"),
            Outcome("confs: {UseBridge: [1]}", "SETCONF UseBridges=1", "filter"),
            Outcome("events: [CIRC]", "SETEVENTS CIRC", "SETEVENTS CIRC"),
            Outcome("events: {circ: }", "SETEVENTS CIRC", "SETEVENTS CIRC"),
            Outcome("events: {CIRC: {suppress: true}}", "SETEVENTS CIRC", "SETEVENTS"),
            Outcome("commands: {SETEVENTS: [CIRC]}", "SETEVENTS CIRC", "filter"),
            Outcome("events: [CIRC_BW]\n  tor-browser-mode: true", "SETEVENTS CIRC_BW", "SETEVENTS"),
            Outcome("events: [CIRC]\n  tor-browser-mode: true", "SETEVENTS CIRC", "SETEVENTS CIRC"),
            Outcome("events: [ADDRMAP]\n  restrict-stream-events: true", "SETEVENTS ADDRMAP", "SETEVENTS"),
            Outcome("events: [ADDRMAP]\n  isolate-stream-events: true", "SETEVENTS ADDRMAP", "SETEVENTS"),
        ]
    )
    func decided(row: Outcome) {
        let loaded = load("- hosts: ['*']\n  \(row.profile)\n")
        #expect(loaded.count(of: .error) == 0)
        #expect(loaded.outcome(row.command) == row.outcome)
    }

    @Test(
        "qualifiers say for which clients a profile is",
        arguments: [
            ("hosts: ['*']", "remote"),
            ("match-hosts: [10.152.152.0/24]", "remote"),
            ("hosts: [10.152.153.0/24]", ""),
            ("hosts: []", ""),
            ("users: [alice]\n  apparmor-profiles: [app]", "local"),
            ("match-users: [1000]\n  apparmor-profiles: ['*']", "local"),
            ("users: ['1000']\n  units: [app.*]", "local"),
            ("users: [alice]\n  units: ['user:app.service']", ""),
            ("users: [alice]\n  apparmor-profiles: [app]\n  match-exe-paths: [/usr/bin/app]", "local"),
            ("users: [alice]\n  apparmor-profiles: [app]\n  exe-paths: [/usr/bin/other]", ""),
            ("users: [alice]\n  apparmor-profiles: [app]\n  groups: [onions]", "local"),
            ("users: [alice]\n  apparmor-profiles: [app]\n  groups: [wheel]", ""),
            ("users: []\n  apparmor-profiles: [app]", ""),
            ("users: [alice]", ""),
            ("hosts: ['*']\n  users: [alice]\n  apparmor-profiles: [app]", "remote local"),
        ]
    )
    func selected(qualifiers: String, expected: String) {
        let loaded = load("- \(qualifiers)\n  commands: {GETINFO: [version]}\n")
        #expect(loaded.count(of: .error) == 0)
        let matched = [("remote", Client.remote), ("local", Client.local)].filter { _, client in
            loaded.outcome("GETINFO version", from: client) != "filter"
        }
        #expect(matched.map(\.0).joined(separator: " ") == expected)
    }

    @Test("a single mapping is a profile, named after its file unless it names itself")
    func names() {
        let policySet = load("hosts: ['*']\n").policySet
        #expect(policySet.policy(for: .remote).profileNames == ["40_application"])
        #expect(load("hosts: ['*']\nname: own\n").policySet.policy(for: .remote).profileNames == ["own"])
    }

    @Test("a rule knows the line and column where it stands")
    func origins() {
        let loaded = load("- hosts: ['*']\n  commands:\n    GETINFO:\n      - version\n      - pattern: address\n")
        let rules = loaded.files[0].profiles[0].rules["GETINFO"] ?? []
        #expect(rules.map(\.origin.description) == ["40_application.yml:4:9", "40_application.yml:5:9"])
    }

    @Test("complain is the profile's own word")
    func complains() {
        #expect(load("- {hosts: ['*'], complain: on}\n").policySet.policy(for: .remote).complains)
        #expect(!load("- {hosts: ['*'], complain: off}\n").policySet.policy(for: .remote).complains)
    }

    @Test("limits are the profile's own, each at its place")
    func limits() throws {
        let loaded = load(
            "- hosts: ['*']\n  limits: {sessions: 2, onions: 3, commands-per-second: 10}\n- hosts: ['*']\n")
        #expect(loaded.diagnostics.isEmpty)
        let profiles = loaded.files[0].profiles
        let path = loaded.files[0].path
        #expect(
            profiles[0].limits
                == ProfileLimits(
                    sessions: .init(2, RuleOrigin(file: path, line: 2, column: 22)),
                    onions: .init(3, RuleOrigin(file: path, line: 2, column: 33)),
                    commandsPerSecond: .init(10, RuleOrigin(file: path, line: 2, column: 57))
                )
        )
        #expect(profiles[1].limits == ProfileLimits())
    }

    @Test("tests of the right shape change nothing and say nothing")
    func tests() {
        let loaded = load(
            """
            - hosts: ['*']
              tests:
                - {send: GETINFO version, expect: forward, client: {host: 10.0.0.1}}
                - {send: GETINFO address, expect: filter}
                - {send: ADD_ONION NEW:BEST Port=80, forwards: 'ADD_ONION NEW:BEST Port=80,10.0.0.1:80'}
                - {send: GETINFO version, reply: ['250-version=1', 250 OK], gives: ['250-version=1', 250 OK]}
                - {event: 650 CIRC 1, gives: []}
            """
        )
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.files[0].status == .used)
    }

    @Test(
        "only what profiles ask about is looked up",
        arguments: [
            ("hosts: ['*']\n  exe-paths: ['*']\n  users: ['*']", []),
            ("users: ['*']\n  apparmor-profiles: ['*']", .label),
            ("users: ['*']\n  apparmor-profiles: [app]", [.label, .executable]),
            ("users: ['*']\n  units: [app.service]", .unit),
            ("users: ['*']\n  units: [app.service]\n  groups: [onions]", [.unit, .groups]),
            ("users: ['*']\n  units: [app.service]\n  exe-paths: ['*']", [.unit, .executable]),
            // Own streams are told by the label of the program at the other end.
            ("users: ['*']\n  units: [app.service]\n  tor-browser-mode: true", [.unit, .label]),
            ("hosts: ['*']\n  tor-browser-mode: true", []),
        ] as [(String, ClientFacts)]
    )
    func neededFacts(qualifiers: String, expected: ClientFacts) {
        #expect(load("- \(qualifiers)\n").neededFacts == expected)
    }
}
