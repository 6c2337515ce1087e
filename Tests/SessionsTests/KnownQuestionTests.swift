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
