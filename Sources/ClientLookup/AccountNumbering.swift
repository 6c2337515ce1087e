// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc
private import Policies

/// Which user and group numbers mean somebody.
///
/// The kernel writes the overflow numbers for those that have no name in our user namespace: they stand for anybody,
/// and so for nobody (user_namespaces(7)). A number of all ones is "none" wherever the kernel speaks of credentials.
struct AccountNumbering: Hashable, Sendable {
    var overflowUser: UInt32
    var overflowGroup: UInt32

    /// The kernel's own default, also where the numbers cannot be read.
    private static let defaultOverflow: UInt32 = 65534

    init(overflowUser: UInt32, overflowGroup: UInt32) {
        self.overflowUser = overflowUser
        self.overflowGroup = overflowGroup
    }

    init(procPath: String) {
        overflowUser = Self.number(in: "\(procPath)/sys/kernel/overflowuid") ?? Self.defaultOverflow
        overflowGroup = Self.number(in: "\(procPath)/sys/kernel/overflowgid") ?? Self.defaultOverflow
    }

    func known(user: UInt32) -> UInt32? { user == overflowUser || user == .max ? nil : user }

    func known(group: UInt32) -> UInt32? { group == overflowGroup || group == .max ? nil : group }

    private static func number(in path: String) -> UInt32? {
        guard let file = try? Descriptor(opening: path, flags: O_RDONLY), let bytes = try? file.contents(upTo: 64)
        else {
            return nil
        }
        return UInt32(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
