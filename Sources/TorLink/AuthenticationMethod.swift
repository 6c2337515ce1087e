// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A way to authenticate to tor, spelt as PROTOCOLINFO and `--tor-auth` spell it (control-spec sections 3.5, 3.21,
/// 3.24).
package enum AuthenticationMethod: String, Hashable, Sendable, CaseIterable {
    /// Both sides prove that they know the cookie, and neither shows it.
    case safeCookie = "SAFECOOKIE"
    /// The cookie itself is sent.
    case cookie = "COOKIE"
    /// The password itself is sent.
    case password = "HASHEDPASSWORD"
    /// Tor takes anyone who can connect.
    case null = "NULL"
}
