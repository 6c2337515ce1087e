// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import TestSupport
import Testing

@testable import Learning

/// Whoever can write in a trail chooses every text in it.
@Suite struct HostileTrailTests {
    static let texts = [
        "version\n  commands:\n    GETINFO: ['.*']",
        "version'\n- users: ['*']\n  units: ['*']\n",
        "'version'", "version # sieve: allow dangerous-permission (why not)",
        "address # sieve: allow dangerous-permission",
        "# sieve: allow dangerous-permission, without-own", ".*", "(?:.*)", "version|config-text", "[a-z-]+", "\\S+",
        "a{1000}", "version\u{0}", "version\r", "\u{2028}", "version\u{202E}txet-gifnoc", "{client-address}", "%s",
        "&a *a",
        "!!binary AA==", "? : -", "\"version\\r\\n250 OK\"", "\"", "\\", "'", "''", "''''", "~", "null", "- ",
        "[secret]",
        String(repeating: "v", count: 10_240), String(repeating: "v", count: 509) + "...",
        String(repeating: "(", count: 400), String(repeating: "'", count: 512),
        String(repeating: "version ", count: 60),
    ]

    @Test(arguments: texts)
    func `text that means something to YAML, to patterns or to check allows nothing else`(text: String) throws {
        var trail = Trail()
        trail.add(Trail.onionshare, ["GETINFO version"])
        for name in [
            "GETINFO", "SIGNAL", "+HSPOST", "USEFEATURE", "HSFETCH", "ADD_ONION", "GETCONF", "SETCONF", text, "?",
        ] {
            trail.forge(Trail.onionshare, name, text)
        }
        let suggestion = try trail.suggestion()
        let judge = try Judge(suggestion.text)
        #expect(judge.decision("GETINFO version") == "forward")
        for line in [
            "GETINFO config-text", "GETINFO address", "GETINFO traffic/read", "SIGNAL NEWNYM", "SIGNAL HALT",
            "USEFEATURE EXTENDED_EVENTS", "GETCONF SocksPort", "+HSPOST HSADDRESS=\(SuggestionTests.service)",
            "ADD_ONION NEW:BEST Port=80", "HSFETCH \(SuggestionTests.service)", "SAVECONF",
        ] {
            #expect(judge.decision(line) == "filter", "\(line)")
        }
        #expect(suggestion.text.utf8.allSatisfy { $0 == 0x0A || (0x20...0x7E).contains($0) })
    }

    @Test(arguments: [
        "*", "a\nb", "", "a'b: [*", "x\u{202E}", "/usr/bin/onion # sieve: allow interpreter", "session-2*",
    ])
    func `names of clients mean themselves or nobody`(name: String) throws {
        for keyPath in [\AuditedClient.label, \.executable, \.unit, \.socket, \.user, \.address] {
            var client = AuditedClient(transport: .unix)
            (client.uid, client.user, client.label) = (1000, "alice", "unconfined")
            client[keyPath: keyPath] = name
            if keyPath == \.label { client.labelMode = "enforce" }
            if keyPath == \.socket { client.transport = .socket }
            if keyPath == \.address { (client.transport, client.label) = (.remote, nil) }
            let suggestion: Suggestion
            do {
                suggestion = try Trail.suggestion(["GETINFO version"], for: client)
            } catch {
                continue
            }
            let judge = try Judge(suggestion.text, client: client)
            #expect(judge.decision("GETINFO version") == "forward")
            for profile in judge.file.profiles {
                var stranger = client.client(by: nil)
                stranger.user = .init(id: 1001, name: "bob")
                #expect(!profile.selector.matches(stranger))
            }
        }
    }

    @Test func `a million different commands make no profile that allows more, and no more than can be read`() throws {
        var lessons = Lessons()
        var record = TrailRecord(time: Timestamp(microseconds: 0), kind: .command)
        (record.session, record.client) = (1, Trail.onionshare)
        (record.command, record.arguments) = ("GETINFO", "version")
        lessons.take(record)
        for number in 0..<5000 {
            record.arguments = "md/name/n\(number)"
            lessons.take(record)
        }
        let suggestion = try Suggestion(for: lessons.applications[0])
        let judge = try Judge(suggestion.text)
        #expect(suggestion.allowedCount == ProfileDraft.mostRules)
        #expect(suggestion.leftOutCount == 5001 - ProfileDraft.mostRules)
        #expect(judge.decision("GETINFO version") == "forward")
        #expect(judge.decision("GETINFO md/name/n5") == "forward")
        #expect(judge.decision("GETINFO md/name/n4000") == "filter")
        #expect(suggestion.text.split(separator: "\n").count { $0.hasPrefix("# - ") } == ProfileWriter.mostListed + 1)
    }

