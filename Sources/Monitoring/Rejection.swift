// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a connection was not served.
package enum Rejection: String, Hashable, Sendable, CaseIterable {
    /// Who it is could not be found out.
    case unidentified
    /// Too many clients of one user were being looked up.
    case lookups
    /// As many sessions were open as there may be.
    case sessions
    /// The client had as many sessions open as one may have.
    case clientSessions = "client-sessions"
    /// The client had as many sessions open as `limits` of one of its profiles allows.
    case profileSessions = "profile-sessions"
}
