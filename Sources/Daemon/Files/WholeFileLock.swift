// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Locks of open file descriptions, on whole files (fcntl(2), "Open file description locks"): they end with the descriptor, not
/// with any other that the process closes.
enum WholeFileLock {
    // glibc hides the names from programs that do not ask for GNU's: the kernel's asm-generic/fcntl.h, the same on all machines.
    static let get: CInt = 36
    static let set: CInt = 37

    /// - Parameter kind: `F_RDLCK`, `F_WRLCK` or `F_UNLCK`.
    static func make(_ kind: CInt) -> Glibc.flock {
        var lock = Glibc.flock()
        lock.l_type = CShort(kind)
        lock.l_whence = CShort(SEEK_SET)
        return lock
    }
}
