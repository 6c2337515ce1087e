// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

extension Command {
    /// Whether tor may hold something because of the command that ends with tor, and that whoever sent it counts on.
    ///
    /// A session that has sent such a command cannot go on with another tor as if nothing had happened. Every command changes
    /// tor but those that are known not to (control-spec section 3): questions; what acts once; what only takes away; and
    /// SETEVENTS, which is said again.
    package var changesTor: Bool {
        guard body == nil else { return true }
        if keyword.name == "SIGNAL" { return !Self.passingSignals.contains(arguments.asciiUppercased) }
        return !Self.passing.contains(keyword.name)
    }

    /// Whether it may be asked twice for one reply: it asks, and does nothing.
    package var isQuestion: Bool { body == nil && (keyword == .getInfo || keyword == .getConf) }

    private static let passing: Set = [
        "CLOSECIRCUIT", "CLOSESTREAM", "DEL_ONION", "GETCONF", "GETINFO", "HSFETCH", "ONION_CLIENT_AUTH_VIEW",
        "RESOLVE",
        "SETEVENTS", "USEFEATURE",
    ]

    /// DEBUG, DORMANT and ACTIVE set what a new tor does not know; who sends SHUTDOWN or HALT waits for the connection to end.
    private static let passingSignals: Set = [
        "CLEARDNSCACHE", "DUMP", "HEARTBEAT", "HUP", "NEWNYM", "RELOAD", "USR1",
    ]
}
