// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TorLink

/// What holds for anything that a client may say to a listener with a cookie of its own: who has shown neither the cookie nor a proof
/// reaches nothing, and nobody is told the cookie.
///
/// Bytes stand for what nobody guesses: 0x01 for the cookie, 0x02 for a client's nonce, and 0x03 for the proof that it knows the cookie.
enum CookieProperties {
    private static let cookie = [UInt8](repeating: 0x44, count: SafeCookie.byteCount)
    private static let ourNonce = [UInt8](repeating: 0x55, count: SafeCookie.byteCount)
    private static let clientNonce = [UInt8](repeating: 0x66, count: SafeCookie.byteCount)
    private static let proofBytes = SafeCookie(cookie: .init(cookie), clientNonce: clientNonce)
        .clientProof(under: ourNonce).withExposedBytes { $0 }
    private static let proof = digits(proofBytes)

    private static func digits(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    /// Whether a line of it shows the cookie or the proof, in digits or as a quoted string: a fuzzer sees what is compared, and learns
    /// what nobody guesses.
    private static func shows(_ said: [UInt8]) -> Bool {
        said.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).contains { line in
            let text = String(decoding: line.drop { $0 != 0x20 }.drop { $0 == 0x20 }, as: UTF8.self)
            let word = text.prefix { $0 != " " }.uppercased()
            if word == digits(cookie) || word == proof { return true }
            guard let (bytes, _) = QuotedString.decode(text[...].utf8, .specification) else { return false }
            return bytes == cookie || bytes == proofBytes
        }
    }

    static func check(_ input: [UInt8]) throws(Violation) {
        let said = input.flatMap { byte -> [UInt8] in
            switch byte {
            case 1: Array(digits(cookie).utf8)
            case 2: Array(digits(clientNonce).utf8)
            case 3: Array(proof.utf8)
            default: [byte]
            }
        }
        var machine = SessionStateMachine(
            policy: SessionSubject(UInt8(ascii: "l")).policy,
            facts: SessionSubject.facts(of: SessionSubject.local),
            isComplaining: false,
            torVersion: nil,
            cookie: ListenerCookie(secret: .init(cookie), path: "/run/cookie", nonce: ourNonce)
        )
        machine.clientReceived(ByteBuffer(bytes: said))
        let knows = input.contains(1) || input.contains(3) || shows(said)
        var told = ""
        for action in machine.takeActions() {
            switch action {
            case .connectToTor, .sendToTor: try require(knows, "a client that has shown nothing reaches tor")
            case .sendToClient(let bytes): told += String(buffer: bytes)
            default: break
            }
        }
        try require(!told.contains(digits(cookie)), "the cookie is told")
        try require(knows || !told.contains("250 OK\r\n250 OK"), "a client that has shown nothing is let in")
        try require(!told.contains(proof), "the client is told the proof that it owes")
    }
}
