// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension PatternScanner {
    /// A `{`: a count as in `x{2,5}`, or the character itself where neither dialect sees a count.
    ///
    /// Python takes `{` [digits] [`,` [digits]] `}` for a count but for `{}`; RE2 wants the first number, and no leading
    /// zeros, and reads anything else as plain characters.
    mutating func scanBrace() throws(PatternError) {
        let start = index
        index += 1
        let low = takeDigits()
        let hasComma = peek() == UInt8(ascii: ",")
        if hasComma { index += 1 }
        let high = hasComma ? takeDigits() : low
        guard peek() == UInt8(ascii: "}"), hasComma || !low.isEmpty else {
            index = start + 1
            operand = .atom
            return
        }
        index += 1
        guard !low.isEmpty else {
            throw PatternError(
                message: "`\(text(from: start))` is a count to Python and plain characters to RE2",
                offset: start,
                hint: #"write `{0,\#(String(decoding: high, as: UTF8.self))}` for the count"#
            )
        }
        guard [low, high].allSatisfy({ $0.count < 2 || !$0.starts(with: [UInt8(ascii: "0")]) }) else {
            throw PatternError(
                message:
                    "`\(text(from: start))` is a count to Python and, for its leading zero, plain characters to RE2",
                offset: start,
                hint: "write the count without leading zeros"
            )
        }
        let least = count(low)
        let most = high.isEmpty ? least : count(high)
        guard let least, let most else {
            throw PatternError(
                message: "`\(text(from: start))` counts further than \(Self.largestCount)",
                offset: start,
                hint: "use `*` or `+`, or a count of at most \(Self.largestCount)"
            )
        }
        guard least <= most else {
            throw PatternError(message: "`\(text(from: start))` has its counts upside down", offset: start)
        }
        try quantify(from: start)
    }

    /// What follows a quantifier that began at `start`: a `?` that makes it reluctant, and nothing else of its kind.
    mutating func quantify(from start: Int) throws(PatternError) {
        switch operand {
        case .atom:
            break
        case .nothing:
            throw PatternError(
                message: "`\(text(from: start))` has nothing to repeat",
                offset: start,
                hint: #"write a `\` in front of it for the character itself"#
            )
        case .assertion:
            throw PatternError(
                message: "`\(text(from: start))` repeats a place (`^`, `$`, `\\b`, `\\A`), which Python refuses",
                offset: start,
                hint: "leave the quantifier out"
            )
        case .repeated:
            throw PatternError(
                message: "`\(text(from: start))` follows another quantifier",
                offset: start,
                hint: "put what is repeated into `(?:...)`"
            )
        }
        if peek() == UInt8(ascii: "?") {
            index += 1
        } else if peek() == UInt8(ascii: "+") {
            throw PatternError(
                message: "`\(text(from: start))+` is a possessive quantifier, which RE2 does not know",
                offset: start,
                hint: "leave the `+` out: matching is linear without it"
            )
        }
        operand = .repeated
    }

    private mutating func takeDigits() -> ArraySlice<UInt8> {
        let digits = bytes.dropFirst(index).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        index += digits.count
        return digits
    }

    private func count(_ digits: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: digits, as: UTF8.self)).flatMap { $0 <= Self.largestCount ? $0 : nil }
    }
}
