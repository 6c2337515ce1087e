// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How much of tor one client may take under one profile, in all its sessions together.
package struct ProfileLimits: Hashable, Sendable {
    /// A number with the place where it is written.
    package struct Limit: Hashable, Sendable {
        package let value: Int
        package let origin: RuleOrigin

        package init(_ value: Int, _ origin: RuleOrigin) {
            self.value = value
            self.origin = origin
        }
    }

    /// Open at a time.
    package var sessions: Limit?
    /// Onion services alive at a time, those being added and detached ones among them.
    package var onions: Limit?
    /// On average; as many may come at once after a second of silence. Those beyond wait unread.
    package var commandsPerSecond: Limit?

    package init(sessions: Limit? = nil, onions: Limit? = nil, commandsPerSecond: Limit? = nil) {
        self.sessions = sessions
        self.onions = onions
        self.commandsPerSecond = commandsPerSecond
    }
}

/// Whose use of a profile is counted together.
package struct ProfileUser: Hashable, Sendable {
    package let profile: ProfileID
    /// Nil for clients whose user is not known: they share what one may have.
    package let identity: ClientIdentity?

    package init(profile: ProfileID, identity: ClientIdentity?) {
        self.profile = profile
        self.identity = identity
    }
}
