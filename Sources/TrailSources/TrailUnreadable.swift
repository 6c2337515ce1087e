// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Why a trail, or the rest of it, cannot be read.
package struct TrailUnreadable: Error, Hashable {
    package let reason: String
    /// Whether there is no such file.
    package var isMissing = false

    package init(_ reason: String) { self.reason = reason }

    /// What the system says of an error number.
    init(errno number: CInt) {
        reason = String(cString: strerror(number))
        isMissing = number == ENOENT
    }
}
