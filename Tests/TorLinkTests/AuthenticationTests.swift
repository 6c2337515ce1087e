// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@Suite("Authentication to tor")
struct AuthenticationTests {
    struct Conversation: CustomTestStringConvertible, Sendable {
        let name: String
        var configuration: LinkConfiguration
        let methods: String
        var cookie: Result<Secret, CookieFailure> = .success(Fixture.cookie)
        /// What tor says behind its reply to PROTOCOLINFO.
        let replies: [String]
        /// What we say behind PROTOCOLINFO.
        let sent: [String]
        var testDescription: String { name }
    }

    private static let safeCookie = [
        "AUTHCHALLENGE SAFECOOKIE \(Fixture.clientNonceHex)", "AUTHENTICATE \(Fixture.clientHash)",
    ]
    private static let password = "AUTHENTICATE \(Fixture.passwordHex)"

    private static let acceptances: [Conversation] = [
        Conversation(
            name: "NULL on a Unix socket",
            configuration: LinkConfiguration(transport: .unix),
            methods: "NULL",
            replies: ["250 OK"],
            sent: ["AUTHENTICATE"]
        ),
        Conversation(
            name: "NULL before a cookie, since no file is needed",
            configuration: LinkConfiguration(transport: .unix),
            methods: "COOKIE,SAFECOOKIE,NULL",
            replies: ["250 OK"],
            sent: ["AUTHENTICATE"]
        ),
        Conversation(
            name: "SAFECOOKIE on a Unix socket, before COOKIE and the password",
            configuration: LinkConfiguration(transport: .unix, password: Fixture.password),
            methods: "COOKIE,SAFECOOKIE,HASHEDPASSWORD",
            replies: [Fixture.challenge, "250 OK"],
            sent: safeCookie
        ),
        Conversation(
            name: "SAFECOOKIE over TCP, whatever else is offered",
            configuration: LinkConfiguration(transport: .tcp, password: Fixture.password),
            methods: "NULL,COOKIE,SAFECOOKIE,HASHEDPASSWORD",
            replies: [Fixture.challenge, "250 OK"],
            sent: safeCookie
        ),
        Conversation(
            name: "COOKIE from a tor that knows no SAFECOOKIE",
            configuration: LinkConfiguration(transport: .unix),
            methods: "COOKIE",
            replies: ["250 OK"],
            sent: ["AUTHENTICATE \(Fixture.cookieHex)"]
        ),
        Conversation(
            name: "the password where only that is offered",
            configuration: LinkConfiguration(transport: .unix, password: Fixture.password),
            methods: "HASHEDPASSWORD",
            replies: ["250 OK"],
            sent: [password]
        ),
        Conversation(
            name: "the password where the cookie cannot be read",
            configuration: LinkConfiguration(transport: .unix, password: Fixture.password),
            methods: "COOKIE,SAFECOOKIE,HASHEDPASSWORD",
            cookie: .failure(.notRegularFile(path: "/c")),
            replies: ["250 OK"],
            sent: [password]
        ),
        Conversation(
            name: "COOKIE over TCP if demanded",
            configuration: LinkConfiguration(transport: .tcp, demanded: .cookie),
            methods: "COOKIE,SAFECOOKIE",
            replies: ["250 OK"],
            sent: ["AUTHENTICATE \(Fixture.cookieHex)"]
        ),
        Conversation(
            name: "the password over TCP if demanded",
            configuration: LinkConfiguration(transport: .tcp, demanded: .password, password: Fixture.password),
            methods: "COOKIE,SAFECOOKIE,HASHEDPASSWORD",
            replies: ["250 OK"],
            sent: [password]
        ),
        Conversation(
            name: "NULL over TCP if demanded",
            configuration: LinkConfiguration(transport: .tcp, demanded: .null),
            methods: "NULL",
            replies: ["250 OK"],
            sent: ["AUTHENTICATE"]
        ),
    ]

    @Test(
        "Each method is used where it may be, and tor's acceptance makes the link ready",
        arguments: acceptances
    )
    func accepted(conversation: Conversation) throws {
        var transcript = Transcript(conversation.configuration, cookie: conversation.cookie)
        try transcript.torSays(Fixture.protocolInfo(conversation.methods) + conversation.replies)
        #expect(transcript.sent == ["PROTOCOLINFO 1"] + conversation.sent)
        #expect(transcript.outcome == .ready(version: "0.4.9.11"))
    }

