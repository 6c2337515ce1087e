// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

import struct NIOCore.ByteBuffer

/// Authenticates one new connection to tor: lines from tor and the cookie in, actions out.
///
///     C: PROTOCOLINFO 1
///     S: 250-PROTOCOLINFO 1
///     S: 250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/tor/control.authcookie"
///     S: 250-VERSION Tor="0.4.9.11"
///     S: 250 OK
///     C: AUTHCHALLENGE SAFECOOKIE (client nonce)
///     S: 250 AUTHCHALLENGE SERVERHASH=(proof of the cookie) SERVERNONCE=(server nonce)
///     C: AUTHENTICATE (proof of the cookie)
///     S: 250 OK
///
/// The cookie is asked for once tor has answered: a tor that is starting has then written it, and a peer that wants
/// none of it costs no file access. Where the cookie lies is never taken from the peer, which could name any file of 32
/// bytes.
///
/// SAFECOOKIE proves that the peer, or somebody it relays to, knows the cookie; a relay between us and tor goes
/// unnoticed.
package struct LinkStateMachine: Sendable {
    /// Lines from tor until it has accepted us. Tor sends six; the rest is room for the info lines of later versions.
    package static let lineLimit = 64

    private enum State: Sendable {
        case idle
        case awaitingProtocolInfo(ProtocolInfoReply)
        case readingCookie(AuthenticationMethod, ProtocolInfoReply)
        case awaitingChallenge(SafeCookie, version: TorVersion?)
        case awaitingAuthentication(AuthenticationMethod, version: TorVersion?)
        case ready
        case failed
    }

    private let configuration: LinkConfiguration
    private let nonce: [UInt8]
    private var state = State.idle
    private var lineCount = 0

    /// - Parameter nonce: 32 random bytes, fresh for each connection; any other number fails when connected.
    package init(configuration: LinkConfiguration, nonce: [UInt8]) {
        self.configuration = configuration
        self.nonce = nonce
    }

    /// The connection was made; to be called once.
    package mutating func connected() -> [Action] {
        guard case .idle = state, nonce.count == SafeCookie.byteCount else { return fail(.misuse) }
        state = .awaitingProtocolInfo(ProtocolInfoReply())
        return send(.protocolInfo, "1")
    }

    /// A line came from tor. After ``Action/ready(version:)`` lines are the session's and do not come here.
    package mutating func received(_ line: TorLine) -> [Action] {
        if case .failed = state { return [] }
        lineCount += 1
        guard lineCount <= Self.lineLimit else { return fail(.tooManyLines) }
        do {
            return try advance(with: line)
        } catch {
            return fail(error)
        }
    }

    /// The cookie file was read, or could not be, after ``Action/readCookie``.
    package mutating func cookieRead(_ result: Result<Secret, CookieFailure>) -> [Action] {
        guard case .readingCookie(let method, let info) = state else {
            if case .failed = state { return [] }
            return fail(.misuse)
        }
        switch result {
        case .failure where configuration.allowsPassword(insteadOfCookieFrom: info.methods):
            return authenticate(.password, version: info.version, with: configuration.usablePassword)
        case .failure(let failure):
            return fail(.cookieUnreadable(failure))
        case .success(let cookie) where cookie.count != SafeCookie.byteCount:
            return fail(.cookieOfWrongLength(cookie.count))
        case .success(let cookie) where method == .safeCookie:
            state = .awaitingChallenge(SafeCookie(cookie: cookie, clientNonce: nonce), version: info.version)
            return send(.authChallenge, "\(method.rawValue) \(Hexadecimal.encode(nonce))")
        case .success(let cookie):
            return authenticate(method, version: info.version, with: cookie)
        }
    }

    /// The connection ended, whoever ended it.
    package mutating func disconnected() -> [Action] {
        switch state {
        case .ready, .failed: []
        case .idle, .awaitingProtocolInfo, .readingCookie, .awaitingChallenge, .awaitingAuthentication:
            fail(.connectionClosed)
        }
    }

    private mutating func advance(with line: TorLine) throws(LinkFailure) -> [Action] {
        switch state {
        case .awaitingProtocolInfo(var info):
            let isWhole = try info.append(line)
            state = .awaitingProtocolInfo(info)
            return isWhole ? try begin(with: info) : []
        case .awaitingChallenge(let safeCookie, let version):
            let challenge = try AuthChallengeReply(line)
            return authenticate(.safeCookie, version: version, with: try safeCookie.proof(for: challenge))
        case .awaitingAuthentication(let method, let version):
            guard case .reply(let reply) = line, reply.kind == .end else { throw .malformedReply(.authenticate) }
            if reply.status.value == 515 { throw .rejected(method) }
            try reply.refuseErrors(of: .authenticate)
            guard reply.isOK else { throw .malformedReply(.authenticate) }
            state = .ready
            return [.ready(version: version)]
        case .idle, .readingCookie, .ready, .failed:
            throw .unexpectedLine
        }
    }

    private mutating func begin(with info: ProtocolInfoReply) throws(LinkFailure) -> [Action] {
        let method = try configuration.choose(from: info.methods)
        switch method {
        case .safeCookie, .cookie:
            state = .readingCookie(method, info)
            return [.readCookie]
        case .password:
            return authenticate(method, version: info.version, with: configuration.usablePassword)
        case .null:
            return authenticate(method, version: info.version, with: nil)
        }
    }

    /// Shows tor the secret, in hexadecimal digits: no byte of a password can then be read as syntax.
    private mutating func authenticate(
        _ method: AuthenticationMethod,
        version: TorVersion?,
        with secret: Secret?
    ) -> [Action] {
        state = .awaitingAuthentication(method, version: version)
        return send(.authenticate, secret?.withExposedBytes(Hexadecimal.encode) ?? "")
    }

    private mutating func send(_ keyword: Keyword, _ arguments: String) -> [Action] {
        guard let command = Command(keyword: keyword, arguments: arguments) else { return fail(.misuse) }
        var buffer = ByteBuffer()
        command.encode(into: &buffer)
        return [.send(buffer)]
    }

    private mutating func fail(_ failure: LinkFailure) -> [Action] {
        state = .failed
        return [.failed(failure)]
    }
}

extension LinkStateMachine: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch state {
        case .idle: "idle"
        case .awaitingProtocolInfo: "awaiting PROTOCOLINFO"
        case .readingCookie: "reading the cookie"
        case .awaitingChallenge: "awaiting AUTHCHALLENGE"
        case .awaitingAuthentication(let method, _): "authenticating by \(method.rawValue)"
        case .ready: "ready"
        case .failed: "failed"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
