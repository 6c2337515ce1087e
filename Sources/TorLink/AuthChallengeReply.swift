// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The reply to AUTHCHALLENGE (control-spec section 3.24), one line:
///
///     250 AUTHCHALLENGE SERVERHASH=(64 hexadecimal digits) SERVERNONCE=(64 hexadecimal digits)
struct AuthChallengeReply: Sendable {
    let serverHash: [UInt8]
    let serverNonce: [UInt8]

    init(_ line: TorLine) throws(LinkFailure) {
        guard case .reply(let reply) = line, reply.kind == .end else { throw .malformedReply(.authChallenge) }
        try reply.refuseErrors(of: .authChallenge)
        let words = String(decoding: reply.text, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
        guard reply.status.value == 250, reply.text.allSatisfy(\.isPrintable), words.count == 3,
            words[0] == "AUTHCHALLENGE",
            let hash = Self.value(of: "SERVERHASH=", in: words[1]),
            let nonce = Self.value(of: "SERVERNONCE=", in: words[2])
        else { throw .malformedReply(.authChallenge) }
        serverHash = hash
        serverNonce = nonce
    }

    private static func value(of key: String, in word: Substring) -> [UInt8]? {
        guard word.hasPrefix(key), let bytes = Hexadecimal.decode(word.dropFirst(key.count)),
            bytes.count == SafeCookie.byteCount
        else { return nil }
        return bytes
    }
}
