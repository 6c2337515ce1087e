// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Whose entries in the journal are taken for records of the daemon.
///
/// Whoever can reach journald's socket, which is everybody, may send entries that look like ours in every field but those that
/// journald adds. So only what came from the daemon's unit counts, from root, who could write anything anyway, and from users who are
/// named here. A user's own units never have the name of a unit of the system there: all of them are in `user@UID.service`.
package struct JournalTrust: Hashable, Sendable {
    package static let defaultUnit = "onion-sieve.service"

    package var units: Set<String>
    package var users: Set<UInt32>

    package init(units: Set<String> = [defaultUnit], users: Set<UInt32> = []) {
        self.units = units
        self.users = users.union([0])
    }

    package func takes(_ sender: JournalSender) -> Bool {
        sender.uid.map(users.contains) ?? false || sender.unit.map(units.contains) ?? false
    }
}
