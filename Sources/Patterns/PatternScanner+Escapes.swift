// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension PatternScanner {
    /// What a backslash and what follows it stand for.
    enum Escape {
        case character(UInt8)
        /// A set of characters: `\d`.
        case set
        /// A place between characters: `\b`.
        case assertion
    }

    mutating func scanEscape(inClass: Bool) throws(PatternError) -> Escape {
        let start = index
        guard let letter = peek(1) else {
            throw PatternError(
                message: "`\\` at the end of the pattern stands before nothing",
                offset: start,
                hint: #"write `\\` for the character itself"#
            )
        }
        index += 2
        switch letter {
        case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "s"), UInt8(ascii: "S"), UInt8(ascii: "w"),
            UInt8(ascii: "W"):
            return .set
        case UInt8(ascii: "b") where !inClass, UInt8(ascii: "A") where !inClass:
            return .assertion
        case UInt8(ascii: "n"): return .character(0x0A)
        case UInt8(ascii: "r"): return .character(0x0D)
        case UInt8(ascii: "t"): return .character(0x09)
        case UInt8(ascii: "a"): return .character(0x07)
        case UInt8(ascii: "f"): return .character(0x0C)
        case UInt8(ascii: "v"): return .character(0x0B)
        case UInt8(ascii: "x"):
            return .character(try scanHexadecimal(from: start))
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            throw PatternError(
                message: "`\(text(from: start))` is a back-reference or an octal number, depending on the reader",
                offset: start,
                hint: #"write a byte as `\x` and two hexadecimal digits; back-references have no replacement"#
            )
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            throw refusal(of: letter, at: start, inClass: inClass)
        default:
            return .character(letter)
        }
    }

    private mutating func scanHexadecimal(from start: Int) throws(PatternError) -> UInt8 {
        let digits = bytes.dropFirst(index).prefix(2)
        // Swift reads a sign as well, also that of -0.
        guard digits.count == 2, !digits.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }),
            let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else {
            throw PatternError(
                message: sees("{") ? #"`\x{` is known to RE2 alone"# : #"`\x` wants two hexadecimal digits"#,
                offset: start,
                hint: #"write `\x20` for a blank, for instance"#
            )
        }
        index += 2
        return byte
    }

    private func refusal(of letter: UInt8, at start: Int, inClass: Bool) -> PatternError {
        let name = "`\\\(Character(Unicode.Scalar(letter)))`"
        return switch letter {
        case UInt8(ascii: "b"):
            PatternError(
                message: "\(name) in a class is a backspace to Python and an error to RE2",
                offset: start,
                hint: #"write `\x08` for a backspace"#
            )
        case UInt8(ascii: "B") where !inClass:
            PatternError(
                message: "\(name) is not the same in RE2 and Python: they differ over an empty text",
                offset: start,
                hint: #"say which characters may stand around the place, or use `\b`"#
            )
        case UInt8(ascii: "z"), UInt8(ascii: "Z"):
            PatternError(
                message: "\(name) is known to only one of RE2 and Python",
                offset: start,
                hint: "leave it out: a pattern matches the whole text anyway"
            )
        case UInt8(ascii: "Q"), UInt8(ascii: "E"):
            PatternError(
                message: "\(name) is known to RE2 alone",
                offset: start,
                hint: #"write a `\` in front of each special character"#
            )
        case UInt8(ascii: "p"), UInt8(ascii: "P"):
            PatternError(
                message: "\(name) is known to RE2 alone",
                offset: start,
                hint: "write the characters out, as in `[A-Za-z]`"
            )
        case UInt8(ascii: "C"):
            PatternError(message: "\(name) is known to RE2 alone", offset: start, hint: "use `.`")
        case UInt8(ascii: "u"), UInt8(ascii: "U"), UInt8(ascii: "N"):
            PatternError(
                message: "\(name) is known to Python alone",
                offset: start,
                hint: #"write a byte as `\x` and two hexadecimal digits"#
            )
        default:
            PatternError(
                message: "\(name) means nothing to RE2 and Python\(inClass ? " in a class" : "")",
                offset: start,
                hint: #"leave the `\` out for the letter itself"#
            )
        }
    }
}
