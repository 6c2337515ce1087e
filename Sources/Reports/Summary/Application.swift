// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// Whose records are summed up together.
package enum Application: Hashable, Sendable {
    /// Clients that these profiles are for, of one kind; nil if nothing is known of them.
    case profiles([String], Caller?)
    /// Clients that no profile is for, as far as they can be told from others.
    case stranger(Caller)
    /// Clients of which nothing is known.
    case unknown
    /// Those beyond ``TrailSummary/mostApplications`` or ``TrailSummary/mostStrangers``.
    case others

    /// - Parameter client: as ``AuditedClient/lasting`` gives it.
    init(profiles: [String], client: AuditedClient?) {
        if !profiles.isEmpty {
            self = .profiles(
                profiles.prefix(Self.mostProfiles).map { BoundedText.cut($0) }, client.map { Caller($0) })
        } else {
            self = client.map { .stranger(Caller($0)) } ?? .unknown
        }
    }

    /// Profiles of one client that are told.
    static let mostProfiles = 16

    package var hasProfile: Bool { if case .profiles = self { true } else { false } }

    /// Whether clients are counted together in it that might have been told apart.
    var isMixed: Bool {
        switch self {
        case .profiles(_, let caller): caller == .others
        case .others: true
        case .stranger, .unknown: false
        }
    }

    /// By name, with what is no one application at the end.
    var order: (Int, String) {
        switch self {
        case .profiles, .stranger: (0, name)
        case .unknown: (1, name)
        case .others: (2, name)
        }
    }

    package var name: String {
        switch self {
        case .profiles(let names, let caller):
            names.joined(separator: ", ") + (caller.map { ": \($0.name)" } ?? "")
        case .stranger(let stranger): stranger.name
        case .unknown: "unknown client"
        case .others: "all others"
        }
    }
}
