// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One element of a line of keyword arguments, as tor's key-value lines have them: `K=V`, `K="V"`, `K` or a value alone.
package struct KeywordArgument: Hashable, Sendable {
    package var keyword: String?
    package var value: String?
    /// Whether the value stood in quotes, so that it is written as it was meant to be read.
    package var isQuoted: Bool

    package init(keyword: String?, value: String?, isQuoted: Bool = false) {
        self.keyword = keyword
        self.value = value
        self.isQuoted = isQuoted
    }

    /// What a line may hold beside `K=V`; which command takes what is tor's to say (its syntax table).
    package struct Forms: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Values alone, without a keyword.
        package static let positional = Forms(rawValue: 1)
        /// Keywords alone, without a value.
        package static let flags = Forms(rawValue: 2)
        /// Values in quotes, read as C strings.
        package static let quoted = Forms(rawValue: 4)
    }

    /// The arguments of a line, or nil if tor could not read it, or could read it otherwise than we do.
    ///
    /// Space, tab, CR, VT and LF separate; a single quote stands only where quoted values may. Stricter than tor: a quoted
    /// value ends at a separator (tor reads `A="x"B=y` as two arguments), an unquoted one holds no quote, and of escapes only
    /// `\"`, `\\` and `\'` are taken, which mean the same in both dialects.
    package static func parse(_ text: String, _ forms: Forms) -> [KeywordArgument]? {
        text.withBytes { parse($0, forms) }
    }

    static func parse(_ text: UnsafeRawBufferPointer, _ forms: Forms) -> [KeywordArgument]? {
        var arguments: [KeywordArgument] = []
        var index = 0
        while true {
            while index < text.count, isSeparator(text[index]) { index += 1 }
            guard index < text.count else { return arguments }
            guard arguments.count < Limits.keywordArguments,
                let argument = parseOne(text, &index, forms),
                index == text.count || isSeparator(text[index])
            else { return nil }
            arguments.append(argument)
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0D, 0x0B, 0x0A: true
        default: false
        }
    }

    private static func isAnyQuote(_ byte: UInt8) -> Bool { byte == .quote || byte == UInt8(ascii: "'") }

    private static func parseOne(
        _ text: UnsafeRawBufferPointer,
        _ index: inout Int,
        _ forms: Forms
    ) -> KeywordArgument? {
        func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

        var keyword: String?
        if text[index] != .quote {
            let end = text[index...].firstIndex { isSeparator($0) || $0 == .equals } ?? text.count
            let word = index..<end
            if end < text.count, text[end] == .equals {
                guard !word.isEmpty, !text[word].contains(where: isAnyQuote) else { return nil }
                keyword = string(word)
                index = end + 1
            } else if forms.contains(.flags) {
                guard !text[word].contains(where: isAnyQuote) else { return nil }
                index = end
                return KeywordArgument(keyword: string(word), value: nil)
            }
        }
        guard keyword != nil || forms.contains(.positional) else { return nil }
        guard index < text.count, text[index] == .quote else {
            let value = index..<(text[index...].firstIndex(where: isSeparator) ?? text.count)
            let hasQuote =
                forms.contains(.quoted) ? text[value].contains(.quote) : text[value].contains(where: isAnyQuote)
            guard !hasQuote else { return nil }
            index = value.upperBound
            return KeywordArgument(keyword: keyword, value: string(value))
        }
        let rest = UnsafeRawBufferPointer(rebasing: text[index...])
        guard forms.contains(.quoted),
            let c = QuotedString.decode(rest, .c), let plain = QuotedString.decode(rest, .specification),
            c == plain
        else { return nil }
        index += c.length
        return KeywordArgument(keyword: keyword, value: String(decoding: c.bytes, as: UTF8.self), isQuoted: true)
    }

    /// The argument as it is sent; parsing it again gives the same value.
    package var encoded: String {
        switch (keyword, value) {
        case (let keyword?, .some): "\(keyword)=\(writtenValue)"
        case (let keyword?, nil): keyword
        case (nil, let value?) where value.isEmpty || value.utf8.contains(.equals): QuotedString.encode(value)
        case (nil, _): writtenValue
        }
    }

    /// The value as it is sent behind `K=`, in quotes if it was or must be; empty where there is none.
    package var writtenValue: String {
        guard let value else { return "" }
        let mustBeQuoted = value.utf8.contains { $0 == .quote || Self.isSeparator($0) }
        return isQuoted || mustBeQuoted ? QuotedString.encode(value) : value
    }
}
