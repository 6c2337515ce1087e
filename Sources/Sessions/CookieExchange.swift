// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TorLink

/// How far a client has come in showing that it knows its listener's cookie (control-spec sections 3.5 and 3.24).
///
///     C: AUTHCHALLENGE SAFECOOKIE (client nonce)
///     S: 250 AUTHCHALLENGE SERVERHASH=(our proof) SERVERNONCE=(our nonce)
///     C: AUTHENTICATE (its proof)
///
/// or AUTHENTICATE with the cookie itself, as long as no challenge was made: who has asked for proofs is not to be talked into
/// showing the cookie, and an answer is good once.
struct CookieExchange: Sendable {
    struct Refusal: Error {
        let reply: CannedReply
    }

    private enum Stage {
        case plain
        /// The proof that the client is to give.
        case challenged(Secret)
        case spent
    }

    private let cookie: ListenerCookie
    private var stage = Stage.plain

    init(_ cookie: ListenerCookie) { self.cookie = cookie }

    var path: String { cookie.path }

    /// The reply to AUTHCHALLENGE; there is one challenge for each session.
    mutating func challenge(_ arguments: String) throws(Refusal) -> Reply? {
        guard case .plain = stage else { throw Refusal(reply: .authenticationRequired) }
        stage = .spent
        let proofs = SafeCookie(cookie: cookie.secret, clientNonce: try Self.clientNonce(in: arguments))
        stage = .challenged(proofs.clientProof(under: cookie.nonce))
        // A proof is made to be shown.
        let hash = proofs.serverProof(under: cookie.nonce).withExposedBytes(Hexadecimal.encode)
        return Reply(["250 AUTHCHALLENGE SERVERHASH=\(hash) SERVERNONCE=\(Hexadecimal.encode(cookie.nonce))"])
    }

    /// Whether AUTHENTICATE shows the cookie, or the proof that was asked for.
    mutating func authenticate(_ arguments: String) throws(Refusal) {
        let current = stage
        if case .challenged = current { stage = .spent }
        let shown = try Self.secret(in: arguments)
        switch current {
        case .plain:
            guard shown.count == cookie.secret.count else { throw Refusal(reply: .cookieLength) }
            guard shown.isEqual(to: cookie.secret) else { throw Refusal(reply: .cookieMismatch) }
        case .challenged(let proof):
            guard shown.count == proof.count else { throw Refusal(reply: .proofLength) }
            guard shown.isEqual(to: proof) else { throw Refusal(reply: .proofMismatch) }
        case .spent:
            throw Refusal(reply: shown.count == SafeCookie.byteCount ? .proofMismatch : .proofLength)
        }
    }

    /// `"SAFECOOKIE" SP (2*HEXDIG / QuotedString)`
    private static func clientNonce(in arguments: String) throws(Refusal) -> [UInt8] {
        let method = arguments.prefix { $0 != " " }
        guard !method.isEmpty else { throw Refusal(reply: .challengeArguments) }
        guard method.asciiUppercased == AuthenticationMethod.safeCookie.rawValue else {
            throw Refusal(reply: .challengeMethod)
        }
        guard let word = argument(of: arguments[method.endIndex...]) else { throw Refusal(reply: .challengeArguments) }
        switch word {
        case .missing: throw Refusal(reply: .challengeArguments)
        case .quoted(let bytes): return bytes
        case .plain(let text):
            guard let bytes = Hexadecimal.decode(text) else { throw Refusal(reply: .challengeNonce) }
            return bytes
        }
    }

    /// `[2*HEXDIG / QuotedString]`
    private static func secret(in arguments: String) throws(Refusal) -> Secret {
        guard let word = argument(of: arguments[...]) else { throw Refusal(reply: .secretArguments) }
        switch word {
        case .missing: return Secret([])
        case .quoted(let bytes): return Secret(bytes)
        case .plain(let text):
            guard let bytes = Hexadecimal.decode(text) else { throw Refusal(reply: .secretEncoding) }
            return Secret(bytes)
        }
    }

    private enum Argument {
        case missing
        case quoted([UInt8])
        case plain(Substring)
    }

    /// The one argument between blanks; nil if there are several, or a quote is left open.
    private static func argument(of text: Substring) -> Argument? {
        let text = text.drop { $0 == " " }
        guard text.utf8.first == .quote else {
            let words = text.words
            return words.count > 1 ? nil : words.first.map { .plain($0) } ?? .missing
        }
        guard let (bytes, end) = QuotedString.decode(text.utf8, .specification),
            text[end...].allSatisfy({ $0 == " " })
        else { return nil }
        return .quoted(bytes)
    }
}
