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
        var arguments: [KeywordArgument] = []
        var rest = text[...].utf8
        while true {
            rest = rest.drop(while: isSeparator)
            guard !rest.isEmpty else { return arguments }
            guard arguments.count < Limits.keywordArguments,
                let argument = parseOne(&rest, forms),
                rest.isEmpty || rest.first.map(isSeparator) == true
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

    private static func parseOne(_ rest: inout Substring.UTF8View, _ forms: Forms) -> KeywordArgument? {
        var keyword: String?
        if rest.first != .quote {
            let word = rest.prefix { !isSeparator($0) && $0 != .equals }
            let behind = rest[word.endIndex...]
            if behind.first == .equals {
                guard !word.isEmpty, !word.contains(where: isAnyQuote) else { return nil }
                keyword = String(decoding: word, as: UTF8.self)
                rest = behind.dropFirst()
            } else if forms.contains(.flags) {
                guard !word.contains(where: isAnyQuote) else { return nil }
                rest = behind
                return KeywordArgument(keyword: String(decoding: word, as: UTF8.self), value: nil)
            }
        }
        guard keyword != nil || forms.contains(.positional) else { return nil }
        guard rest.first == .quote else {
            let value = rest.prefix { !isSeparator($0) }
            guard !value.contains(where: forms.contains(.quoted) ? { $0 == .quote } : isAnyQuote) else { return nil }
            rest = rest[value.endIndex...]
            return KeywordArgument(keyword: keyword, value: String(decoding: value, as: UTF8.self))
        }
        guard forms.contains(.quoted),
            let c = QuotedString.decode(rest, .c), let plain = QuotedString.decode(rest, .specification),
            c == plain
        else { return nil }
        rest = rest[c.end...]
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
