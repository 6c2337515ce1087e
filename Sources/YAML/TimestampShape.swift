// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The texts that YAML 1.1 takes for dates and times.
enum TimestampShape {
    private static let digits: StaticString = "0123456789"

    /// `2001-12-14`, or `2001-12-14t21:59:43.10-05:00` and its relatives.
    static func matches(_ bytes: [UInt8]) -> Bool {
        var scanner = ShapeScanner(bytes)
        guard scanner.takeAll(digits, upTo: 4) == 4, scanner.take("-") else { return false }
        let month = scanner.takeAll(digits, upTo: 2)
        guard month > 0, scanner.take("-") else { return false }
        let day = scanner.takeAll(digits, upTo: 2)
        guard day > 0 else { return false }
        if scanner.isAtEnd { return month == 2 && day == 2 }
        guard scanner.take("Tt") || scanner.takeAll(" \t") > 0 else { return false }
        guard scanner.takeAll(digits, upTo: 2) > 0,
            scanner.take(":"), scanner.takeAll(digits, upTo: 2) == 2,
            scanner.take(":"), scanner.takeAll(digits, upTo: 2) == 2
        else { return false }
        if scanner.take(".") { scanner.takeAll(digits) }
        if scanner.isAtEnd { return true }
        scanner.takeAll(" \t")
        return takesZone(scanner)
    }

    /// `Z`, `+1`, `-05:00`.
    private static func takesZone(_ scanner: ShapeScanner) -> Bool {
        var scanner = scanner
        if scanner.take("Z") { return scanner.isAtEnd }
        guard scanner.take("+-"), scanner.takeAll(digits, upTo: 2) > 0 else { return false }
        if scanner.isAtEnd { return true }
        return scanner.take(":") && scanner.takeAll(digits, upTo: 2) == 2 && scanner.isAtEnd
    }
}
