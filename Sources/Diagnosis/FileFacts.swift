// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Who may do what with a file, as far as its owner, group and mode say it.
package struct FileFacts: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case regular, directory, socket, link, other }

    package var kind: Kind
    package var user: UInt32
    package var group: UInt32
    /// Permission bits.
    package var mode: UInt32
    /// Bytes of a regular file; nil where nobody has asked.
    package var size: Int?

    package init(kind: Kind, user: UInt32, group: UInt32, mode: UInt32, size: Int? = nil) {
        self.kind = kind
        self.user = user
        self.group = group
        self.mode = mode
        self.size = size
    }

    init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFSOCK: .socket
            case S_IFLNK: .link
            default: .other
            }
        user = status.st_uid
        group = status.st_gid
        mode = status.st_mode & 0o7777
        size = kind == .regular ? Int(status.st_size) : nil
    }

    package enum Permission: UInt32, Sendable { case read = 4, write = 2, pass = 1 }

    /// As the kernel decides it for who has no capabilities: the first class that fits counts alone.
    func allows(_ permission: Permission, user: UInt32, groups: Set<UInt32>) -> Bool {
        let shift: UInt32 = user == self.user ? 6 : groups.contains(group) ? 3 : 0
        return mode >> shift & permission.rawValue != 0
    }

    /// `debian-tor:debian-tor, mode 0640`.
    func text(_ accounts: Accounts) -> String {
        "\(accounts.userName(user)):\(accounts.groupName(group)), mode \(modeText)"
    }

    var modeText: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
