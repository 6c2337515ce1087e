// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

import struct Crypto.HMAC
import struct Crypto.SHA256
import struct Crypto.SymmetricKey

/// Both sides' proofs that they know a cookie, under two nonces (control-spec section 3.24): tor's toward us, and that of a
/// listener of ours toward its clients.
package struct SafeCookie: Sendable {
    /// The length of a cookie, of a nonce of ours or of tor's, and of either proof.
    package static let byteCount = 32

    let cookie: Secret
    let clientNonce: [UInt8]

    /// - Parameter clientNonce: of any length; the controller's to choose.
    package init(cookie: Secret, clientNonce: [UInt8]) {
        self.cookie = cookie
        self.clientNonce = clientNonce
    }

    /// Our proof, once the peer's has been found true: to a peer that does not know the cookie nothing is proved.
    ///
    /// A peer that gives our nonce back as its own has drawn none.
    func proof(for challenge: AuthChallengeReply) throws(LinkFailure) -> Secret {
        let expected = serverProof(under: challenge.serverNonce)
        guard challenge.serverNonce != clientNonce, expected.isEqual(to: Secret(challenge.serverHash)) else {
            throw .impostor
        }
        return clientProof(under: challenge.serverNonce)
    }

    /// What a server shows: SERVERHASH.
    package func serverProof(under serverNonce: [UInt8]) -> Secret {
        mac("Tor safe cookie authentication server-to-controller hash", serverNonce)
    }

    /// What a controller shows in AUTHENTICATE.
    package func clientProof(under serverNonce: [UInt8]) -> Secret {
        mac("Tor safe cookie authentication controller-to-server hash", serverNonce)
    }

    /// HMAC-SHA256 over cookie, client nonce and server nonce, with a constant of the specification as its key.
    private func mac(_ key: String, _ serverNonce: [UInt8]) -> Secret {
        let message = cookie.withExposedBytes { $0 + clientNonce + serverNonce }
        return Secret(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Array(key.utf8))))
    }
}
