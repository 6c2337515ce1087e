// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing
import TorLink

@testable import Diagnosis

@Suite("What doctor says of files and profiles")
struct FileCheckTests {
    private static func check(_ daemon: DaemonFacts?, isUsed: Bool? = true) -> CookieCheck {
        let settings = TorSurvey.Settings(
            addresses: [], cookie: "/run/tor/control.authcookie", user: "debian-tor", daemon: daemon
        ) { LinkConfiguration(transport: $0.transport) }
        return OtherMachine().look { CookieCheck(path: settings.cookie, settings, isUsed: isUsed, on: $0) }
    }

    private static func cookie(_ mode: UInt32, group: UInt32 = 115, kind: FileFacts.Kind = .regular) -> Passage {
        Passage(
            path: "/run/tor/control.authcookie",
            directories: [FileFacts(kind: .directory, user: 107, group: 115, mode: 0o2755)],
            file: FileFacts(kind: kind, user: 107, group: group, mode: mode))
    }

    private static let member = DaemonFacts(process: 1, user: 200, groups: [200, 115])
    private static let stranger = DaemonFacts(process: 1, user: 200, groups: [200])
    private static let privileged = DaemonFacts(process: 1, user: 200, groups: [200], capabilities: 1 << 2)

    /// Group 200 has no other members; of group 115 alice and bob are.
    @Test(
        "The cookie: for the daemon, and for nobody else",
        arguments: [
            (0o640, 200, member, ["tor-cookie ok"]), (0o640, 115, member, ["tor-cookie warning"]),
            (0o600, 115, privileged, ["tor-cookie ok"]), (0o600, 115, member, ["tor-cookie error"]),
            (0o644, 200, member, ["tor-cookie error"]),
            (0o640, 115, stranger, ["tor-cookie error", "tor-cookie warning"]),
            (0o644, 115, privileged, ["tor-cookie error"]),
        ] as [(UInt32, UInt32, DaemonFacts, [String])])
    func cookie(mode: UInt32, group: UInt32, daemon: DaemonFacts, summary: [String]) {
        #expect(Self.check(daemon).findings(of: Self.cookie(mode, group: group)).summary == summary)
    }

    @Test("A cookie that is no file, and one that is missing though tor asks for it")
    func oddCookies() {
        #expect(Self.check(nil).findings(of: Self.cookie(0o640, kind: .directory)).summary == ["tor-cookie error"])
        #expect(Self.check(nil).findings().summary == ["tor-cookie error"])
        #expect(Self.check(nil, isUsed: false).findings().summary == ["tor-cookie ok"])
        #expect(Self.check(nil, isUsed: nil).findings().summary == ["tor-cookie warning"])
    }

    @Test("What is not 32 bytes is no cookie, and no mode of it is to be changed")
    func noCookie() {
        var passage = Self.cookie(0o644)
        passage = Passage(
            path: "/etc/hostname", directories: passage.directories,
            file: FileFacts(kind: .regular, user: 0, group: 0, mode: 0o644, size: 10))
        let findings = Self.check(Self.stranger).findings(of: passage)
        #expect(findings.summary == ["tor-cookie error"])
        #expect(findings.first?.remedy?.contains("chmod") == false)
    }

    @Test("Root without capabilities reads what its modes let it read")
    func rootWithoutCapabilities() {
        let root = DaemonFacts(process: 1, user: 0, groups: [0])
        #expect(Self.check(root).findings(of: Self.cookie(0o640, group: 200)).summary.first == "tor-cookie error")
        #expect(Self.check(root).findings(of: Self.cookie(0o604)).summary == ["tor-cookie error"])
    }

    @Test(
        "The file with the password is the daemon's alone",
        arguments: [
            (200, 0o600, ["tor-password ok"]), (200, 0o666, ["tor-password error"]),
            (200, 0o644, ["tor-password error"]),
            (107, 0o600, ["tor-password error", "tor-password warning"]), (200, 0o602, ["tor-password error"]),
            (200, 0o640, ["tor-password warning"]),
        ] as [(UInt32, UInt32, [String])])
    func password(owner: UInt32, mode: UInt32, summary: [String]) {
        let passage = Passage(
            path: "/etc/password", directories: [],
            file: FileFacts(kind: .regular, user: owner, group: 115, mode: mode))
        let findings = OtherMachine().look {
            PasswordCheck(path: "/etc/password", daemon: Self.stranger, machine: $0).findings(of: passage)
        }
        #expect(findings.summary == summary)
    }

