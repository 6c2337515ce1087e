// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Confinement
import Testing

@testable import Diagnosis

@Suite("What doctor says of AppArmor")
struct AppArmorCheckTests {
    private static func machine(enabled: String? = "Y\n", profiles: String? = nil, release: String = "6.1.0-31-amd64")
        -> OtherMachine
    {
        let other = OtherMachine()
        if let enabled { other.add("/sys/module/apparmor/parameters/enabled", enabled) }
        if let profiles { other.add("/sys/kernel/security/apparmor/profiles", profiles) }
        other.add("/proc/sys/kernel/osrelease", release + "\n")
        return other
    }

    private static func wanted(_ names: String...) throws -> [AppArmorCheck.Wanted] {
        try names.map { AppArmorCheck.Wanted(name: try PolicyName(parsing: $0), profile: "thing") }
    }

    @Test("Off, or not there at all: a warning, and nothing that would promise", arguments: ["N\n", nil])
    func off(enabled: String?) throws {
        let other = Self.machine(enabled: enabled)
        let findings = try other.look { try AppArmorCheck(Self.wanted("thing"), nil, on: $0).findings() }
        #expect(findings.summary == ["apparmor warning"])
    }

    @Test(
        "Loaded and enforced, in complain mode, and missing",
        arguments: [
            ("thing (enforce)\n", "policies ok"), ("thing (complain)\n", "policies warning"),
            ("thing2 (enforce)\n", "policies warning"),
            ("thing (unconfined)\n", "policies warning"),
        ])
    func modes(profiles: String, summary: String) throws {
        let other = Self.machine(profiles: profiles)
        let findings = try other.look { try AppArmorCheck(Self.wanted("thing"), nil, on: $0).findings() }
        #expect(findings.summary == ["apparmor ok", summary, "socket-mediation warning"])
    }

    @Test("A name with parentheses, blanks and regex characters is compared letter by letter")
    func oddNames() throws {
        #expect(AppArmorCheck.modes("/opt/a b (x)/[y]* (enforce)\n") == ["/opt/a b (x)/[y]*": "enforce"])
        let other = Self.machine(profiles: "/opt/thing1 (enforce)\n")
        other.add("/opt/thing*", "")
        let findings = try other.look { try AppArmorCheck(Self.wanted("/opt/thing*"), nil, on: $0).findings() }
        #expect(findings.summary == ["apparmor ok", "policies warning", "socket-mediation warning"])
    }

    @Test("A program that is not installed needs no policy")
    func notInstalled() throws {
        let findings = try Self.machine(profiles: "").look {
            try AppArmorCheck(Self.wanted("/usr/bin/thing"), nil, on: $0).findings()
        }
        #expect(findings.summary == ["apparmor ok", "policies ok", "socket-mediation warning"])
    }

    @Test("Policies that only root sees are not said to be loaded")
    func unseen() throws {
        let findings = try Self.machine().look { try AppArmorCheck(Self.wanted("thing"), nil, on: $0).findings() }
        #expect(findings.summary == ["apparmor ok", "policies warning", "socket-mediation warning"])
    }

    @Test(
        "The daemon belongs under its own policy",
        arguments: [
            ("onion-sieve (enforce)", "policies ok"), ("onion-sieve (complain)", "policies warning"),
            ("unconfined", "policies warning"),
            (nil, "policies warning"),
        ])
    func daemon(label: String?, summary: String) {
        let daemon = DaemonFacts(process: 1, user: 200, label: label)
        let findings = Self.machine(profiles: "onion-sieve (enforce)\n").look {
            AppArmorCheck([], daemon, on: $0).findings()
        }
        #expect(findings.summary == ["apparmor ok", summary, "socket-mediation warning"])
    }

    @Test(
        "Only Linux 6.17 and later is said to ask who connects to a socket by its path",
        arguments: [
            ("6.1.0-31-amd64", "warning"), ("6.16.9", "warning"), ("6.17.0", "ok"), ("7.0-rc1", "ok"),
            ("5.10", "warning"), ("odd", "warning"),
        ])
    func mediation(release: String, severity: String) {
        let findings = Self.machine(profiles: "", release: release).look { AppArmorCheck([], nil, on: $0).findings() }
        #expect(findings.summary.last == "socket-mediation \(severity)")
    }
}
