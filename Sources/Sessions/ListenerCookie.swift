// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What a listener with a cookie of its own asks of one client: to show that it knows that cookie, which is never tor's.
package struct ListenerCookie: Sendable {
    let secret: Secret
    /// Where clients find it.
    let path: String
    /// Ours in this client's challenge.
    let nonce: [UInt8]

    /// - Parameters:
    ///   - secret: 32 bytes.
    ///   - nonce: 32 random bytes, fresh for each session.
    package init(secret: Secret, path: String, nonce: [UInt8]) {
        self.secret = secret
        self.path = path
        self.nonce = nonce
    }
}
