// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@testable import Diagnosis

@Suite("What doctor says of tor")
struct TorCheckTests {
    private static let socket = TorAddress.unix(path: "/run/tor/control")

    private static func check(_ survey: TorSurvey, _ daemon: DaemonFacts? = nil, on machine: Machine) -> TorCheck {
        let settings = TorSurvey.Settings(
            addresses: [socket], cookie: "/run/tor/control.authcookie", user: "debian-tor", daemon: daemon
        ) { LinkConfiguration(transport: $0.transport) }
        return TorCheck(survey, settings, on: machine)
    }

    private static func passage(_ mode: UInt32, directory: UInt32 = 0o755, group: UInt32 = 115) -> Passage {
        Passage(
            path: "/run/tor/control",
            directories: [FileFacts(kind: .directory, user: 107, group: group, mode: directory)],
            file: FileFacts(kind: .socket, user: 107, group: group, mode: mode))
    }

    /// Bits 1 and 2 are CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.
    @Test(
        "Whether the daemon may connect is a matter of its own user, groups and capabilities",
        arguments: [
            (200, [115], 0, 0o660, 0o755, true), (5200, [5200], 0, 0o660, 0o755, false),
            (5200, [5200], 0, 0o666, 0o755, true), (5200, [5200], 0, 0o666, 0o750, false),
            (5200, [5200], 1 << 2, 0o666, 0o700, true), (5200, [5200], 1 << 2, 0o660, 0o755, false),
            (5200, [5200], 1 << 1, 0o600, 0o700, true), (0, [0], 1 << 1, 0o660, 0o700, true),
            (0, [0], 0, 0o660, 0o755, false), (0, [0], 1 << 2, 0o660, 0o755, false),
            (0, [0, 115], 0, 0o660, 0o755, true),
            (200, [115], 0, 0o640, 0o755, false),
        ] as [(UInt32, Set<UInt32>, UInt64, UInt32, UInt32, Bool)])
    func connects(
        user: UInt32, groups: Set<UInt32>, capabilities: UInt64, mode: UInt32, directory: UInt32, may: Bool
    ) {
        let daemon = DaemonFacts(process: 1, user: user, groups: groups, capabilities: capabilities)
        #expect(Self.passage(mode, directory: directory).allows(.write, to: daemon) == may)
    }

