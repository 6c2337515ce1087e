// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension SourceText {
    /// The place of what follows anchor and tag, over blanks, comments and line breaks, but no further than `limit`.
    mutating func markAfterProperties(from start: Mark, upTo limit: Mark) -> Mark {
        var offset = offset(of: start)
        var mark = start
        var isFirst = true
        while mark < limit, offset < bytes.count {
            let byte = bytes[offset]
            let begins = byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "#")
            if begins, isFirst {
                let ending: (UInt8) -> Bool =
                    byte == UInt8(ascii: "#")
                    ? { $0 == UInt8(ascii: "\n") } : { $0 <= UInt8(ascii: " ") }
                while offset < bytes.count, !ending(bytes[offset]) {
                    if !Self.continues(bytes[offset]) { mark.column += 1 }
                    offset += 1
                }
                isFirst = false
            } else if byte == UInt8(ascii: "\n") {
                mark = Mark(line: mark.line + 1, column: 1)
                offset += 1
                isFirst = true
            } else if byte <= UInt8(ascii: " ") {
                mark.column += 1
                offset += 1
                isFirst = true
            } else {
                break
            }
        }
        return min(mark, limit)
    }

    /// Where the text of a scalar begins whose quote, `|`, `>` or first character stands at `place`.
    mutating func textMark(of style: Scalar.Style, at place: Mark) -> Mark {
        switch style {
        case .plain: place
        case .singleQuoted, .doubleQuoted: Mark(line: place.line, column: place.column + 1)
        case .literal, .folded: firstCharacter(after: place)
        }
    }

    /// The first character that is no blank on the lines below; `place` itself if there is none.
    private mutating func firstCharacter(after place: Mark) -> Mark {
        var line = place.line + 1
        var column = 1
        guard let end = bytes.dropFirst(offset(of: place)).firstIndex(of: UInt8(ascii: "\n")) else { return place }
        for byte in bytes[(end + 1)...] {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                column = 1
            case UInt8(ascii: " "), UInt8(ascii: "\r"):
                column += 1
            default:
                return Mark(line: line, column: column)
            }
        }
        return place
    }
}
