// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A POSIX access control list that lets one group do what the mode of a file grants to its group, where the file cannot be given
/// to it (acl(5)).
///
/// The file's own group gets what others get, as it would if the file belonged to the other group.
package struct AccessList: Hashable, Sendable {
    /// Permission bits of the file, as they were asked for.
    package let mode: UInt32
    package let group: UInt32

    package init(mode: UInt32, group: UInt32) {
        self.mode = mode
        self.group = group
    }

    /// Of the value of the extended attribute (posix_acl_xattr.h of the kernel).
    private static let version: UInt32 = 2
    /// Stands where an entry names nobody.
    private static let nobody = UInt32.max

    private enum Tag: UInt16 {
        case owner = 0x01
        case owningGroup = 0x04
        case namedGroup = 0x08
        case mask = 0x10
        case others = 0x20
    }

    /// The attribute's value: in little-endian order on every machine.
    package var encoded: [UInt8] {
        let others = mode & 0o7
        let granted = mode >> 3 & 0o7
        let entries: [(Tag, UInt32, UInt32)] = [
            (.owner, mode >> 6 & 0o7, Self.nobody),
            (.owningGroup, others, Self.nobody),
            (.namedGroup, granted, group),
            (.mask, granted | others, Self.nobody),
            (.others, others, Self.nobody),
        ]
        return Self.bytes(Self.version)
            + entries.flatMap { tag, permissions, id in
                Self.bytes(tag.rawValue) + Self.bytes(UInt16(permissions)) + Self.bytes(id)
            }
    }

    /// What stat(2) shows: the mask stands in place of the group's permissions.
    package var shownMode: UInt32 { mode & 0o707 | (mode >> 3 & 0o7 | mode & 0o7) << 3 }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
