// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// The users and groups of this machine.
package struct Accounts: Hashable, Sendable {
    package struct User: Hashable, Sendable {
        package let name: String
        package let id: UInt32
        package let group: UInt32

        package init(name: String, id: UInt32, group: UInt32) {
            self.name = name
            self.id = id
            self.group = group
        }
    }

    package struct Group: Hashable, Sendable {
        package let name: String
        package let id: UInt32
        package let members: [String]

        package init(name: String, id: UInt32, members: [String]) {
            self.name = name
            self.id = id
            self.members = members
        }
    }

    package let users: [User]
    package let groups: [Group]

    package init(users: [User], groups: [Group]) {
        self.users = users
        self.groups = groups
    }

    func groups(of user: User) -> Set<UInt32> {
        Set(groups.filter { $0.members.contains(user.name) }.map(\.id) + [user.group])
    }

    /// By name, or by number where the text is all digits.
    func user(_ text: String) -> UInt32? { UInt32(text) ?? users.first { $0.name == text }?.id }

    func group(_ text: String) -> UInt32? { UInt32(text) ?? groups.first { $0.name == text }?.id }

    /// A name, or the number where there is none.
    func userName(_ id: UInt32) -> String { users.first { $0.id == id }?.name ?? "uid \(id)" }

    func groupName(_ id: UInt32) -> String { groups.first { $0.id == id }?.name ?? "gid \(id)" }

    /// As the name service lists them (getpwent(3), getgrent(3)), which may be fewer than it knows by name.
    package static func ofThisMachine() -> Accounts {
        var users: [User] = []
        setpwent()
        while users.count < limit, let entry = getpwent()?.pointee {
            if let name = entry.pw_name.flatMap({ String(validatingCString: $0) }) {
                users.append(User(name: name, id: entry.pw_uid, group: entry.pw_gid))
            }
        }
        endpwent()
        var groups: [Group] = []
        setgrent()
        while groups.count < limit, let entry = getgrent()?.pointee {
            guard let name = entry.gr_name.flatMap({ String(validatingCString: $0) }) else { continue }
            var members: [String] = []
            var next = entry.gr_mem
            while let member = next?.pointee {
                if let name = String(validatingCString: member) { members.append(name) }
                next = next?.successor()
            }
            groups.append(Group(name: name, id: entry.gr_gid, members: members))
        }
        endgrent()
        return Accounts(users: users, groups: groups)
    }

    private static let limit = 100_000
}
