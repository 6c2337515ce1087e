// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc

/// Names of users and groups by their numbers, from whatever nsswitch.conf(5) names; nil where there is none.
enum UserDatabase {
    /// Entries longer than this are taken for broken: a group lists all its members.
    private static let longestEntry = 1 << 20

    static func userName(of id: UInt32) -> String? {
        withGrowingBuffer { memory, size in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let code = getpwuid_r(id, &entry, memory, size, &found)
            return (code, found.flatMap { $0.pointee.pw_name }.flatMap { String(validatingCString: $0) })
        }
    }

    static func groupName(of id: UInt32) -> String? {
        withGrowingBuffer { memory, size in
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            let code = getgrgid_r(id, &entry, memory, size, &found)
            return (code, found.flatMap { $0.pointee.gr_name }.flatMap { String(validatingCString: $0) })
        }
    }

    private static func withGrowingBuffer(
        _ ask: (UnsafeMutablePointer<CChar>, Int) -> (code: Int32, name: String?)
    ) -> String? {
        var size = 1024
        while size <= longestEntry {
            let memory = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { memory.deallocate() }
            let answer = ask(memory, size)
            switch answer.code {
            case ERANGE: size *= 2
            case EINTR: continue
            default: return answer.name
            }
        }
        return nil
    }
}
