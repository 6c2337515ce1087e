// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TorLink

/// A link led through one conversation, and what it did.
struct Transcript {
    private var link: LinkStateMachine
    private var framer = ReplyFramer()
    private let cookie: Result<Secret, CookieFailure>
    /// What was sent, line by line.
    private(set) var sent: [String] = []
    private(set) var cookieReads = 0
    /// How it ended; nil while it has not.
    private(set) var outcome: Outcome?

    enum Outcome: Equatable {
        case ready(version: String?)
        case failed(LinkFailure)
    }

    init(
        _ configuration: LinkConfiguration,
        cookie: Result<Secret, CookieFailure> = .success(Fixture.cookie)
    ) {
        link = LinkStateMachine(configuration: configuration, nonce: Fixture.clientNonce)
        self.cookie = cookie
        perform(link.connected())
    }

    /// Tor says these lines, until the link has ended.
    mutating func torSays(_ lines: [String]) throws {
        for line in lines { framer.append(ByteBuffer(string: line + "\r\n")) }
        while let line = try framer.next() { torSays(line) }
    }

    mutating func torSays(_ line: TorLine) {
        guard outcome == nil else { return }
        perform(link.received(line))
    }

    mutating func torCloses() { perform(link.disconnected()) }

    private mutating func perform(_ actions: [LinkStateMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                sent += String(buffer: bytes).split(separator: "\r\n").map(String.init)
            case .readCookie:
                cookieReads += 1
                perform(link.cookieRead(cookie))
            case .ready(let version):
                outcome = .ready(version: version?.text)
            case .failed(let failure):
                outcome = .failed(failure)
            }
        }
    }
}

/// One set of values for SAFECOOKIE. The two proofs were computed with Python's hmac module.
enum Fixture {
    static let cookieBytes = Array(UInt8(0x40)..<0x60)
    static let cookie = Secret(cookieBytes)
    static let cookieHex = "404142434445464748494A4B4C4D4E4F505152535455565758595A5B5C5D5E5F"
    static let clientNonce = Array(UInt8(0)..<32)
    static let clientNonceHex = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
    static let serverNonceHex = "FFFEFDFCFBFAF9F8F7F6F5F4F3F2F1F0EFEEEDECEBEAE9E8E7E6E5E4E3E2E1E0"
    static let serverHash = "9B7CD3A6933FA201A6BB7B0F8899EDAE224F474BB1D259249B9F2AB48E69F18D"
    static let clientHash = "7CEACE0419E4477FBFB06D9386242A7E9C60F9C0274EAAA547C1B115BB650558"
    static let challenge = "250 AUTHCHALLENGE SERVERHASH=\(serverHash) SERVERNONCE=\(serverNonceHex)"

    static let password = Secret("s3cr\"et\\x".utf8)
    static let passwordHex = "733363722265745C78"

    /// As tor 0.4.9.11 answers PROTOCOLINFO.
    static func protocolInfo(_ methods: String) -> [String] {
        let file = methods.contains("COOKIE") ? #" COOKIEFILE="/run/tor/control.authcookie""# : ""
        return [
            "250-PROTOCOLINFO 1", "250-AUTH METHODS=\(methods)\(file)", #"250-VERSION Tor="0.4.9.11""#, "250 OK",
        ]
    }
}
