// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Why nothing can be measured: wrong usage, or what the system refused.
struct Failure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    /// What the last system call refused.
    static func system(_ what: String) -> Failure { Failure("\(what): \(String(cString: strerror(errno)))") }
}
