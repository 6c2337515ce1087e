// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A name and a value of a record.
package struct AuditField: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case number(UInt64)
        case text(String)
        case flag(Bool)
        case texts([String])
        case fields([AuditField])
        case list([[AuditField]])
    }

    package let name: String
    package let value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}
