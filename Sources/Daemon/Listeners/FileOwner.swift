// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Whom a socket or file of a listener is given to: numbers for the names of `--listen`.
struct FileOwner: CustomStringConvertible {
    let user: uid_t?
    let group: gid_t?
    /// `USER:GROUP`, as they were named.
    let description: String

    init(user: String?, group: String?) throws(ListenerFailure) {
        self.user = try user.map { name throws(ListenerFailure) in
            guard let id = Accounts.user(name) else { throw ListenerFailure(reason: "there is no user '\(name)'") }
            return id
        }
        self.group = try group.map { name throws(ListenerFailure) in
            guard let id = Accounts.group(name) else { throw ListenerFailure(reason: "there is no group '\(name)'") }
            return id
        }
        description = (user ?? "") + (group.map { ":\($0)" } ?? "")
    }

    /// Whether there is nothing to give away.
    var isUnchanged: Bool { user == nil && group == nil }

    /// Whether a file of this user is ours to replace: our own, or of whom we would give it to.
    func mayHaveLeft(fileOf other: uid_t) -> Bool { other == geteuid() || other == user }
}
