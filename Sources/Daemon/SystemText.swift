// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What the system says of an error number.
package enum SystemText {
    package static func describe(_ number: Int32) -> String { String(cString: strerror(number)) }

    static var last: String { describe(errno) }
}
