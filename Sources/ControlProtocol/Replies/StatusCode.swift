// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The three digits that begin a reply line (control-spec section 4).
package struct StatusCode: Hashable, Sendable, CustomStringConvertible {
    package let value: UInt16

    package init?(_ value: UInt16) {
        guard (100...999).contains(value) else { return nil }
        self.value = value
    }

    /// The first digit: 2 for success, 4 and 5 for errors, 6 for asynchronous events.
    package var statusClass: UInt16 { value / 100 }

    package var isSuccess: Bool { statusClass == 2 }
    package var isError: Bool { statusClass == 4 || statusClass == 5 }
    /// 650 is the one status of events.
    package var isEvent: Bool { value == 650 }

    package var description: String { String(value) }
}
