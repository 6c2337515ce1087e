// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

struct ContradictionTests {
    struct Pair: CustomTestStringConvertible {
        let testDescription: String
        let first: String
        let second: String
        let findings: [String]

        init(_ name: String, _ first: String, _ second: String, _ findings: String...) {
            testDescription = name
            self.first = first
            self.second = second
            self.findings = findings
        }
    }

    private static let remote = "- name: a\n  hosts: ['10.0.0.0/8']\n"
    private static let also = "- name: b\n  hosts: [10.0.0.7]\n"

    @Test(
        "Profiles for the same client that do not agree are named, where the one has no effect",
        arguments: [
            Pair(
                "an event that one sends and the other keeps back",
                remote + "  events: {BW: }\n", also + "  events: {BW: {suppress: true}}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 the profile `b` suppresses it, at 20.yml:3:12, and that decides"
            ),
            Pair("an event that both send", remote + "  events: {BW: }\n", also + "  events: {BW: }\n"),
            Pair(
                "a rule that the other denies",
                remote + "  commands: {GETINFO: [version]}\n",
                also + "  commands: {GETINFO: [{pattern: 'v.*', deny: true}]}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 the profile `b` denies all that this rule allows, at 20.yml:3:24"
            ),
            Pair(
                "a denial of what a later file allows",
                remote + "  commands: {GETINFO: [{pattern: 'v.*', deny: true}]}\n",
                also + "  commands: {GETINFO: [version]}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 this denies all that a rule of the profile `b` allows, at "
                    + "20.yml:3:24"
            ),
            Pair(
                "an answer that a later file does not give",
                remote + "  commands: {GETINFO: [{pattern: version, answer: '250 OK'}]}\n",
                also + "  commands: {GETINFO: ['[a-z]+']}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 a rule of the profile `b` decides otherwise, at 20.yml:3:24, and "
                    + "comes first"
            ),
            Pair(
                "the same rule twice", remote + "  commands: {GETINFO: [version]}\n",
                also + "  commands: {GETINFO: [version]}\n"
            ),
            Pair(
                "a narrower rule in the later file",
                remote + "  commands: {GETINFO: ['[a-z]+']}\n",
                also + "  commands: {GETINFO: [{pattern: version, answer: '250 OK'}]}\n"
            ),
            Pair(
                "services that the other denies",
                remote + "  onions: {keys: [new], ports: [80], targets: [80]}\n",
                also + "  commands: {ADD_ONION: [{pattern: '.*', deny: true}]}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 the profile `b` leaves nothing to `onions`, at 20.yml:3:26"
            ),
            Pair(
                "a denial of services in an earlier file",
                remote + "  commands: {ADD_ONION: [{pattern: '.*', deny: true}]}\n",
                also + "  onions: {keys: [new], ports: [80], targets: [80]}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 this denies all that `onions` of the profile `b` allows, at "
                    + "20.yml:3:3"
            ),
            Pair(
                "a denial of some services",
                remote + "  onions: {keys: [new], ports: [80], targets: [80]}\n",
                also + "  commands: {ADD_ONION: [{pattern: 'NEW:BEST.*', deny: true}]}\n"
            ),
            Pair(
                "an option that the other denies",
                remote + "  confs: {Nickname: }\n",
                also + "  commands: {GETCONF: [{pattern: 'nickname', deny: true}]}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 the profile `b` leaves nothing to the entry for Nickname, at "
                    + "20.yml:3:24"
            ),
            Pair(
                "an option that the other answers",
                remote + "  confs: {Nickname: }\n",
                also + "  commands: {GETCONF: [{pattern: 'Nickname', answer: '250 Nickname=x'}]}\n",
                "10.yml:3: for a client of both, such as 10.0.0.7 the profile `b` leaves nothing to the entry for Nickname, at "
                    + "20.yml:3:24"
            ),
            Pair(
                "an option beside another one",
                remote + "  confs: {Nickname: }\n",
                also + "  commands: {GETCONF: [{pattern: 'ContactInfo', deny: true}]}\n"
            ),
            Pair(
                "clients that nobody is both of",
                "- {name: a, users: [alice], apparmor-profiles: [one], events: {BW: }}\n",
                "- {name: b, users: [alice], apparmor-profiles: [two], events: {BW: {suppress: true}}}\n"
            ),
            Pair(
                "a client of both by what each leaves open",
                "- {name: a, users: [alice], apparmor-profiles: ['*'], events: {BW: }}\n",
                "- {name: b, users: ['*'], apparmor-profiles: [one, two], events: {BW: {suppress: true}}}\n",
                "10.yml:1: for a local client of both the profile `b` suppresses it, at 20.yml:1:67, and that decides"
            ),
        ]
    )
    func contradiction(_ pair: Pair) {
        let loaded = lint(source(pair.first, "10.yml"), source(pair.second, "20.yml"))
        let found = loaded.diagnostics.filter { $0.name == .contradiction }
        #expect(found.map { "\($0.file):\($0.line ?? 0): \($0.message)" } == pair.findings)
    }

    @Test("Only files that are looked at together contradict each other, and a comment allows it")
    func apart() {
        let first = Self.remote + "  events: {BW: }  # sieve: allow contradiction (never on one machine)\n"
        let second = Self.also + "  events: {BW: {suppress: true}}\n"
        #expect(lint(source(first)).findings.isEmpty)
        let both = lint(source(first, "10.yml"), source(second, "20.yml"))
        #expect(both.findings.isEmpty)
        #expect(both.allowed.count == 1)
    }
}