    private static func profiles(_ text: String) -> [CompiledProfile] {
        let file = SourceFile(path: "/etc/x/40_thing.yml", name: "40_thing.yml", content: .bytes(Array(text.utf8)))
        return ProfileLoader().load([file]).files.flatMap(\.profiles)
    }

    @Test(
        "A profile that names what is not here is for nobody",
        arguments: [
            ("{users: ['*'], apparmor-profiles: [/usr/bin/here]}", true),
            ("{users: ['*'], apparmor-profiles: [/usr/bin/gone]}", false),
            ("{users: ['*'], apparmor-profiles: [/usr/bin/gone, /usr/bin/here]}", true),
            ("{users: ['*'], apparmor-profiles: [a-label]}", true),
            ("{users: [nobody-such], apparmor-profiles: [a-label]}", false),
            ("{users: ['1000'], apparmor-profiles: ['*']}", true),
            ("{users: [alice], groups: [none], apparmor-profiles: ['*']}", false),
            ("{users: [alice], units: [here.service]}", true), ("{users: [alice], units: [gone.service]}", false),
            ("{users: [alice], units: ['here@7.service']}", true),
            ("{users: [alice], units: ['gone-*.service']}", true),
            ("{users: [alice], units: ['user:app-x.scope']}", true),
            ("{users: ['*']}", false), ("{hosts: [10.0.0.1]}", true), ("{sockets: [{name: app}]}", true),
            ("{users: ['*'], apparmor-profiles: ['*'], exe-paths: [/usr/bin/gone]}", false),
            ("{users: ['*'], apparmor-profiles: ['*'], exe-paths: [/usr/bin/link]}", false),
            ("{users: ['*'], apparmor-profiles: ['*'], exe-paths: [/usr/bin]}", false),
            ("{sockets: [app]}", false), ("{sockets: [listener]}", true),
            ("{sockets: [{name: app, group: none}]}", false),
            ("{sockets: [{name: app, group: alice}]}", true),
        ])
    func audience(profile: String, isHere: Bool) {
        let other = OtherMachine()
        other.add("/usr/bin/here")
        other.add("/usr/lib/systemd/system/here.service")
        other.add("/etc/systemd/system/here@.service")
        other.link("/usr/bin/link", to: "here")
        other.add("/sys/module/apparmor/parameters/enabled", "Y\n")
        let profiles = Self.profiles("- \(profile.dropLast()), commands: {GETINFO: [version]}}\n")
        #expect(profiles.count == 1)
        let findings = other.look { AudienceCheck(profiles, Self.surroundings(), on: $0).findings() }
        #expect(findings.summary == ["profile-audience \(isHere ? "ok" : "warning")"])
    }

    private static func surroundings(hasDaemon: Bool = false) -> AudienceCheck.Surroundings {
        AudienceCheck.Surroundings(
            library: "/usr/share/x", runtime: "/run/onion-sieve", hasDaemon: hasDaemon, listenerNames: ["listener"])
    }

    @Test("A socket that the running daemon has not made is said")
    func unmadeSocket() {
        let profiles = Self.profiles("- {sockets: [{name: app}], commands: {GETINFO: [version]}}\n")
        let other = OtherMachine()
        func findings() -> [Finding] {
            other.look { AudienceCheck(profiles, Self.surroundings(hasDaemon: true), on: $0).findings() }
        }
        #expect(findings().summary == ["profile-audience warning"])
        other.addSocket("/run/onion-sieve/apps/app/control")
        #expect(findings().summary == ["profile-audience ok"])
    }

