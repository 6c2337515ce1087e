// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A socket that a profile asks for, on which only profiles that name it apply: who may connect is the file system's decision.
package struct ApplicationSocket: Hashable, Sendable {
    package let name: String
    /// A name, or a number; nil is the group of whoever makes it.
    package let group: String?
    /// Permission bits; connecting takes write permission (unix(7)).
    package let mode: UInt32

    package static let defaultMode: UInt32 = 0o660

    package init(name: String, group: String? = nil, mode: UInt32 = Self.defaultMode) {
        self.name = name
        self.group = group
        self.mode = mode
    }

    /// `0660`
    package var modeText: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
