// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why something could not be looked at.
package enum Obstacle: Hashable, Sendable {
    /// The system keeps it from us.
    case denied
    case other(String)

    var text: String {
        switch self {
        case .denied: "only root may"
        case .other(let reason): reason
        }
    }
}

extension Obstacle: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self = .other(value) }
}
