// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TorLink

/// What holds for anything that a peer may say before it has let us in: it learns nothing that its transport forbids, and over TCP nothing
/// at all before it has shown that it knows the cookie.
///
/// An input is a letter that says how we link, and what the peer says. Two bytes stand for what nobody guesses: 0x01 for the proof that
/// the peer knows the cookie, 0x02 for the nonce that it is a proof under.
enum LinkProperties {
    private static let peerNonce = [UInt8](repeating: 0x33, count: SafeCookie.byteCount)
    private static let safeCookie = SafeCookie(cookie: TorSide.cookie, clientNonce: TorSide.nonce)
    private static let peerProof = safeCookie.serverProof(under: peerNonce).withExposedBytes(digits)
    private static let ourProof = safeCookie.clientProof(under: peerNonce).withExposedBytes(digits)
    private static let password = "password"

    private static func digits(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    static func check(_ input: [UInt8]) throws(Violation) {
        let configuration = configuration(input.first)
        let said = input.dropFirst().flatMap { byte -> [UInt8] in
            switch byte {
            case 1: Array(peerProof.utf8)
            case 2: Array(digits(peerNonce).utf8)
            default: [byte]
            }
        }
        var link = LinkStateMachine(configuration: configuration, nonce: TorSide.nonce)
        var peer = Peer(configuration: configuration, hasShownProof: input.dropFirst().contains(1))
        try peer.take(link.connected(), of: &link)
        var framer = ReplyFramer()
        framer.append(ByteBuffer(bytes: said))
        while let line = try? framer.next(), !peer.hasEnded { try peer.take(link.received(line), of: &link) }
        let last = link.disconnected()
        try require(peer.hasEnded == last.isEmpty, "the end of a connection that is over, or of none: \(last)")
    }

    private static func configuration(_ letter: UInt8?) -> LinkConfiguration {
        let secret = Secret(Array(password.utf8))
        return switch letter {
        case UInt8(ascii: "t"): LinkConfiguration(transport: .tcp)
        case UInt8(ascii: "T"): LinkConfiguration(transport: .tcp, password: secret)
        case UInt8(ascii: "p"): LinkConfiguration(transport: .tcp, demanded: .password, password: secret)
        case UInt8(ascii: "c"): LinkConfiguration(transport: .tcp, demanded: .cookie)
        case UInt8(ascii: "n"): LinkConfiguration(transport: .tcp, demanded: .null)
        case UInt8(ascii: "P"): LinkConfiguration(transport: .unix, password: secret)
        default: LinkConfiguration(transport: .unix)
        }
    }

    /// What the peer has been sent, and what has come of it.
    private struct Peer {
        let configuration: LinkConfiguration
        let hasShownProof: Bool
        private(set) var hasEnded = false
        private var sent: [String] = []

        init(configuration: LinkConfiguration, hasShownProof: Bool) {
            self.configuration = configuration
            self.hasShownProof = hasShownProof
        }

        mutating func take(_ actions: [LinkStateMachine.Action], of link: inout LinkStateMachine) throws(Violation) {
            for action in actions {
                try require(!hasEnded, "an action after the end: \(action)")
                switch action {
                case .send(let bytes): try check(String(buffer: bytes))
                case .readCookie: try take(link.cookieRead(.success(TorSide.cookie)), of: &link)
                case .ready:
                    try require(sent.last?.hasPrefix("AUTHENTICATE") == true, "let in without having asked")
                    hasEnded = true
                case .failed: hasEnded = true
                }
            }
        }

        private mutating func check(_ line: String) throws(Violation) {
            sent.append(line)
            let cookie = TorSide.cookie.withExposedBytes(digits)
            let nonce = digits(TorSide.nonce)
            switch line {
            case "PROTOCOLINFO 1\r\n": try require(sent.count == 1, "asked twice")
            case "AUTHCHALLENGE SAFECOOKIE \(nonce)\r\n": try require(sent.count == 2, "challenged twice")
            case "AUTHENTICATE\r\n": try require(mayUse(.null), "nothing is shown where something must be")
            case "AUTHENTICATE \(cookie)\r\n": try require(mayUse(.cookie), "the cookie is shown")
            case "AUTHENTICATE \(digits(Array(LinkProperties.password.utf8)))\r\n":
                try require(mayUse(.password) && configuration.password != nil, "the password is shown")
            default:
                let isProof = line.hasPrefix("AUTHENTICATE ") && line.utf8.count == 79
                try require(isProof && hasShownProof, "a peer that has shown nothing is sent \(line)")
                try require(line == "AUTHENTICATE \(ourProof)\r\n", "a proof under another nonce: \(line)")
            }
        }

        /// Whether what proves nothing of the peer may be used.
        private func mayUse(_ method: AuthenticationMethod) -> Bool {
            configuration.demanded.map { $0 == method } ?? (configuration.transport == .unix)
        }
    }
}