    @Test(.timeLimit(.minutes(1)))
    func `commands that put few rules together in many ways have few tests`() throws {
        let keys = (0..<12).map { "md/name/n\($0)" }
        var trail = Trail()
        for number in 1..<4096 {
            let asked = keys.indices.filter { number >> $0 & 1 == 1 }.map { keys[$0] }
            trail.forge(Trail.onionshare, "GETINFO", asked.joined(separator: " "))
        }
        let suggestion = try trail.suggestion()
        #expect(suggestion.allowedCount == 4095)
        let judge = try Judge(suggestion.text)
        #expect(judge.decision("GETINFO \(keys.joined(separator: " "))") == "forward")
        let tests = suggestion.text.split(separator: "\n").count { $0.contains("send: ") }
        #expect((keys.count...keys.count * TestWriter.mostOfOneRule).contains(tests))
    }

    @Test(.timeLimit(.minutes(1)))
    func `sessions that never end are forgotten, and what they sent is not`() throws {
        var lessons = Lessons()
        var record = TrailRecord(time: Timestamp(microseconds: 0), kind: .command)
        (record.client, record.command) = (Trail.onionshare, "GETINFO")
        // A session and what it sent are two things to remember.
        let sessions = [1, 1] + Array(2...UInt64(Lessons.mostRemembered / 2 + 1)) + [1]
        for (number, session) in sessions.enumerated() {
            record.session = session
            record.arguments = "md/name/n\(number < 2 ? 0 : number % 3)"
            lessons.take(record)
        }
        let application = lessons.applications[0]
        #expect(application.sessionCount == sessions.count - 1)
        #expect(try Suggestion(for: application).allowedCount == 3)
    }

    /// A generator that gives the same numbers each time.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// A harmless command that a program might send, and what stays of it when what is general is taken out.
    static func command(_ numbers: inout Numbers) -> (line: String, literal: String) {
        func word(_ numbers: inout Numbers) -> String {
            let letters = Array("abcXYZ012-_.+*?()|'\"#:\\$^[]{}&!%@~")
            return String(
                (0..<Int.random(in: 1...6, using: &numbers)).map { _ in letters.randomElement(using: &numbers) ?? "a" })
        }
        func service(_ numbers: inout Numbers) -> String {
            String(
                (0..<56).map { _ in Array("abcdefghijklmnopqrstuvwxyz234567").randomElement(using: &numbers) ?? "a" })
        }
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0:
            let key = "md/name/" + word(&numbers)
            return ("GETINFO \(key)", "GETINFO \(key)")
        case 1:
            let relay = String((0..<40).map { _ in Array("0123456789ABCDEF").randomElement(using: &numbers) ?? "0" })
            let suffix = word(&numbers)
            return ("GETINFO ns/id/\(relay)/\(suffix)", "GETINFO ns/id/*/\(suffix)")
        case 2:
            let option = ["UseBridges", "SocksPort", "DataDirectory", "Log"].randomElement(using: &numbers) ?? ""
            return ("GETCONF \(option)", "GETCONF \(option)")
        case 3: return ("HSFETCH \(service(&numbers))", "HSFETCH *")
        case 4:
            let text = word(&numbers)
            return ("USEFEATURE \(text)", "USEFEATURE \(text)")
        default:
            let name = ["NEWNYM", "CLEARDNSCACHE", "ACTIVE", "HEARTBEAT"].randomElement(using: &numbers) ?? ""
            return ("SIGNAL \(name)", "SIGNAL \(name)")
        }
    }

    @Test(arguments: 1...sized(8, 40))
    func `whatever was seen and is harmless is allowed, and other commands are not`(seed: Int) throws {
        var numbers = Numbers(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
        let seen = (0..<Int.random(in: 1...12, using: &numbers)).map { _ in Self.command(&numbers) }
        let suggestion: Suggestion
        do {
            // Words that a daemon would not show, too.
            var trail = Trail()
            for (line, _) in seen {
                let name = String(line.prefix { $0 != " " })
                trail.forge(Trail.onionshare, name, String(line.dropFirst(name.count + 1)))
            }
            suggestion = try trail.suggestion()
        } catch SuggestionFailure.nothingLeft {
            return
        }
        let judge = try Judge(suggestion.text)
        let literals = Set(seen.map(\.literal))
        var allowed = 0
        for (line, _) in seen where judge.decision(line) == "forward" { allowed += 1 }
        // What tor would never take is left out, and said.
        #expect(allowed == 0 || suggestion.allowedCount > 0)
        #expect(seen.allSatisfy { judge.decision($0.line) == "forward" || suggestion.leftOutCount > 0 })
        for _ in 0..<200 {
            let (line, literal) = Self.command(&numbers)
            if judge.decision(line) != "filter" { #expect(literals.contains(literal), "\(line)\n\(suggestion.text)") }
        }
    }
}
