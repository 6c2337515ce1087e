// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers as people read them.
enum Figure {
    /// In groups of three digits: `1,234,567`.
    static func text(_ number: UInt64) -> String {
        let digits = String(number)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result
    }

    /// With what there is so much of: `1 session`, `2 sessions`.
    static func text(_ number: UInt64, _ noun: String) -> String { "\(text(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// In few characters, rounded down: `950`, `1.2k`, `34k`, `5.6M`.
    static func short(_ number: UInt64) -> String {
        guard number >= 1000 else { return String(number) }
        var (whole, tenths, unit) = (number, UInt64(0), 0)
        while whole >= 1000, unit < units.count {
            (whole, tenths) = (whole / 1000, whole % 1000 / 100)
            unit += 1
        }
        return (whole < 10 && tenths > 0 ? "\(whole).\(tenths)" : "\(whole)") + units[unit - 1]
    }

    private static let units = ["k", "M", "G", "T", "P", "E"]
}
