// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing
import TorLink

@Suite("The link's order of things")
struct LinkOrderTests {
    private typealias Action = LinkStateMachine.Action

    private static func reply(_ text: String) throws -> TorLine { .reply(try #require(ReplyLine(text))) }

    private static func link(_ transport: LinkConfiguration.Transport = .unix) -> LinkStateMachine {
        LinkStateMachine(configuration: LinkConfiguration(transport: transport), nonce: Fixture.clientNonce)
    }

    @Test("A line before we have spoken ends the link")
    func lineBeforeConnected() throws {
        var link = Self.link()
        #expect(link.received(try Self.reply("250 OK")) == [.failed(.unexpectedLine)])
        #expect(link.connected() == [.failed(.misuse)])
    }

    @Test("A line while the cookie is being read ends the link, and the cookie is then not used")
    func lineWhileReading() throws {
        var link = Self.link()
        _ = link.connected()
        let actions = try Fixture.protocolInfo("COOKIE").flatMap { link.received(try Self.reply($0)) }
        #expect(actions == [.readCookie])
        #expect(link.received(try Self.reply("250 OK")) == [.failed(.unexpectedLine)])
        #expect(link.cookieRead(.success(Fixture.cookie)) == [])
    }

    @Test("A cookie that nobody asked for is sent to nobody")
    func unaskedCookie() {
        var link = Self.link()
        #expect(link.cookieRead(.success(Fixture.cookie)) == [.failed(.misuse)])
    }

    @Test("A connection is made once")
    func connectedTwice() {
        var link = Self.link()
        _ = link.connected()
        #expect(link.connected() == [.failed(.misuse)])
    }

    @Test("A nonce that is not 32 bytes long sends nothing", arguments: [0, 31, 33])
    func nonceLength(count: Int) {
        var link = LinkStateMachine(
            configuration: LinkConfiguration(transport: .unix),
            nonce: Array(repeating: 7, count: count)
        )
        #expect(link.connected() == [.failed(.misuse)])
    }

    @Test("After a failure nothing follows, whatever tor says")
    func nothingAfterFailure() throws {
        var link = Self.link()
        _ = link.connected()
        #expect(link.received(.dataEnd) == [.failed(.malformedReply(.protocolInfo))])
        for line in Fixture.protocolInfo("NULL") + ["250 OK"] { #expect(link.received(try Self.reply(line)) == []) }
        #expect(link.disconnected() == [])
    }

    @Test("A line that comes here after tor has accepted us is a failure")
    func lineAfterReady() throws {
        var link = Self.link()
        _ = link.connected()
        let actions = try (Fixture.protocolInfo("NULL") + ["250 OK"]).flatMap { link.received(try Self.reply($0)) }
        #expect(actions.last == .ready(version: TorVersion("0.4.9.11")))
        #expect(link.received(try Self.reply("250 OK")) == [.failed(.unexpectedLine)])
    }

    @Test("A connection that ends early failed, and is worth another try", arguments: 0...5)
    func closedEarly(lines: Int) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix))
        try transcript.torSays(Array((Fixture.protocolInfo("SAFECOOKIE") + [Fixture.challenge]).prefix(lines)))
        transcript.torCloses()
        #expect(transcript.outcome == .failed(.connectionClosed))
        #expect(LinkFailure.connectionClosed.isWorthRetrying)
    }

    @Test("A connection that ends after tor has accepted us is not the link's to report")
    func closedWhenReady() throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix))
        try transcript.torSays(Fixture.protocolInfo("NULL") + ["250 OK"])
        transcript.torCloses()
        #expect(transcript.outcome == .ready(version: "0.4.9.11"))
    }

    /// Lines that lead as deep as one can get without the cookie, mixed with noise.
    private static let fragments =
        Fixture.protocolInfo("SAFECOOKIE") + Fixture.protocolInfo("NULL,COOKIE,HASHEDPASSWORD") + [
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.clientHash) SERVERNONCE=\(Fixture.serverNonceHex)",
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.serverHash) SERVERNONCE=\(Fixture.clientNonceHex)",
            "250-MORE", "250+DATA", "515 No", "451 No", "650 CIRC 1 BUILT", "250-AUTH METHODS=", "250-VERSION Tor=\"",
        ]

    private static func randomLine(_ random: inout SplitMix64) -> TorLine {
        let noise = ByteBuffer(
            bytes: (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .data(noise)
        case 1: return .dataEnd
        case 2:
            var bytes = ByteBuffer(string: "250-")
            bytes.writeImmutableBuffer(noise)
            return ReplyLine(bytes).map { .reply($0) } ?? .data(noise)
        default:
            return ReplyLine(fragments.randomElement(using: &random)!).map { .reply($0) } ?? .dataEnd
        }
    }

    @Test("No lines make the link ready or draw an AUTHENTICATE over TCP without the cookie")
    func garbage() throws {
        var random = SplitMix64(seed: 2)
        var sawChallenge = 0
        for _ in 0..<4_000 {
            var transcript = Transcript(LinkConfiguration(transport: .tcp, password: Fixture.password))
            // Half of the conversations begin as tor would begin them, so that the later states are reached too.
            if Bool.random(using: &random) { try transcript.torSays(Fixture.protocolInfo("SAFECOOKIE")) }
            for _ in 0..<Int.random(in: 1...70, using: &random) where transcript.outcome == nil {
                transcript.torSays(Self.randomLine(&random))
            }
            if case .ready = transcript.outcome { Issue.record("ready without the cookie") }
            #expect(!transcript.sent.contains { $0.hasPrefix("AUTHENTICATE") })
            if transcript.sent.count == 2 { sawChallenge += 1 }
        }
        #expect(sawChallenge > 1_000)
    }
}
