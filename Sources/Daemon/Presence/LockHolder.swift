// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Who holds the lock on a file (F_GETLK of fcntl(2)).
enum LockHolder {
    /// Nil if nobody does; 0 if it is a process that has no number here, since it runs in another pid namespace.
    static func process(of file: Int32) -> pid_t? {
        var asked = flock()
        asked.l_type = Int16(F_WRLCK)
        asked.l_whence = Int16(SEEK_SET)
        guard fcntl(file, F_GETLK, &asked) == 0, asked.l_type != Int16(F_UNLCK) else { return nil }
        return max(asked.l_pid, 0)
    }
}
