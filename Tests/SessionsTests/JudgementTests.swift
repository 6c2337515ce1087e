// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing

@Suite struct JudgementTests {
    private static let facts = SessionFacts(client: TestPolicies.client)

    @Test(arguments: [
        ("GETINFO version", "forward"), ("getinfo  version  a", "rewrite"), ("GETINFO address", "filter"),
        ("ADD_ONION NEW:BEST Port=80,17600", "rewrite"), ("RESOLVE here", "answer"), ("QUIT", "answer"),
        ("AUTHENTICATE", "answer"), ("AUTHCHALLENGE SAFECOOKIE 00", "answer"), ("SETEVENTS BW NOTICE", "rewrite"),
        ("SETEVENTS CIRC", "filter"), ("SETCONF Nickname=\"a\\nb\"", "filter"), ("GETCONF UseBridges", "forward"),
        ("FOO", "filter"),
    ])
    func `a command has one outcome`(line: String, decision: String) throws {
        #expect(Self.judge(.command(try Self.command(line))).decision == decision)
    }

    @Test(arguments: ClientFrame.Malformation.allCases)
    func `what is malformed is filtered, and only a keyword is kept of it`(malformation: ClientFrame.Malformation) {
        let observation = Self.judge(.malformed(malformation, keyword: .getInfo, length: 17))
        #expect(observation.decision == "filter")
        #expect(observation.reason == .malformed(malformation))
        guard case .malformed(.getInfo, length: 17) = observation.subject else { return #expect(Bool(false)) }
    }

    @Test func `what is too long is filtered`() {
        #expect(Self.judge(.tooLong).reason == .tooLong)
    }

    @Test(arguments: ["QUIT", "AUTHENTICATE", "TAKEOWNERSHIP", "DROPOWNERSHIP", "PROTOCOLINFO", "AUTHCHALLENGE"])
    func `in complain mode nothing of ours reaches tor`(keyword: String) throws {
        for policy in [try TestPolicies.ordinary(), try TestPolicies.policy("commands: {SIGNAL: ['NEWNYM']}")] {
            for body in [nil, DataBlock()] {
                let name = try #require(Keyword(keyword))
                let command = try #require(Command(keyword: name, arguments: "1", body: body))
                let judgement = Judgement(
                    .command(command), policy: policy, facts: Self.facts, isComplaining: true
                )
                #expect(!["forward", "rewrite"].contains(judgement.observation.decision))
            }
        }
    }

    /// `explain` prints the judgement of each command by itself; a session must do the same.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `the session and explain agree`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let policy = try TestPolicies.ordinary()
        for _ in 0..<300 {
            let command = try Self.command(RandomCommands.line(&random))
            let told = Judgement(.command(command), policy: policy, facts: Self.facts, isComplaining: false).observation
            var stage = Stage(policy: policy, client: TestPolicies.client)
            stage.authenticate()
            stage.clientSends(command.line)
            let done = stage.observations.compactMap {
                if case .command(let observation) = $0 { observation } else { nil }
            }.last
            #expect(done?.decision == told.decision, "\(command.line)")
            #expect(done?.reason == told.reason, "\(command.line)")
            guard case .forward(let sent) = told.outcome else {
                #expect(stage.toTor.isEmpty, "\(command.line)")
                #expect(!stage.toClient.isEmpty, "\(command.line)")
                continue
            }
            #expect(String(decoding: stage.toTor, as: UTF8.self) == sent.line + "\r\n")
            #expect(stage.toClient.isEmpty, "\(command.line)")
        }
    }

    private static func judge(_ frame: ClientFrame) -> CommandObservation {
        let policy = (try? TestPolicies.ordinary()) ?? .empty
        return Judgement(frame, policy: policy, facts: facts, isComplaining: false).observation
    }

    private static func command(_ line: String) throws -> Command {
        let keyword = line.prefix { $0 != " " }
        let command = Keyword(keyword).flatMap {
            Command(keyword: $0, arguments: String(line.dropFirst(keyword.count).drop { $0 == " " }))
        }
        return try #require(command)
    }
}
