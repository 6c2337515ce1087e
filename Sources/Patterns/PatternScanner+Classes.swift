// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension PatternScanner {
    /// A class such as `[^a-z\d_]`. A `]` right after the beginning is a member; a `-` at either end is one, too.
    mutating func scanClass() throws(PatternError) {
        let start = index
        index += 1
        let isNegated = peek() == UInt8(ascii: "^")
        if isNegated { index += 1 }
        var isEmpty = true
        while let byte = peek(), isEmpty || byte != UInt8(ascii: "]") {
            isEmpty = false
            let memberStart = index
            let first = try scanMember()
            guard peek() == UInt8(ascii: "-"), let last = peek(1), last != UInt8(ascii: "]") else {
                if case .character(UInt8(ascii: " ")) = first, !isNegated { findings.hasLiteralBlank = true }
                continue
            }
            index += 1
            let second = try scanMember()
            guard case .character(let low) = first, case .character(let high) = second else {
                throw PatternError(
                    message: "`\(text(from: memberStart))` is a range with a set at one end",
                    offset: memberStart,
                    hint: "put the `-` at the end of the class for the character itself"
                )
            }
            guard low <= high else {
                throw PatternError(
                    message: "the range `\(text(from: memberStart))` is upside down",
                    offset: memberStart,
                    hint: "put the `-` at the end of the class for the character itself"
                )
            }
        }
        guard peek() != nil else {
            throw PatternError(message: "this class is never closed: `]` is missing", offset: start)
        }
        index += 1
    }

    private mutating func scanMember() throws(PatternError) -> Escape {
        guard let byte = peek() else {
            // The caller finds the class unclosed; what stands here does not matter any more.
            return .set
        }
        if byte == UInt8(ascii: "\\") {
            return try scanEscape(inClass: true)
        }
        if sees("[:"), isPOSIXClass() {
            throw PatternError(
                message: "`[:` begins a POSIX class to RE2 and is plain characters to Python",
                offset: index,
                hint: #"write the characters out, as in `[A-Za-z]`, or `\[` for the character itself"#
            )
        }
        index += 1
        return .character(byte)
    }

    /// RE2 takes `[:` in a class for the beginning of a name as soon as there is a `:]` anywhere behind it.
    private func isPOSIXClass() -> Bool {
        let rest = bytes.dropFirst(index + 2)
        return zip(rest, rest.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: "]") }
    }
}
