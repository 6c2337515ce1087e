// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How tor's C code takes bytes apart, for what reads commands as tor does. Nothing here knows how this project reads them.
enum TorBytes {
    /// TOR_ISSPACE (src/lib/string/compat_ctype.c).
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// What `strspn` and `strcspn` are given in kvline_parse: no form feed.
    static func isKeywordSeparator(_ byte: UInt8) -> Bool { isSpace(byte) && byte != 0x0C }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// `strcasecmp` and `strncasecmp` compare these.
    static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    /// As a C string: up to the first NUL.
    static func cString(_ bytes: some Sequence<UInt8>) -> [UInt8] { Array(bytes.prefix { $0 != 0 }) }

    static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

    /// smartlist_split_string with SPLIT_SKIP_SPACE and SPLIT_IGNORE_BLANK (src/lib/container/smartlist_split.c): split at one byte, white
    /// space of any kind cut off both ends of each part, what is empty then left out.
    static func split(_ bytes: [UInt8], at separator: UInt8, most: Int = .max) -> [[UInt8]] {
        bytes.split(separator: separator, maxSplits: most == .max ? .max : most - 1, omittingEmptySubsequences: false)
            .map { Array(stripped($0)) }
            .filter { !$0.isEmpty }
    }

    static func stripped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
        return rest
    }

    /// tor_parse_long in base 10 without a `next` (src/lib/string/parse_int.c), which is `strtol`: white space and a sign may stand before
    /// the digits, and nothing behind them.
    static func number(_ bytes: [UInt8], in range: ClosedRange<Int>) -> Int? {
        var rest = bytes.drop(while: isSpace)
        let sign = rest.first == 0x2D || rest.first == 0x2B ? rest.popFirst() : nil
        guard !rest.isEmpty, rest.allSatisfy(isDigit), let value = Int(text(rest)) else { return nil }
        let number = sign == 0x2D ? -value : value
        return range.contains(number) ? number : nil
    }
}