    @Test("Without AppArmor nobody has a label, and programs must be what the kernel runs", arguments: ["N\n", nil])
    func labelsWithoutAppArmor(enabled: String?) {
        let other = OtherMachine()
        if let enabled { other.add("/sys/module/apparmor/parameters/enabled", enabled) }
        other.add("/usr/bin/here")
        other.link("/usr/bin/link", to: "here")
        let why = other.look { machine in
            ["a-label", "/usr/bin/link", "/usr/bin", "/gone"].map {
                ProgramFiles(machine: machine).objection(toLabel: $0) ?? ""
            }
        }
        #expect(why[0].contains("AppArmor is off"))
        #expect(why[1].contains("`/usr/bin/here`"))
        #expect(why[2].contains("is a directory"))
        #expect(why[3].contains("there is no program"))
    }

    @Test(
        "A program that others could have written, and a script, are known by nobody's path",
        arguments: [
            (0, 0o755, false, nil), (0, 0o775, false, "written by others"), (0, 0o757, false, "written by others"),
            (1000, 0o755, false, "belongs to alice"), (0, 0o755, true, "script"),
        ] as [(UInt32, UInt32, Bool, String?)])
    func programs(user: UInt32, mode: UInt32, isScript: Bool, reason: String?) {
        let facts = FileFacts(kind: .regular, user: user, group: 0, mode: mode)
        let why = OtherMachine().look { ProgramFiles(machine: $0).objection(to: facts, isScript) }
        #expect((why == nil) == (reason == nil))
        #expect(reason.map { why?.contains($0) == true } ?? true)
    }

    @Test("What begins with #! is a script")
    func scripts() {
        let other = OtherMachine()
        other.add("/a", "#!/bin/sh\n")
        other.add("/b", "\u{7F}ELF")
        #expect(other.look { [$0.isScript("/a"), $0.isScript("/b"), $0.isScript("/c")] } == [true, false, false])
    }

    @Test("Links into the library are disabled; files of the administrator's own are moved away, or edited")
    func remedies() {
        let gone = "{users: [gone], apparmor-profiles: ['*'], commands: {GETINFO: [version]}}"
        let used = "{users: [alice], apparmor-profiles: ['*'], commands: {GETINFO: [version]}}"
        let other = OtherMachine()
        other.add("/usr/share/x/40_thing.yml")
        func remedies(_ text: String) -> [String?] {
            other.look { AudienceCheck(Self.profiles(text), Self.surroundings(), on: $0).findings() }.map(\.remedy)
        }
        other.add("/etc/x/40_thing.yml")
        #expect(
            remedies("- \(gone)\n") == [
                "correct /etc/x/40_thing.yml, or mv /etc/x/40_thing.yml /etc/x/40_thing.yml.away && systemctl reload onion-sieve"
            ])
        #expect(remedies("- \(gone)\n- \(used)\n").first??.hasPrefix("correct the profile") == true)
        other.remove("/etc/x/40_thing.yml")
        other.link("/etc/x/40_thing.yml", to: "../../usr/share/x/40_thing.yml")
        #expect(remedies("- \(gone)\n") == ["onion-sieve profile disable 40_thing"])
    }

    private static func directories(_ other: OtherMachine, _ daemon: DaemonFacts?) -> [String] {
        other.look { machine in
            DirectoriesCheck(
                ProfileLoader().load([]), isComplete: true, runtime: "/run/onion-sieve", library: "/usr/share/x",
                daemon,
                on: machine
            ).findings()
        }.summary.filter { $0.hasPrefix("runtime") }
    }

    @Test("A directory that is somebody else's, or that others can write in, is an error")
    func runtime() {
        let other = OtherMachine()
        other.add("/run/onion-sieve/apps/thing/env")
        let owner = other.look { $0.facts("/run/onion-sieve").value?.user } ?? 0
        #expect(Self.directories(other, DaemonFacts(process: 1, user: owner)) == ["runtime-directory ok"])
        let stranger = Self.directories(other, DaemonFacts(process: 1, user: owner + 1))
        // What is root's is nobody else's to put sockets into.
        #expect(
            stranger == (owner == 0 ? ["runtime-directory ok"] : Array(repeating: "runtime-directory error", count: 3)))
        other.open("/run/onion-sieve/apps")
        #expect(Self.directories(other, DaemonFacts(process: 1, user: owner)) == ["runtime-directory error"])
    }
}
