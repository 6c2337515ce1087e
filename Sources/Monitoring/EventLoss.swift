// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Sessions

/// Why an event was kept from a client that tor had sent it for.
package enum EventLoss: String, Hashable, Sendable, CaseIterable {
    /// A rule left nothing of it, or no line of its kind.
    case rewriting
    case tooLarge = "too-large"
    /// The profile suppresses it.
    case suppressed
    /// About what is not the client's own.
    case notOwn = "not-own"

    package init(_ drop: Observation.EventDrop) {
        self =
            switch drop {
            case .rewriting: .rewriting
            case .tooLarge: .tooLarge
            case .notSubscribed: .suppressed
            case .notOwn: .notOwn
            }
    }
}