    @Test(
        "The remedy fits the daemon's user: nobody is put into root's group, and a number is not given to adduser",
        arguments: [
            (200, 115, 0o660, "adduser onion-sieve debian-tor; systemctl restart onion-sieve"),
            (
                5200, 115, 0o660,
                "systemctl edit onion-sieve, and under [Service]: SupplementaryGroups=debian-tor; systemctl restart onion-sieve"
            ),
            (
                0, 115, 0o660,
                "systemctl edit onion-sieve, and under [Service]: SupplementaryGroups=debian-tor; systemctl restart onion-sieve"
            ),
            (200, 0, 0o660, "in /etc/tor/torrc: LINE, and systemctl restart tor; systemctl restart onion-sieve"),
        ] as [(UInt32, UInt32, UInt32, String)])
    func remedy(user: UInt32, group: UInt32, mode: UInt32, remedy: String) {
        let daemon = DaemonFacts(process: 1, user: user, groups: [user])
        #expect(
            Self.passage(mode, group: group).remedy(for: daemon, to: .write, torrc: "LINE", OtherMachine.accounts)
                == remedy)
    }

    @Test("That we are let in is not fine where the daemon is not")
    func refusal() {
        let other = OtherMachine()
        other.add("/run/tor/control", mode: 0o600)
        let survey = TorSurvey(entry: TorSurvey.Entry(address: Self.socket, version: nil, method: .safeCookie))
        let stranger = DaemonFacts(process: 1, user: 54321, groups: [54321])
        let privileged = DaemonFacts(process: 1, user: 54321, groups: [54321], capabilities: 1 << 1)
        #expect(other.look { Self.check(survey, stranger, on: $0).findings() }.summary.first == "tor-reachable error")
        #expect(other.look { Self.check(survey, privileged, on: $0).findings() }.summary.first == "tor-reachable ok")
    }

    @Test("A daemon that may not connect to the socket has to do with a port that it was told of, if there is one")
    func elsewhere() throws {
        let other = OtherMachine()
        other.add("/run/tor/control", mode: 0o600)
        let stranger = DaemonFacts(process: 1, user: 54321, groups: [54321])
        for (port, severity) in [(9051, Finding.Severity.warning), (9999, .error)] as [(UInt16, Finding.Severity)] {
            let door = TorSurvey.Door(address: .tcp(.loopback, port: port), methods: [.safeCookie])
            let finding = other.look { machine in
                var settings = Self.check(TorSurvey(), stranger, on: machine).settings
                settings.addresses.append(.tcp(.loopback, port: 9051))
                return TorCheck(TorSurvey(doors: [door]), settings, on: machine).refusal(at: Self.socket)
            }
            #expect(finding?.severity == severity)
        }
    }

    @Test("Nor is it where the daemon cannot read the cookie by which we were")
    func unreadableCookie() {
        let other = OtherMachine()
        other.open("")
        other.add("/run/tor/control", mode: 0o666)
        other.add("/run/tor/control.authcookie", String(repeating: "c", count: 32), mode: 0o600)
        let stranger = DaemonFacts(process: 1, user: 54321, groups: [54321])
        for (method, summary) in [(.safeCookie, "error"), (.null, "ok")] as [(AuthenticationMethod, String)] {
            let entry = TorSurvey.Entry(address: Self.socket, version: nil, method: method)
            let findings = other.look { Self.check(TorSurvey(entry: entry), stranger, on: $0).findings() }
            #expect(findings.summary.first == "tor-reachable \(summary)")
        }
    }

    @Test(
        "Where a daemon that is not seen may have another tor, that none is at the usual places is a warning",
        arguments: [(true, false, "warning"), (true, true, "error"), (false, false, "error")])
    func guess(isGuess: Bool, isRoot: Bool, severity: String) {
        let survey = TorSurvey(failures: [
            TorSurvey.Failure(address: Self.socket, reason: "no such file", cause: .other)
        ])
        let finding = OtherMachine().look { machine in
            var settings = Self.check(survey, on: machine).settings
            settings.isGuess = isGuess
            var check = TorCheck(survey, settings, on: machine)
            check.isRoot = isRoot
            return check.findings().first
        }
        #expect(finding?.severity.rawValue == severity)
    }

    @Test(
        "What to do depends on why tor did not let us in",
        arguments: [
            (.otherUser("alice"), "serve --tor-user alice"), (.link(.rejected(.password)), "HashedControlPassword"),
            (.link(.cookieOfWrongLength(10)), "serve --tor-cookie FILE"), (.link(.impostor), "serve --tor-cookie FILE"),
            (.link(.cookieUnreadable(.wrongLength(path: "/etc/hostname", count: 10))), "serve --tor-cookie FILE"),
            (.link(.noUsableMethod(offered: [.password], .unix)), "--tor-password-file"),
        ] as [(TorSurvey.Cause, String)])
    func failure(cause: TorSurvey.Cause, remedy: String) {
        let survey = TorSurvey(
            failures: [TorSurvey.Failure(address: Self.socket, reason: "x", cause: cause)],
            doors: [TorSurvey.Door(address: Self.socket, methods: [.password])])
        let finding = OtherMachine().look { Self.check(survey, on: $0).findings() }.first
        #expect(finding?.remedy?.contains(remedy) == true)
        #expect(finding?.remedy?.contains("CookieAuthFile /") == false)
    }

    @Test(
        "A control port that other machines reach is an error, whatever it asks for",
        arguments: [
            ("127.0.0.1", "ok"), ("0.0.0.0", "error"), ("::", "error"), ("192.168.1.5", "error"), ("::1", "ok"),
        ])
    func networks(host: String, severity: String) throws {
        var door = TorSurvey.Door(address: .tcp(.loopback, port: 29062), methods: [.safeCookie])
        door.add(.tcp(try #require(IPAddress(host)), port: 29062))
        let finding = OtherMachine().look { Self.check(TorSurvey(), on: $0).finding(door) }
        #expect(finding.severity.rawValue == severity)
        #expect(finding.text.contains(host) || severity == "ok")
        // Also where tor does not answer on loopback.
        var mute = TorSurvey.Door(address: .tcp(.loopback, port: 29062), methods: nil)
        mute.add(.tcp(try #require(IPAddress(host)), port: 29062))
        let other = OtherMachine().look { Self.check(TorSurvey(), on: $0).finding(mute) }
        #expect((other.severity == .error) == (severity == "error"))
    }

    @Test("Where tor says that it listens is read with the addresses")
    func places() throws {
        let text = #"net/listeners/control="0.0.0.0:29062" "[::1]:9051" "unix:/run/tor/a b" "odd""#
        #expect(
            TorSurvey.places(in: text) == [
                .tcp(try #require(IPAddress("0.0.0.0")), port: 29062), .tcp(try #require(IPAddress("::1")), port: 9051),
            ])
        #expect(TorSurvey.places(in: "net/listeners/socks=\"127.0.0.1:9050\"").isEmpty)
    }

    @Test(
        "The path of the cookie that tor names is read only where it is one",
        arguments: [
            (#"AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/tor/a b""#, "/run/tor/a b"),
            (#"AUTH METHODS=COOKIE COOKIEFILE="relative""#, nil), (#"AUTH METHODS=COOKIE COOKIEFILE="/open"#, nil),
            (#"VERSION Tor="0.4" COOKIEFILE="/x""#, nil), ("AUTH METHODS=NULL", nil),
            (#"AUTH METHODS=COOKIE COOKIEFILE="/a\0b""#, nil),
        ])
    func cookieFile(text: String, path: String?) { #expect(TorSurvey.cookieFile(in: text) == path) }

    @Test("The cookie that tor names counts as well as the copy that the daemon reads")
    func otherCookie() {
        let other = OtherMachine()
        let cookie = String(repeating: "c", count: 32)
        other.add("/copy", cookie, mode: 0o600)
        other.add("/run/tor/control.authcookie", cookie, mode: 0o600)
        other.add("/var/lib/tor/cookie", cookie, mode: 0o644)
        other.open("/")
        let entry = TorSurvey.Entry(address: Self.socket, version: nil, method: .safeCookie)
        let doors = [TorSurvey.Door(address: Self.socket, methods: [.safeCookie], cookieFile: "/var/lib/tor/cookie")]
        let survey = TorSurvey(entry: entry, doors: doors)
        let findings = other.look { Self.check(survey, on: $0).findings() }.filter { $0.name == .torCookie }
        #expect(findings.contains { $0.severity == .error && $0.text.contains("/var/lib/tor/cookie") })
        // What did not let us in may be anybody, and name any file.
        let impostor = other.look { Self.check(TorSurvey(doors: doors), on: $0).findings() }
        #expect(!impostor.contains { $0.text.contains("/var/lib/tor/cookie") || $0.remedy?.contains("chmod") == true })
        let same = TorSurvey(
            entry: entry,
            doors: [
                TorSurvey.Door(address: Self.socket, methods: [.safeCookie], cookieFile: "/run/tor/control.authcookie")
            ])
        #expect(other.look { Self.check(same, on: $0).findings() }.filter { $0.name == .torCookie }.count == 1)
    }
}
