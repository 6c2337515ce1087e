// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A key that lets this tor's clients into an onion service (control-spec section 3.30), as ONION_CLIENT_AUTH_ADD takes it and
/// ONION_CLIENT_AUTH_VIEW shows it.
///
///     C: ONION_CLIENT_AUTH_ADD sp3xra…id x25519:yPGU… ClientName=bob Flags=Permanent
///     S: 250-CLIENT sp3xra…id x25519:yPGU… Flags=Permanent
package struct ClientAuthorization: Sendable {
    package let service: ServiceID
    /// The private key of 32 bytes.
    package let key: Secret

    /// - Parameter arguments: what stands behind the command or behind `CLIENT `.
    package init?(arguments: String) {
        guard let service = arguments.firstWord.flatMap({ ServiceID($0) }) else { return nil }
        let words = arguments.words
        guard words.count >= 2 else { return nil }
        let prefix = "x25519:"
        guard words[1].asciiLowercased.hasPrefix(prefix), let key = Base64.decode(words[1].dropFirst(prefix.count)),
            key.count == 32
        else { return nil }
        self.service = service
        self.key = Secret(key)
    }
}
