// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A bound that was reached.
package enum ReachedLimit: String, Hashable, Sendable, CaseIterable {
    /// Sessions in total.
    case sessions
    /// Sessions of one client.
    case clientSessions = "client-sessions"
    /// Clients of one user that are being looked up.
    case lookups
    /// `limits: sessions` of a profile.
    case profileSessions = "profile-sessions"
    /// `limits: onions` of a profile, or its `onions: max`.
    case profileOnions = "profile-onions"
    /// `limits: commands-per-second` of a profile: a command had to wait.
    case profileCommands = "profile-commands"
    /// Detached services that are remembered.
    case detachedServices = "detached-services"
    /// The time until AUTHENTICATE.
    case handshake
    /// Bytes of one command.
    case line
    /// Records of one client in the audit trail.
    case records
    /// What a client leaves unread, and for how long.
    case unread
}
