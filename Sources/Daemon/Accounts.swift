// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Users and groups by name, or by number where the text is all digits (getpwnam_r(3), getgrnam_r(3)).
enum Accounts {
    static func user(_ name: String) -> UInt32? {
        if let number = UInt32(name) { return number }
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        return withGrowingBuffer { buffer, size in
            let status = getpwnam_r(name, &entry, buffer, size, &result)
            return (status, result?.pointee.pw_uid)
        }
    }

    static func group(_ name: String) -> UInt32? {
        if let number = UInt32(name) { return number }
        var entry = Glibc.group()
        var result: UnsafeMutablePointer<Glibc.group>?
        return withGrowingBuffer { buffer, size in
            let status = getgrnam_r(name, &entry, buffer, size, &result)
            return (status, result?.pointee.gr_gid)
        }
    }

    private static func withGrowingBuffer(_ look: (UnsafeMutablePointer<CChar>, Int) -> (Int32, UInt32?)) -> UInt32? {
        for size in [1 << 10, 1 << 14, 1 << 18, 1 << 20] {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            let (status, found) = look(buffer, size)
            if status != ERANGE { return status == 0 ? found : nil }
        }
        return nil
    }
}
