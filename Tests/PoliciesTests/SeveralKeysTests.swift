// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import Testing

import struct NIOCore.ByteBuffer

/// Several keys of a GETINFO or options of a GETCONF at once.
@Suite struct SeveralKeysTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var rules: [CommandRule]
        var line: String
        var outcome: String

        init(_ rules: [CommandRule], _ line: String, _ outcome: String) {
            self.rules = rules
            self.line = line
            self.outcome = outcome
        }

        var testDescription: String { "\(rules.map(\.pattern.source)) \(line)" }
    }

    static let getInfo: [Row] = [
        Row([.allow("version")], "GETINFO version", "> GETINFO version"),
        Row([.allow("version")], "GETINFO version ", "> GETINFO version"),
        Row([.allow("version")], "GETINFO   version", "> GETINFO version"),
        Row([.allow("version")], "GETINFO Version", noRule),
        Row([.allow("version")], "GETINFO version version", "> GETINFO version version"),
        Row([.allow("version")], "GETINFO version address", noRule),
        Row([.allow("version"), .allow("address")], "GETINFO version  address ", "> GETINFO version address"),
        Row([.allow("version")], "GETINFO", noRule),
        Row([.allow("")], "GETINFO", "> GETINFO"),
        // A pattern without a literal blank never allows more than one key.
        Row([.allow("version.*")], "GETINFO version address", noRule),
        Row([.allow(#"version\s*\S*"#)], "GETINFO version address", noRule),
        Row([.allow("version[^x]*")], "GETINFO version  address", noRule),
        Row([.allow(".*")], "GETINFO version address", "> GETINFO version address"),
        Row([.allow("version.*")], "GETINFO version ", "> GETINFO version"),
        // Blanks more lead past no rule, and a pattern may still ask for one.
        Row([.answer("address", "250 OK"), .allow(".*")], "GETINFO address ", "= 250 OK"),
        Row([.answer("version address", "250 OK"), .allow(".* .*")], "GETINFO version  address", "= 250 OK"),
        Row([.replace("address", by: "version"), .allow(".*")], "GETINFO address  ", "> GETINFO version"),
        Row([.allow("version ")], "GETINFO version ", "> GETINFO version "),
        Row([.allow("version ")], "GETINFO version", noRule),
        // One with a literal blank does.
        Row([.allow("version address")], "GETINFO version address", "> GETINFO version address"),
        Row([.allow("version address")], "GETINFO version", noRule),
        Row([.allow("version address")], "GETINFO address version", noRule),
        Row([.allow("version[ ]address")], "GETINFO version address", "> GETINFO version address"),
        Row([.replace("version (.*)", by: "{}")], "GETINFO version address", "> GETINFO address"),
        Row([.answer("version address", "250 OK")], "GETINFO version address", "= 250 OK"),
        // A rule that replaces or answers does not stand for one of several keys, nor does a later one loosen it.
        Row([.replace("address", by: "version"), .allow("version")], "GETINFO address", "> GETINFO version"),
        Row([.replace("address", by: "version"), .allow(".*")], "GETINFO version address", noRule),
        Row([.answer("address", "250 OK"), .allow(".*")], "GETINFO version address", noRule),
        Row([.answer("address", "250 OK"), .allow(".*")], "GETINFO address address", noRule),
        Row(
            [.allow("address"), .answer("address", "250 OK"), .allow("version")], "GETINFO version address",
            "> GETINFO version address"),
    ]

    @Test(arguments: getInfo)
    func eachKeyOfAGetInfoIsAllowedAloneOrAllByOneRule(_ row: Row) {
        let policy = Policy([CompiledProfile(commands: ["GETINFO": row.rules])])
        #expect(policy.outcome(row.line) == row.outcome)
    }

    @Test func theKeysOfAGetInfoMayBeAllowedByDifferentProfiles() {
        let policy = PolicySet(
            [CompiledProfile("a", commands: ["GETINFO": [.allow("version")]])],
            [CompiledProfile("b", commands: ["GETINFO": [.allow("address")]])]
        ).policy(for: .remote)
        #expect(policy.outcome("GETINFO version address") == "> GETINFO version address")
    }

    @Test func theFirstRuleForAKeyAloneIsThatOfTheLaterFile() {
        let allowing = CompiledProfile("a", commands: ["GETINFO": [.allow("version|address")]])
        let answering = CompiledProfile("b", commands: ["GETINFO": [.answer("address", "250 OK")]])
        #expect(PolicySet([allowing], [answering]).policy(for: .remote).outcome("GETINFO version address") == noRule)
        #expect(
            PolicySet([answering], [allowing]).policy(for: .remote).outcome("GETINFO version address")
                == "> GETINFO version address"
        )
    }

    private static let hiding = ReplyRewriting([("250-(.*)=.*", "250-{}=hidden")])
    private static let whole = ReplyRewriting([(".*", "250-whole")])

    @Test func theReplyIsRewrittenKeyByKey() throws {
        let rules: [CommandRule] = [.allow("address", response: Self.hiding), .allow("version")]
        let policy = Policy([CompiledProfile(commands: ["GETINFO": rules])])
        let plan = try #require(policy.decide(command("GETINFO version address version"), facts: .remote).plan)
        #expect(plan.shape == .getInfo(["version", "address", "version"]))
        #expect(plan.whole == nil)
        #expect((0..<4).map { plan.rewriting(forKey: $0) != nil } == [false, true, false, false])
        #expect(plan.rewriting(forKey: nil) == nil)
        #expect(plan.rewriting(forKey: -1) == nil)
    }

    @Test func aBlankMoreDoesNotLeadPastTheRewritingOfALaterFile() throws {
        let policy = PolicySet(
            [CompiledProfile("a", commands: ["GETINFO": [.allow(".*")]])],
            [CompiledProfile("b", commands: ["GETINFO": [.allow("address", response: Self.hiding)]])]
        ).policy(for: .remote)
        for line in ["GETINFO address", "GETINFO address ", "GETINFO version address"] {
            let plan = try #require(policy.decide(command(line), facts: .remote).plan)
            #expect(plan.rewriting(forKey: line.hasPrefix("GETINFO v") ? 1 : 0) != nil)
        }
    }

    @Test func aRuleForTheWholeTextRewritesTheWholeReply() throws {
        let rules: [CommandRule] = [.allow("version address", response: Self.whole), .allow("version|address")]
        let policy = Policy([CompiledProfile(commands: ["GETINFO": rules])])
        let plan = try #require(policy.decide(command("GETINFO version address"), facts: .remote).plan)
        let rewriting = try #require(plan.rewriting(forKey: 1))
        let line = ByteBuffer(string: "250-version=1")
        #expect(rewriting.apply(to: line, facts: .remote) == .rewritten(ByteBuffer(string: "250-whole")))
        #expect(plan.rewriting(forKey: nil) != nil)
    }

    @Test func aSingleKeyBetweenBlanksIsRewrittenAsWell() throws {
        let policy = Policy([CompiledProfile(commands: ["GETINFO": [.allow("address", response: Self.hiding)]])])
        let plan = try #require(policy.decide(command("GETINFO address "), facts: .remote).plan)
        #expect(plan.rewriting(forKey: 0) != nil)
    }

    static let getConf: [Row] = [
        Row([], "GETCONF Bridge", "> GETCONF Bridge"),
        Row([], "GETCONF bridge USEBRIDGES", "> GETCONF bridge USEBRIDGES"),
        Row([], "GETCONF Bridge  UseBridges ", "> GETCONF Bridge UseBridges"),
        Row([], "GETCONF Bridge ControlPort", noRule),
        Row([], "GETCONF ControlPort", noRule),
        Row([], "GETCONF", noRule),
        Row([], "GETCONF UseBridge", unreadable),
        Row([], "GETCONF Bridge UseBridge", unreadable),
        Row([], "GETCONF Bridge=x", unreadable),
        Row([], "GETCONF \"Bridge\"", unreadable),
        Row([], "GETCONF UseHelperNodes", "> GETCONF UseHelperNodes"),
        Row([], "GETCONF NumHelperNodes", noRule),
        Row([.allow("SocksPort")], "GETCONF SocksPort Bridge", "> GETCONF SocksPort Bridge"),
        Row([.allow("SocksPort")], "GETCONF socksport", noRule),
        Row([.allow("Socks.*")], "GETCONF SocksPort ControlPort", noRule),
        Row([.allow("Socks.*")], "GETCONF SocksPor", unreadable),
        Row([.allow("SocksPort ControlPort")], "GETCONF SocksPort ControlPort", "> GETCONF SocksPort ControlPort"),
        Row([.answer("Bridge", "250 Bridge")], "GETCONF Bridge", "= 250 Bridge"),
        Row([.answer("Bridge", "250 Bridge")], "GETCONF Bridge UseBridges", noRule),
        Row([.answer("Bridge", "250 Bridge"), .allow(".*")], "GETCONF Bridge ", "= 250 Bridge"),
        Row([.replace("Bridge", by: "UseBridges")], "GETCONF Bridge", "> GETCONF UseBridges"),
    ]

    @Test(arguments: getConf)
    func eachOptionOfAGetConfIsAllowedAloneOrAllByOneRule(_ row: Row) {
        let profile = CompiledProfile(
            commands: ["GETCONF": row.rules], confs: ["Bridge": nil, "UseBridges": ["1"], "UseEntryGuards": nil]
        )
        #expect(Policy([profile]).outcome(row.line) == row.outcome)
    }

    @Test func repliesOfAGetConfAreAttributedByOrderAndCanonicalName() throws {
        let rules: [CommandRule] = [.allow("SocksPort", response: Self.hiding)]
        let profile = CompiledProfile(
            commands: ["GETCONF": rules],
            confs: ["Bridge": nil, "HiddenServicePort": nil, "HiddenServiceDir": nil, "HiddenServiceStatistics": nil]
        )
        let line = "GETCONF Bridge bridge SocksPort HiddenServiceDir HiddenServicePort HiddenServiceStatistics Bridge"
        let plan = try #require(Policy([profile]).decide(command(line), facts: .remote).plan)
        let expected = ["Bridge", "SocksPort", "HiddenServiceDir", "HiddenServiceStatistics", "Bridge"]
        #expect(plan.shape == .getConf(expected.compactMap { ConfOption($0) }))
        #expect((0..<5).map { plan.rewriting(forKey: $0) != nil } == [false, true, false, false, false])
    }

    @Test func aRewritingIsNotLostAmongOptionsThatTorAnswersTogether() {
        let rules: [CommandRule] = [.allow("SocksPort|HiddenServiceDir", response: Self.hiding), .allow(".*")]
        let policy = Policy([CompiledProfile(commands: ["GETCONF": rules])])
        for words in ["SocksPort SOCKSPORT", "SOCKSPORT SocksPort", "HiddenServicePort HiddenServiceDir"] {
            #expect(policy.outcome("GETCONF \(words)") == noRule)
        }
        #expect(policy.outcome("GETCONF SocksPort HiddenServiceDir") == "> GETCONF SocksPort HiddenServiceDir")
    }

    @Test(
        arguments: [
            ("SIGNAL NEWNYM", ReplyPlan.Shape.endLine), ("MAPADDRESS a=b c=d", .mapAddress(2)),
            ("MAPADDRESS", .mapAddress(1)), ("ADD_ONION NEW:BEST Port=80", .addOnion),
            ("ONION_CLIENT_AUTH_VIEW", .onionClientAuthView), ("DEL_ONION x", .endLine),
            ("SETCONF Bridge=1", .endLine), ("GETINFO a b", .getInfo(["a", "b"])), ("SETEVENTS BW", .endLine),
        ]
    )
    func aReplyMustHaveTheShapeOfItsCommand(line: String, shape: ReplyPlan.Shape) throws {
        let names = ["SIGNAL", "MAPADDRESS", "ADD_ONION", "ONION_CLIENT_AUTH_VIEW", "DEL_ONION", "SETCONF", "GETINFO"]
        let rules = Dictionary(uniqueKeysWithValues: names.map { ($0, [CommandRule.allow(".*|a b")]) })
        let policy = Policy([CompiledProfile(commands: rules, events: ["BW": .listed])])
        #expect(try #require(policy.decide(command(line), facts: .remote).plan).shape == shape)
    }
}
