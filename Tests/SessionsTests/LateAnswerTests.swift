// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// Whose a stream is, and which credential tor has, is found out elsewhere; much may happen before the answer is there.
@Suite struct LateAnswerTests {
    private static let service = String(repeating: "a", count: 55) + "d"
    private static let new = "650 STREAM 1 NEW 0 a.example:80 SOURCE_ADDR=127.0.0.1:40000 PURPOSE=USER"

    private static func stage() throws -> Stage {
        let policy = try TestPolicies.policy(
            """
            commands:
              GETINFO: ['version', {pattern: 'stream-status', own: true}]
              ONION_CLIENT_AUTH_ADD: [{pattern: '.*', own: true}]
              ONION_CLIENT_AUTH_REMOVE: [{pattern: '.*', own: true}]
            events:
              BW:
              STREAM: {own: true}
            """
        )
        var stage = Stage(policy: policy, client: TestPolicies.client)
        stage.answersLate = true
        stage.authenticate()
        stage.torSends(
            "250 OK", "250-stream-status=", "250 OK", "250-circuit-status=", "250 OK")
        stage.clientSends("SETEVENTS BW STREAM")
        stage.torSends("250 OK")
        stage.toClient = []
        stage.toTor = []
        return stage
    }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    // MARK: Streams

    @Test(arguments: [true, false])
    func `what tor says while a stream's owner is looked up comes after it`(isOwn: Bool) throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO version")
        stage.torSends(Self.new, "650 BW 1 2", "250-version=0.4.9.11", "650 STREAM 1 CLOSED 0 a.example:80", "250 OK")
        #expect(stage.toClient.isEmpty)
        #expect(stage.askedSources.count == 1)
        stage.answerSource(isOwn: isOwn)
        let own = [Self.new, "650 STREAM 1 CLOSED 0 a.example:80"]
        let expected = [Self.new, "650 BW 1 2", "250-version=0.4.9.11", own[1], "250 OK"]
        #expect(Self.lines(stage.toClient) == (isOwn ? expected : expected.filter { !own.contains($0) }))
    }

    @Test func `streams are looked up one by one, and an answer too many means nothing`() throws {
        var stage = try Self.stage()
        stage.answerSource(isOwn: true)
        let second = "650 STREAM 2 NEW 0 b.example:80 SOURCE_ADDR=127.0.0.1:40001 PURPOSE=USER"
        stage.torSends(Self.new, second)
        #expect(stage.askedSources.map(\.description) == ["127.0.0.1:40000"])
        stage.answerSource(isOwn: false)
        #expect(stage.askedSources.map(\.description) == ["127.0.0.1:40000", "127.0.0.1:40001"])
        stage.answerSource(isOwn: true)
        stage.answerSource(isOwn: true)
        #expect(Self.lines(stage.toClient) == [second])
    }

    @Test func `tor that goes meanwhile is lost after what it said`() throws {
        var stage = try Self.stage()
        stage.torSends(Self.new, "650 BW 1 2")
        stage.happens(.torGoes)
        #expect(stage.closed == nil && stage.toClient.isEmpty)
        stage.answerSource(isOwn: true)
        #expect(Self.lines(stage.toClient) == [Self.new, "650 BW 1 2"])
        #expect(stage.isTorWanted && stage.closed == nil)
        // The stream of the tor that is gone is nobody's in the next one.
        stage.happens(.torReturns)
        stage.torSends("250 OK", "250-stream-status=", "250 OK", "250-circuit-status=", "250 OK")
        stage.toClient = []
        stage.torSends("650 STREAM 1 SUCCEEDED 3 a.example:80")
        #expect(stage.toClient.isEmpty)
    }

    @Test func `a client that goes meanwhile gets nothing, and nothing is done for it`() throws {
        var stage = try Self.stage()
        stage.torSends(Self.new, "650 BW 1 2")
        stage.happens(.clientVanishes)
        stage.answerSource(isOwn: true)
        #expect(stage.closed != nil && stage.toClient.isEmpty)
        #expect(stage.actionsAfterClose == 0)
    }

    @Test func `no more of tor is read than fits the bound while a lookup takes its time`() throws {
        var stage = try Self.stage()
        stage.torSends(Self.new)
        let portion = String(repeating: "650 BW 1 2\r\n", count: 1000)
        for _ in 0..<20 { stage.torSends(Array(portion.utf8)) }
        #expect(stage.isTorPaused)
        stage.answerSource(isOwn: true)
        #expect(!stage.isTorPaused)
        #expect(Self.lines(stage.toClient).count == 20_001)
    }

    // MARK: Credentials

    private static func add(_ key: Character) -> String {
        "ONION_CLIENT_AUTH_ADD \(service) x25519:\(String(repeating: key, count: 42))A="
    }

    @Test func `what the client sends while tor is asked for a credential waits`() throws {
        var stage = try Self.stage()
        stage.clientSends(Self.add("A"))
        stage.clientSends("GETINFO version")
        #expect(stage.toTor.isEmpty && stage.toClient.isEmpty)
        let service = try #require(stage.askedCredentials.first)
        stage.answerCredential(for: service, .none)
        #expect(Self.lines(stage.toTor) == [Self.add("A"), "GETINFO version"])
    }

    @Test func `an answer is good for the command that it was asked for, and no other`() throws {
        var stage = try Self.stage()
        let service = try #require(ServiceID(Self.service))
        stage.answerCredential(for: service, .none)
        stage.clientSends(Self.add("A"))
        #expect(stage.toTor.isEmpty)
        stage.answerCredential(for: service, .claimed)
        stage.clientSends(Self.add("B"))
        #expect(stage.toTor.isEmpty)
        #expect(Self.lines(stage.toClient) == ["510 Command filtered"])
        #expect(stage.askedCredentials.count == 2)
        // Of another service, which says nothing of this one.
        let other = try #require(ServiceID(String(repeating: "b", count: 55) + "d"))
        stage.answerCredential(for: other, .none)
        #expect(stage.toTor.isEmpty)
    }

    @Test func `an answer of the tor that is gone is not taken for the next one's`() throws {
        var stage = try Self.stage()
        stage.clientSends(Self.add("A"))
        let service = try #require(stage.askedCredentials.first)
        stage.happens(.torGoes)
        stage.answerCredential(for: service, .none)
        #expect(stage.toTor.isEmpty)
        stage.happens(.torReturns)
        stage.torSends("250 OK", "250-stream-status=", "250 OK", "250-circuit-status=", "250 OK")
        if stage.closed == nil {
            #expect(stage.askedCredentials.count == 2)
            stage.answerCredential(for: service, .none)
            #expect(Self.lines(stage.toTor).last == Self.add("A"))
        }
    }

    @Test func `a client that goes while tor is asked leaves nothing behind`() throws {
        var stage = try Self.stage()
        stage.clientSends(Self.add("A"))
        let service = try #require(stage.askedCredentials.first)
        stage.happens(.clientVanishes)
        stage.answerCredential(for: service, .none)
        #expect(stage.toTor.isEmpty && stage.actionsAfterClose == 0 && stage.changes.isEmpty)
    }
}
