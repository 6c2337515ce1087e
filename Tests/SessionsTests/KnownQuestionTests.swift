// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing

/// Questions that a client asks again are not judged anew; nobody may notice that.
@Suite struct KnownQuestionTests {
    /// Lines that a client may send once it is let in; the first two are questions that are allowed.
    private static let lines = [
        "GETINFO version", "GETCONF Bridge", "GETINFO a b", "GETINFO version ", "GETINFO  version", "GETINFO secret",
        "GETINFO version\t", "GETINFO versio", "GETINFO versions", "GETCONF bridge", "GETCONF Nickname Bridge",
        "SIGNAL NEWNYM", "RESOLVE here", "SETEVENTS BW", "", "+LOADCONF\r\nGETINFO version\r\nGETCONF Bridge\r\n.",
        "+GETINFO version\r\nGETINFO version\r\n.",
    ]

    /// What a session has said to both sides, and what was observed of it.
    private struct Outcome: Equatable {
        let toTor: String
        let toClient: String
        let observed: [String]

        init(_ stage: Stage) {
            toTor = String(decoding: stage.toTor, as: UTF8.self)
            toClient = String(decoding: stage.toClient, as: UTF8.self)
            observed = stage.observations.map { observation in
                guard case .command(let command) = observation else { return "\(observation)" }
                let asked = if case .command(let asked) = command.subject { asked.line } else { "malformed" }
                return "\(command.decision) \(asked): \(command.reason.text)"
            }
        }
    }

