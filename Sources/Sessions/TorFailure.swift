// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import TorLink

/// Why an attempt to reach tor came to nothing.
package enum TorFailure: Error, Hashable, Sendable {
    /// No connection was made; the text names each address that was tried, and what was wrong with it.
    case unreachable(String)
    /// Whoever listens there is not who may: `--tor-user`.
    case untrusted(String)
    case link(LinkFailure)
    /// Tor took the connection and was not ready within ``SessionTimer/tor``.
    case timeout

    package var isWorthRetrying: Bool {
        switch self {
        case .unreachable: true
        case .untrusted, .timeout: false
        case .link(let failure): failure.isWorthRetrying
        }
    }

    /// The same of a tor that was there a moment ago, and may be starting.
    package var mayEndByItself: Bool {
        switch self {
        case .unreachable, .timeout: true
        case .untrusted: false
        case .link(let failure): failure.mayEndByItself
        }
    }

    /// - Parameter cookieFile: the path that tor's cookie is read from.
    package func reason(cookieFile: String) -> String {
        switch self {
        case .unreachable(let text), .untrusted(let text): text
        case .link(let failure): failure.reason(cookieFile: cookieFile)
        case .timeout: "tor was not ready within \(SessionTimer.tor.duration)"
        }
    }
}
