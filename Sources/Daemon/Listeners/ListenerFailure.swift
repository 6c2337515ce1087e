// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// A file or socket of a listener that cannot be made, and why.
struct ListenerFailure: Error, Hashable, Sendable {
    let reason: String

    /// With what the system says of the last call.
    static func system(_ what: String) -> ListenerFailure {
        ListenerFailure(reason: "\(what): \(SystemText.last)")
    }
}
