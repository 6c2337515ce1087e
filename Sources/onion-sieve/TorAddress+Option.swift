// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import TorLink

extension TorAddress {
    /// The address that was given to an option.
    static func parse(_ text: String, option: String) throws -> TorAddress {
        do throws(Unreadable) {
            return try TorAddress(parsing: text)
        } catch {
            throw ValidationError("\(option) \(text): \(error.reason)")
        }
    }
}
