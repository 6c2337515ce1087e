// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc

/// What a system call said when it failed.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// An `errno`.
    let code: Int32

    package init(code: Int32) { self.code = code }

    /// That of the system call just made.
    static var last: SystemError { SystemError(code: errno) }

    /// We are short of something; the same question may have an answer later.
    package var isExhaustion: Bool { [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(code) }

    /// The process or file that was asked about is not there (any more).
    var isAbsence: Bool { [ENOENT, ESRCH].contains(code) }

    package var description: String { String(cString: strerror(code)) }
}
