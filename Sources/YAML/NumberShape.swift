// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The texts that YAML 1.1 takes for numbers.
enum NumberShape {
    private static let digits: StaticString = "0123456789"
    private static let digitsOrScore: StaticString = "0123456789_"

    /// Binary `0b1`, octal `017`, decimal `1_000`, hexadecimal `0x1F`, sexagesimal `1:30`; each with a sign or without.
    static func isInteger(_ bytes: [UInt8]) -> Bool {
        var scanner = ShapeScanner(bytes)
        _ = scanner.take("+-")
        if scanner.take("0") {
            if scanner.isAtEnd { return true }
            let count =
                if scanner.take("b") {
                    scanner.takeAll("01_")
                } else if scanner.take("x") {
                    scanner.takeAll("0123456789abcdefABCDEF_")
                } else {
                    scanner.takeAll("01234567_")
                }
            return count > 0 && scanner.isAtEnd
        }
        guard scanner.take("123456789") else { return false }
        scanner.takeAll(digitsOrScore)
        return scanner.isAtEnd || takeSixtieths(&scanner) && scanner.isAtEnd
    }

    /// `1.5`, `1.`, `.5`, `1.5e+3` (the exponent's sign is a must), `1:30.5`, `.inf`, `.nan`.
    static func isFloat(_ bytes: [UInt8]) -> Bool {
        var scanner = ShapeScanner(bytes)
        let isSigned = scanner.take("+-")
        if scanner.take(".") {
            if !isSigned, bytes == Array(".nan".utf8) || bytes == Array(".NaN".utf8) || bytes == Array(".NAN".utf8) {
                return true
            }
            if [".inf", ".Inf", ".INF"].contains(where: { bytes.dropFirst(isSigned ? 1 : 0).elementsEqual($0.utf8) }) {
                return true
            }
            guard !isSigned, scanner.take(digits) else { return false }
            scanner.takeAll(digitsOrScore)
            return takesExponent(scanner)
        }
        guard scanner.take(digits) else { return false }
        scanner.takeAll(digitsOrScore)
        if scanner.take(".") {
            scanner.takeAll(digitsOrScore)
            return takesExponent(scanner)
        }
        guard takeSixtieths(&scanner), scanner.take(".") else { return false }
        scanner.takeAll(digitsOrScore)
        return scanner.isAtEnd
    }

    private static func takesExponent(_ scanner: ShapeScanner) -> Bool {
        var scanner = scanner
        if scanner.isAtEnd { return true }
        return scanner.take("eE") && scanner.take("+-") && scanner.takeAll(digits) > 0 && scanner.isAtEnd
    }

    /// One or more of `:0` to `:59`.
    private static func takeSixtieths(_ scanner: inout ShapeScanner) -> Bool {
        var count = 0
        while scanner.take(":") {
            let isTens = scanner.take("012345")
            let isOnes = scanner.take(digits)
            guard isTens || isOnes else { return false }
            count += 1
        }
        return count > 0
    }
}
