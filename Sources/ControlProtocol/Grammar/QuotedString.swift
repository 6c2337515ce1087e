// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A string between double quotes, in the two ways that tor's parsers undo its escapes.
///
/// control-spec section 2.1.1 says that a backslash stands for the character behind it; tor reads the values of SETCONF and
/// of events as C strings, where `\n` is a line break. What means two things is accepted in neither.
package enum QuotedString {
    package enum Dialect: Hashable, Sendable, CaseIterable {
        /// `\x` is `x` (tor's qstring).
        case specification
        /// `\n`, `\r`, `\t`, `\\`, `\"`, `\'`, one to three octal digits, `\x` or `\X` and two hexadecimal ones; no line
        /// break within the quotes (tor's unescape_string).
        case c
    }

    /// The decoded bytes and the place behind the closing quote; nil if the text does not begin with a whole quoted string.
    package static func decode(_ text: Substring.UTF8View, _ dialect: Dialect) -> (bytes: [UInt8], end: String.Index)? {
        guard let (bytes, length) = Substring(text).withBytes({ decode($0, dialect) }) else { return nil }
        return (bytes, text.index(text.startIndex, offsetBy: length))
    }

    /// The decoded bytes, and how many they were as written, quotes included.
    static func decode(_ text: UnsafeRawBufferPointer, _ dialect: Dialect) -> (bytes: [UInt8], length: Int)? {
        guard text.first == .quote else { return nil }
        var bytes: [UInt8] = []
        var index = 1
        while index < text.count {
            let byte = text[index]
            index += 1
            switch byte {
            case .quote:
                return (bytes, index)
            case .backslash:
                guard let escaped = decodeEscape(text, &index, dialect) else { return nil }
                bytes.append(escaped)
            case .lineFeed where dialect == .c:
                return nil
            default:
                bytes.append(byte)
            }
        }
        return nil
    }

    private static func decodeEscape(
        _ text: UnsafeRawBufferPointer,
        _ index: inout Int,
        _ dialect: Dialect
    ) -> UInt8? {
        guard index < text.count else { return nil }
        let byte = text[index]
        index += 1
        guard dialect == .c else { return byte }
        switch byte {
        case UInt8(ascii: "n"): return .lineFeed
        case UInt8(ascii: "r"): return .carriageReturn
        case UInt8(ascii: "t"): return 0x09
        case .quote, .backslash, UInt8(ascii: "'"): return byte
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard index + 1 < text.count, let high = text[index].hexadecimalValue,
                let low = text[index + 1].hexadecimalValue
            else { return nil }
            index += 2
            return high << 4 | low
        case _ where byte.isOctalDigit:
            var value = UInt16(byte - UInt8(ascii: "0"))
            for _ in 0..<2 where index < text.count && text[index].isOctalDigit {
                value = value * 8 + UInt16(text[index] - UInt8(ascii: "0"))
                index += 1
            }
            return UInt8(exactly: value)
        default:
            return nil
        }
    }

    /// The text between quotes, with a backslash before each quote and backslash: the same in both dialects.
    package static func encode(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = [.quote]
        for byte in text.utf8 {
            if byte == .quote || byte == .backslash { bytes.append(.backslash) }
            bytes.append(byte)
        }
        bytes.append(.quote)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text as tor writes strings of its own: as ``encode(_:)``, and with a backslash before an apostrophe, and whatever is
    /// not printable ASCII as three octal digits. To be read as a C string.
    package static func encodeEscaped(_ text: some StringProtocol) -> String {
        let quoted = text.utf8.map { byte in
            switch byte {
            case .quote, .backslash, UInt8(ascii: "'"): "\\" + String(UnicodeScalar(byte))
            case _ where byte.isPrintable: String(UnicodeScalar(byte))
            default: "\\" + [byte >> 6, byte >> 3 & 7, byte & 7].map { String($0) }.joined()
            }
        }
        return "\"\(quoted.joined())\""
    }

    /// Whether any quoted string in the text holds, once decoded in either dialect, a byte that is not printable ASCII.
    ///
    /// `SETCONF Nickname="a\r\n250 OK"` makes tor repeat the decoded value in its error text, where it looks like a second
    /// reply. Which quote opens a string depends on the reader (to tor none does inside an unquoted value, as in
    /// `ContactInfo=a"b`), so everything behind the first quote is looked at as if it stood in a string: behind any quote, be
    /// it taken for an opening, a closing or an escaped one, every reader is at the beginning of a character again. Strings
    /// that do not end, or whose escapes are none, are looked at as far as they go.
    package static func hidesControlCharacters(_ text: String) -> Bool {
        text.withBytes { hidesControlCharacters($0) }
    }

    static func hidesControlCharacters(_ text: UnsafeRawBufferPointer) -> Bool {
        guard var index = text.firstIndex(of: .quote, from: 0) else { return false }
        while index < text.count {
            let byte = text[index]
            index += 1
            guard byte.isPrintable else { return true }
            guard byte == .backslash else { continue }
            var lookAhead = index
            if let value = decodeEscape(text, &lookAhead, .c), !value.isPrintable { return true }
            // Only the one character is stepped over: what follows is looked at under the other dialect too.
            guard index < text.count else { break }
            guard text[index].isPrintable else { return true }
            index += 1
        }
        return false
    }
}