    private static func stage(cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>] = { [$0[...]] }) throws -> Stage {
        var stage = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client, cut: cut)
        stage.authenticate()
        return stage
    }

    /// What tor says to everything that it was asked.
    private static func replies(to asked: [UInt8]) -> String {
        var lines = String(decoding: asked, as: UTF8.self).split(separator: "\r\n")[...]
        var replies = ""
        while let line = lines.popFirst() {
            let words = line.split(separator: " ")
            switch words[0] {
            case "GETINFO": replies += words[1...].map { "250-\($0)=1\r\n" }.joined() + "250 OK\r\n"
            case "GETCONF":
                for (place, name) in words[1...].enumerated() {
                    replies += "250\(place == words.count - 2 ? " " : "-")\(name)=1\r\n"
                }
            default:
                if line.hasPrefix("+") { while let inside = lines.popFirst(), inside != "." {} }
                replies += "250 OK\r\n"
            }
        }
        return replies
    }

    /// A keyword in small letters is the same command, and never what a question is known by.
    private static func withoutMemory(_ line: String) -> String {
        guard !line.hasPrefix("+") else { return line }
        let end = line.firstIndex(of: " ") ?? line.endIndex
        return line[..<end].lowercased() + line[end...]
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `whatever was asked before, a session does what one does that judges every line anew`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var sent: [String] = []
        for _ in 0..<random.int(2...30) {
            sent.append(random.int(0...2) == 0 ? random.pick(Self.lines) : random.pick(Self.lines.prefix(3).map { $0 }))
        }
        let portion = random.int(1...40)
        var known = try Self.stage { bytes in
            stride(from: 0, to: bytes.count, by: portion).map { bytes[$0..<min($0 + portion, bytes.count)] }
        }
        var judged = try Self.stage()
        for line in sent {
            known.clientSends(line)
            judged.clientSends(Self.withoutMemory(line))
        }
        let replies = Array(Self.replies(to: known.toTor).utf8)
        known.torSends(replies)
        judged.torSends(replies)
        #expect(Outcome(known) == Outcome(judged), "\(sent)")
        #expect(known.closed == judged.closed)
    }

    /// What tor may say to the first two questions, the usual answer more often than others: each is passed on, or ends the session.
    private static let answers: [String: [String]] = [
        "GETINFO version": [
            "250-version=1\r\n250 OK\r\n", "250-version=1\r\n250 OK\r\n", "250-version=1\r\n250 OK\r\n",
            "250-version=1\r\n250 OK\r\n", "250-version=12\r\n250 OK\r\n", "250-version=2\r\n250 OK\r\n",
            "250-version=1\n250 OK\r\n", "250-version=1\r\n250 OK\n", "552 Unrecognized key \"version\"\r\n",
            "250+version=\r\n1\r\n.\r\n250 OK\r\n", "650 BW 1 1\r\n250-version=1\r\n250 OK\r\n",
            "250-version=\(String(repeating: "x", count: 300))\r\n250 OK\r\n",
        ],
        "GETCONF Bridge": [
            "250 Bridge=1\r\n", "250 Bridge=1\r\n", "250 Bridge=1\r\n", "250-Bridge=1\r\n250 Bridge=2\r\n",
            "250-Bridge=1\r\n250 Bridge=2\r\n", "250 Bridge\r\n", "250 Bridge=1\n",
            "552-Unrecognized configuration key \"Bridge\"\r\n552 Unrecognized configuration key \"x\"\r\n",
        ],
    ]
    private static let lies = [
        "", "250 OK\r\n", "250 Bridge=1\r\n", "250-version=1\r\n", "250-version=1\r\n250 OK\r\n", "650 BW 1 1\r\n",
        "\r\n", "250-versions=1\r\n",
        "250-version=1\r\n650 BW 1 1\r\n", "552-version\r\n",
    ]

    @Test(arguments: seeds(400))
    func `whatever tor says, a session does what one does that reads every reply anew`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let portion = random.int(0...1) == 0 ? 10_000 : random.int(1...40)
        var known = try Self.stage { bytes in
            stride(from: 0, to: bytes.count, by: portion).map { bytes[$0..<min($0 + portion, bytes.count)] }
        }
        var read = try Self.stage()
        var said = ""
        for _ in 0..<random.int(1...8) {
            let questions = (0..<random.int(0...5)).map { _ in random.pick(Self.lines.prefix(2).map { $0 }) }
            for question in questions {
                known.clientSends(question)
                read.clientSends(Self.withoutMemory(question))
            }
            var text = questions.map { random.pick(Self.answers[$0] ?? []) }.joined()
            if random.int(0...9) == 0 { text = random.pick(Self.lies) + text + random.pick(Self.lies) }
            said += text
            known.torSends(Array(text.utf8))
            read.torSends(Array(text.utf8))
        }
        #expect(Outcome(known) == Outcome(read), "\(said.debugDescription)")
        #expect(known.closed == read.closed, "\(said.debugDescription)")
    }

    @Test func `a reply that comes again goes to the client as often`() throws {
        var stage = try Self.stage()
        stage.toClient = []
        for _ in 0..<3 {
            stage.clientSends("GETINFO version")
            stage.clientSends("GETINFO version")
            stage.torSends("250-version=1", "250 OK", "250-version=1", "250 OK")
        }
        #expect(visible(stage.toClient) == visible(String(repeating: "250-version=1\r\n250 OK\r\n", count: 6)))
        // There is one more than questions.
        stage.torSends("250-version=1", "250 OK")
        #expect(stage.closed != nil)
    }

    @Test func `a question that comes again is observed as the same`() throws {
        var stage = try Self.stage()
        for _ in 0..<3 {
            stage.clientSends("GETINFO version")
            stage.torSends("250-version=1", "250 OK")
        }
        let observed = stage.observations.compactMap { observation -> CommandObservation? in
            guard case .command(let command) = observation, case .forward = command.outcome else { return nil }
            return command
        }
        #expect(observed.count == 3)
        #expect(observed.allSatisfy { $0 === observed[0] })
    }

    @Test func `a question that is known waits for tor as any other`() throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO version")
        stage.torSends("250-version=1", "250 OK")
        stage.happens(.torGoes)
        stage.clientSends("GETINFO version")
        #expect(String(decoding: stage.toTor, as: UTF8.self) == "GETINFO version\r\n")
        stage.happens(.torReturns)
        #expect(String(decoding: stage.toTor, as: UTF8.self) == "GETINFO version\r\nGETINFO version\r\n")
    }

    @Test func `behind QUIT a question that is known is as little asked as any other`() throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO version")
        stage.torSends("250-version=1", "250 OK")
        stage.toTor = []
        stage.clientSends("QUIT\r\nGETINFO version")
        #expect(stage.toTor.isEmpty)
        #expect(stage.closed != nil)
    }

    @Test func `where commands are limited each question needs its permit`() throws {
        let keys = "limits: {commands-per-second: 1}\ncommands:\n  GETINFO: ['version']\n"
        var stage = Stage(policy: try TestPolicies.policy(keys), client: TestPolicies.client)
        stage.permit(0)
        stage.authenticate()
        for count in 1...3 {
            stage.clientSends("GETINFO version")
            #expect(stage.isAwaitingPermit)
            stage.permit(1)
            stage.torSends("250-version=1", "250 OK")
            #expect(stage.toTor.count == "GETINFO version\r\n".utf8.count * count)
        }
    }

    @Test func `more questions than are kept, and longer ones, are asked as often as they come`() throws {
        let keys = "commands:\n  GETINFO: ['number/[0-9]+', 'long/x+']\n"
        var stage = Stage(policy: try TestPolicies.policy(keys), client: TestPolicies.client)
        stage.authenticate()
        var expected = ""
        for _ in 0..<3 {
            for question in (0..<10).map({ "number/\($0)" }) + ["long/" + String(repeating: "x", count: 500)] {
                stage.clientSends("GETINFO \(question)")
                expected += "GETINFO \(question)\r\n"
                stage.torSends("250-\(question)=1", "250 OK")
            }
        }
        #expect(String(decoding: stage.toTor, as: UTF8.self) == expected)
        #expect(stage.closed == nil)
    }
}
