// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of a profile.
enum ProfileKey: String, Vocabulary {
    case name
    case appArmorProfiles = "apparmor-profiles"
    case executables = "exe-paths"
    case users
    case groups
    case hosts
    case units
    case sockets
    case commands
    case confs
    case events
    case torBrowserMode = "tor-browser-mode"
    case onions
    case limits
    case complain
    case tests

    static let subject = "a profile"

    static let aliases: [String: ProfileKey] = [
        "match-exe-paths": .executables,
        "match-users": .users,
        "match-hosts": .hosts,
        "restrict-stream-events": .torBrowserMode,
        "isolate-stream-events": .torBrowserMode,
    ]

    static let retired: [String: String] = [
        "cmdline": "name the program by `apparmor-profiles` together with `users`"
    ]

    static let toleratesUnknown = true

    /// Whether it says whom a profile is for.
    var isQualifier: Bool {
        switch self {
        case .appArmorProfiles, .executables, .users, .groups, .hosts, .units, .sockets: true
        case .name, .commands, .confs, .events, .torBrowserMode, .onions, .limits, .complain, .tests: false
        }
    }

    var narrows: Bool {
        switch self {
        case .appArmorProfiles, .executables, .groups, .units, .sockets, .torBrowserMode, .limits: true
        // Without these a profile is for fewer clients, or allows less.
        case .name, .users, .hosts, .commands, .confs, .events, .onions, .complain, .tests: false
        }
    }
}
