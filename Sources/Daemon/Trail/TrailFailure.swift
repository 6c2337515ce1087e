// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage

/// Why records could not be written.
package struct TrailFailure: Error, Hashable {
    package let reason: String
    /// How many of the records were not written.
    package var missing: Int

    package init(_ reason: String, missing: Int = 0) {
        self.reason = reason
        self.missing = missing
    }

    init(_ error: Errno, missing: Int = 0) {
        self.init(SystemText.describe(error.rawValue), missing: missing)
    }
}

extension Errno {
    static var current: Errno { Errno(rawValue: errno) }
}
