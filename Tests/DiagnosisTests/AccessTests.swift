// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Diagnosis

@Suite("Who can use a file")
struct AccessTests {
    private static func directory(_ mode: UInt32, user: UInt32 = 107, group: UInt32 = 115) -> FileFacts {
        FileFacts(kind: .directory, user: user, group: group, mode: mode)
    }

    private static func passage(_ directories: [UInt32], _ mode: UInt32, group: UInt32 = 115) -> Passage {
        Passage(
            path: "/run/tor/control", directories: directories.map { directory($0) },
            file: FileFacts(kind: .socket, user: 107, group: group, mode: mode))
    }

    @Test(
        "A file is open to everybody only if each directory on the way is",
        arguments: [
            ([0o755, 0o755], 0o644, true), ([0o755, 0o750], 0o644, false), ([0o700, 0o755], 0o644, false),
            ([0o755, 0o755], 0o640, false), ([0o711, 0o751], 0o604, true),
        ] as [([UInt32], UInt32, Bool)])
    func everybody(directories: [UInt32], mode: UInt32, isOpen: Bool) {
        #expect(Self.passage(directories, mode).isOpen(.read) == isOpen)
    }

    @Test("Members of a group are found by the group's list and by their own first group")
    func members() {
        let users = Self.passage([0o755, 0o2750], 0o640).users(
            who: .read, of: OtherMachine.accounts, except: [107, 200])
        #expect(users == ["alice", "bob"])
        let passage = Self.passage([0o755], 0o640)
        #expect(passage.remedy(against: users, of: OtherMachine.accounts) == "gpasswd -d alice debian-tor")
        #expect(passage.remedy(against: ["bob"], of: OtherMachine.accounts).contains("id bob"))
    }

    @Test(
        "A group that cannot get there, or is shut out of the file, has nothing",
        arguments: [
            ([0o700], 0o660), ([0o755], 0o600),
        ] as [([UInt32], UInt32)])
    func outside(directories: [UInt32], mode: UInt32) {
        let users = Self.passage(directories, mode).users(who: .read, of: OtherMachine.accounts, except: [107])
        #expect(users.isEmpty)
    }

    @Test("The first class that fits counts: an owner without a right has less than others")
    func firstClass() {
        let facts = FileFacts(kind: .regular, user: 1000, group: 115, mode: 0o044)
        #expect(!facts.allows(.read, user: 1000, groups: [115]))
        #expect(facts.allows(.read, user: 1001, groups: [115]))
    }

    @Test(
        "Tor's control socket, by mode and by what it asks for",
        arguments: [
            (0o660, true, .warning), (0o660, false, .warning), (0o666, true, .error), (0o666, false, .warning),
            (0o600, true, .ok),
        ] as [(UInt32, Bool, Finding.Severity)])
    func controlSocket(mode: UInt32, asksNothing: Bool, severity: Finding.Severity) {
        let finding = TorCheck.finding(
            Self.passage([0o755], mode), "/run/tor/control", asksNothing, "COOKIE", expected: [107, 200],
            OtherMachine.accounts)
        #expect(finding.severity == severity)
        #expect((finding.remedy != nil) == (severity != .ok))
    }
}
