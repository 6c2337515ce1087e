// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A file with the directories that lead to it: who can get there, and who can use it.
struct Passage: Hashable, Sendable {
    let path: String
    let directories: [FileFacts]
    let file: FileFacts
    /// Paths of those whose access control list (acl(5)) has more to say: whoever it names is not seen in the mode.
    var listed: [String] = []

    func allows(_ permission: FileFacts.Permission, user: UInt32, groups: Set<UInt32>) -> Bool {
        user == 0
            || directories.allSatisfy { $0.allows(.pass, user: user, groups: groups) }
                && file.allows(permission, user: user, groups: groups)
    }

    /// Whether the daemon can, by what it is: root without capabilities is a user like others.
    func allows(_ permission: FileFacts.Permission, to daemon: DaemonFacts) -> Bool {
        letsPass(daemon)
            && (daemon.mayUseAll || permission == .read && daemon.mayReadAll
                || file.allows(permission, user: daemon.user, groups: daemon.groups))
    }

    /// Whether it gets through the directories.
    func letsPass(_ daemon: DaemonFacts) -> Bool {
        daemon.mayReadAll || directories.allSatisfy { $0.allows(.pass, user: daemon.user, groups: daemon.groups) }
    }

    /// What lets the daemon in: into the file's group, once that has the right.
    ///
    /// - Parameter torrc: the line of tor's configuration that gives the group the right.
    func remedy(
        for daemon: DaemonFacts, to permission: FileFacts.Permission, torrc: String, _ accounts: Accounts
    ) -> String {
        var steps: [String] = []
        // Into root's group nobody is put.
        if file.mode >> 3 & permission.rawValue == 0 || file.group == 0 {
            steps.append("in /etc/tor/torrc: \(torrc), and systemctl restart tor")
        }
        if !letsPass(daemon) { steps.append("namei -l \(path), and let its group pass each directory") }
        if file.group != 0, !daemon.groups.contains(file.group) {
            let user = accounts.users.first { $0.id == daemon.user && $0.id != 0 }?.name
            let group = accounts.groups.first { $0.id == file.group }?.name
            if let user, let group {
                steps.append("adduser \(user) \(group)")
            } else {
                steps.append(
                    "systemctl edit onion-sieve, and under [Service]: SupplementaryGroups=\(group ?? String(file.group))"
                )
            }
        }
        return (steps + ["systemctl restart onion-sieve"]).joined(separator: "; ")
    }

    /// Whether a user that nobody has thought of can.
    func isOpen(_ permission: FileFacts.Permission) -> Bool { allows(permission, user: .max, groups: []) }

    /// Names of the users who can, but for root and those of these numbers.
    func users(who permission: FileFacts.Permission, of accounts: Accounts, except expected: Set<UInt32>) -> [String] {
        accounts.users.filter { account in
            account.id != 0 && !expected.contains(account.id)
                && allows(permission, user: account.id, groups: accounts.groups(of: account))
        }
        .map(\.name)
    }

    /// What takes the file from these users: out of its group, if that is how they are in it.
    func remedy(against users: [String], of accounts: Accounts) -> String {
        let members = accounts.groups.first { $0.id == file.group }?.members ?? []
        let removable = users.prefix(5).filter(members.contains)
        guard !removable.isEmpty else {
            return "look at `ls -l \(path)` and `id \(users.first ?? "")`; it should be tor's, for its group"
        }
        return removable.map { "gpasswd -d \($0) \(accounts.groupName(file.group))" }.joined(separator: "; ")
    }
}