    @Test("Nothing is asked of tor's file where no cookie is used", arguments: ["NULL", "HASHEDPASSWORD"])
    func noFile(methods: String) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix, password: Fixture.password))
        try transcript.torSays(Fixture.protocolInfo(methods))
        #expect(transcript.cookieReads == 0)
        #expect(transcript.sent.count == 2)
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let configuration: LinkConfiguration
        let methods: String
        var cookie: Result<Secret, CookieFailure> = .success(Fixture.cookie)
        let failure: LinkFailure
        var testDescription: String { "\(methods): \(failure)" }
    }

    private static let refusals: [Refusal] = [
        Refusal(
            configuration: LinkConfiguration(transport: .tcp, password: Fixture.password),
            methods: "NULL",
            failure: .noUsableMethod(offered: [.null], .tcp)
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .tcp, password: Fixture.password),
            methods: "COOKIE,HASHEDPASSWORD",
            failure: .noUsableMethod(offered: [.cookie, .password], .tcp)
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix),
            methods: "HASHEDPASSWORD",
            failure: .noUsableMethod(offered: [.password], .unix)
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix, password: Secret([])),
            methods: "HASHEDPASSWORD",
            failure: .noUsableMethod(offered: [.password], .unix)
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix),
            methods: "QUANTUM",
            failure: .noUsableMethod(offered: [], .unix)
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix, demanded: .safeCookie),
            methods: "COOKIE,NULL",
            failure: .notOffered(.safeCookie, offered: [.cookie, .null])
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .tcp, demanded: .password),
            methods: "HASHEDPASSWORD",
            failure: .noPassword
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix),
            methods: "COOKIE,SAFECOOKIE",
            cookie: .failure(.notRegularFile(path: "/c")),
            failure: .cookieUnreadable(.notRegularFile(path: "/c"))
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix, demanded: .cookie, password: Fixture.password),
            methods: "COOKIE,SAFECOOKIE,HASHEDPASSWORD",
            cookie: .failure(.notRegularFile(path: "/c")),
            failure: .cookieUnreadable(.notRegularFile(path: "/c"))
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .tcp, password: Fixture.password),
            methods: "SAFECOOKIE,HASHEDPASSWORD",
            cookie: .failure(.notRegularFile(path: "/c")),
            failure: .cookieUnreadable(.notRegularFile(path: "/c"))
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix),
            methods: "SAFECOOKIE",
            cookie: .success(Secret(Fixture.cookieBytes.dropLast())),
            failure: .cookieOfWrongLength(31)
        ),
        Refusal(
            configuration: LinkConfiguration(transport: .unix),
            methods: "COOKIE",
            cookie: .success(Secret(Fixture.cookieBytes + [0])),
            failure: .cookieOfWrongLength(33)
        ),
    ]

    @Test(
        "Where no method may be used nothing but PROTOCOLINFO is sent",
        arguments: refusals
    )
    func refused(refusal: Refusal) throws {
        var transcript = Transcript(refusal.configuration, cookie: refusal.cookie)
        try transcript.torSays(Fixture.protocolInfo(refusal.methods))
        #expect(transcript.sent == ["PROTOCOLINFO 1"])
        #expect(transcript.outcome == .failed(refusal.failure))
    }

    private static let falseChallenges: [(String, LinkFailure)] = [
        (
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.clientHash) SERVERNONCE=\(Fixture.serverNonceHex)",
            LinkFailure.impostor
        ),
        (
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.serverHash) SERVERNONCE=\(Fixture.clientNonceHex)",
            .impostor
        ),
        // The right proof for a nonce that is our own: made with Python's hmac over cookie, nonce, nonce.
        (
            "250 AUTHCHALLENGE SERVERHASH=5114B19EBD290C0A4A5F00DA10C8F7D82AB360060448858BFB8A6380C607846B"
                + " SERVERNONCE=\(Fixture.clientNonceHex)",
            .impostor
        ),
        (
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.serverHash) SERVERNONCE=\(Fixture.serverNonceHex.dropLast(2))",
            .malformedReply(.authChallenge)
        ),
        (
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.serverHash) SERVERNONCE=",
            .malformedReply(.authChallenge)
        ),
        (
            "250 AUTHCHALLENGE SERVERHASH= SERVERNONCE=\(Fixture.serverNonceHex)",
            .malformedReply(.authChallenge)
        ),
        (
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.serverHash.dropLast())x SERVERNONCE=\(Fixture.serverNonceHex)",
            .malformedReply(.authChallenge)
        ),
        (Fixture.challenge + " ", .malformedReply(.authChallenge)),
        (
            "250 AUTHCHALLENGE SERVERNONCE=\(Fixture.serverNonceHex) SERVERHASH=\(Fixture.serverHash)",
            .malformedReply(.authChallenge)
        ),
        ("250-" + Fixture.challenge.dropFirst(4), .malformedReply(.authChallenge)),
        ("251 " + Fixture.challenge.dropFirst(4), .malformedReply(.authChallenge)),
        ("650 " + Fixture.challenge.dropFirst(4), .malformedReply(.authChallenge)),
        ("250 OK", .malformedReply(.authChallenge)),
        (
            "515 Cookie authentication is disabled",
            .refused(.authChallenge, StatusCode(515)!)
        ),
    ]

    @Test(
        "A peer that does not prove that it knows the cookie never sees an AUTHENTICATE",
        arguments: falseChallenges
    )
    func impostor(line: String, failure: LinkFailure) throws {
        for transport in [LinkConfiguration.Transport.unix, .tcp] {
            var transcript = Transcript(LinkConfiguration(transport: transport))
            try transcript.torSays(Fixture.protocolInfo("COOKIE,SAFECOOKIE") + [line, "250 OK"])
            #expect(transcript.sent.count == 2)
            #expect(!transcript.sent.contains { $0.hasPrefix("AUTHENTICATE") })
            #expect(transcript.outcome == .failed(failure))
        }
    }

    @Test("Digits of a challenge in small letters are read too")
    func smallLetters() throws {
        var transcript = Transcript(LinkConfiguration(transport: .tcp))
        let challenge =
            "250 AUTHCHALLENGE SERVERHASH=\(Fixture.serverHash.asciiLowercased)"
            + " SERVERNONCE=\(Fixture.serverNonceHex.asciiLowercased)"
        try transcript.torSays(Fixture.protocolInfo("SAFECOOKIE") + [challenge])
        #expect(transcript.sent.last == "AUTHENTICATE \(Fixture.clientHash)")
    }

    @Test(
        "Tor's refusal says which secret it refused",
        arguments: [
            ("SAFECOOKIE", [Fixture.challenge], LinkFailure.rejected(.safeCookie)),
            ("COOKIE", [], .rejected(.cookie)),
            ("HASHEDPASSWORD", [], .rejected(.password)),
            ("NULL", [], .rejected(.null)),
        ]
    )
    func rejected(methods: String, challenge: [String], failure: LinkFailure) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix, password: Fixture.password))
        try transcript.torSays(
            Fixture.protocolInfo(methods) + challenge + ["515 Authentication failed: whatever tor thinks of it"]
        )
        #expect(transcript.outcome == .failed(failure))
    }

    @Test(
        "Nothing but 250 OK is an acceptance",
        arguments: [
            ("250 ok", LinkFailure.malformedReply(.authenticate)),
            ("250 ", .malformedReply(.authenticate)),
            ("250-OK", .malformedReply(.authenticate)),
            ("250+OK", .malformedReply(.authenticate)),
            ("251 OK", .malformedReply(.authenticate)),
            ("650 OK", .malformedReply(.authenticate)),
            ("515-OK", .malformedReply(.authenticate)),
            ("451 OK", .refused(.authenticate, StatusCode(451)!)),
            ("551 OK", .refused(.authenticate, StatusCode(551)!)),
        ]
    )
    func acceptance(line: String, failure: LinkFailure) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix))
        try transcript.torSays(Fixture.protocolInfo("NULL") + [line])
        #expect(transcript.outcome == .failed(failure))
    }
}
