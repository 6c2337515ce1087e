// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension Scalar {
    /// The place of the character that holds the `offset`th byte of the text's UTF-8, in the stream that the scalar was read
    /// from; `offset` may be that of the text's end. This is where a caret goes.
    ///
    /// Known for plain and quoted scalars on a single line, escapes being counted as they are written; of others the place
    /// where the text begins.
    package func mark(ofOffset offset: Int, in source: [UInt8]) -> Mark {
        guard style != .literal, style != .folded, textMark.line == lastLine, offset > 0,
            let start = Self.offset(of: textMark, in: source)
        else { return textMark }
        let wanted = min(offset, text.utf8.count)
        var position = start
        var column = textMark.column
        var done = 0
        while done < wanted, position < source.count {
            let character = Self.character(at: position, in: source, style: style)
            guard done + character.textLength <= wanted else { break }
            done += character.textLength
            position += character.sourceLength
            column += character.columns
        }
        return Mark(line: textMark.line, column: column)
    }

    /// One character of the text as it stands in the source.
    private struct Written {
        /// Bytes in the source.
        var sourceLength: Int
        /// Characters in the source.
        var columns: Int
        /// Bytes in the text.
        var textLength: Int
    }

    private static func character(at position: Int, in source: [UInt8], style: Style) -> Written {
        let byte = source[position]
        let next = position + 1 < source.count ? source[position + 1] : nil
        if style == .singleQuoted, byte == UInt8(ascii: "'"), next == byte {
            return Written(sourceLength: 2, columns: 2, textLength: 1)
        }
        if style == .doubleQuoted, byte == UInt8(ascii: "\\"), let next {
            let digits =
                switch next {
                case UInt8(ascii: "x"): 2
                case UInt8(ascii: "u"): 4
                case UInt8(ascii: "U"): 8
                default: 0
                }
            let length = 2 + digits
            return Written(
                sourceLength: length, columns: length, textLength: width(of: next, digits: digits, at: position))
        }
        let length = 1 + source.dropFirst(position + 1).prefix(while: SourceText.continues).count
        return Written(sourceLength: length, columns: 1, textLength: length)

        /// Bytes that an escape comes to in the text.
        func width(of letter: UInt8, digits: Int, at position: Int) -> Int {
            switch letter {
            case UInt8(ascii: "N"), UInt8(ascii: "_"):
                // U+0085 and U+00A0
                return 2
            case UInt8(ascii: "L"), UInt8(ascii: "P"):
                // U+2028 and U+2029
                return 3
            default:
                let number = String(decoding: source.dropFirst(position + 2).prefix(digits), as: UTF8.self)
                return UInt32(number, radix: 16).flatMap(Unicode.Scalar.init).map(UTF8.width) ?? 1
            }
        }
    }

    private static func offset(of mark: Mark, in source: [UInt8]) -> Int? {
        var line = 1
        var position = 0
        while line < mark.line {
            guard let end = source[position...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            position = end + 1
            line += 1
        }
        var column = 1
        while column < mark.column, position < source.count {
            position += 1
            while position < source.count, SourceText.continues(source[position]) { position += 1 }
            column += 1
        }
        return position
    }
}
