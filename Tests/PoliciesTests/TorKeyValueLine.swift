// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Tor's reader of key-value lines, written for the tests alone after `kvline_parse` in tor's src/lib/encoding/kvline.c, with
/// the flags of SETCONF (keys alone, C strings): what is held against the filter's own parser must share nothing with it.
enum TorKeyValueLine {
    /// Keys with values, a missing one as nil; nil if tor refuses the line.
    static func parse(_ line: String) -> [(key: String, value: [UInt8]?)]? {
        let text = Array(line.utf8) + [0]
        var found: [(key: String, value: [UInt8]?)] = []
        var at = 0
        while true {
            while isSpace(text[at]) { at += 1 }
            if text[at] == 0 { return found }
            guard text[at] != UInt8(ascii: "\"") else { return nil }
            let start = at
            while !isSpace(text[at]), text[at] != 0, text[at] != UInt8(ascii: "=") { at += 1 }
            let key = String(decoding: text[start..<at], as: UTF8.self)
            guard text[at] == UInt8(ascii: "=") else {
                found.append((key, nil))
                continue
            }
            at += 1
            if text[at] == UInt8(ascii: "\"") {
                guard let value = unescape(text, &at) else { return nil }
                found.append((key, value))
            } else {
                let start = at
                while !isSpace(text[at]), text[at] != 0 { at += 1 }
                found.append((key, Array(text[start..<at])))
            }
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [32, 9, 13, 11, 10].contains(byte) }

    /// Tor's `unescape_string`.
    private static func unescape(_ text: [UInt8], _ at: inout Int) -> [UInt8]? {
        var value: [UInt8] = []
        at += 1
        while true {
            let byte = text[at]
            at += 1
            switch byte {
            case 0, 10:
                return nil
            case UInt8(ascii: "\""):
                return value.contains(0) ? nil : value
            case UInt8(ascii: "\\"):
                let letter = text[at]
                at += 1
                switch letter {
                case UInt8(ascii: "n"): value.append(10)
                case UInt8(ascii: "r"): value.append(13)
                case UInt8(ascii: "t"): value.append(9)
                case UInt8(ascii: "x"), UInt8(ascii: "X"):
                    let digits = String(decoding: text[at..<min(at + 2, text.count)], as: UTF8.self)
                    guard digits.utf8.count == 2, let number = UInt8(digits, radix: 16) else { return nil }
                    value.append(number)
                    at += 2
                case UInt8(ascii: "0")...UInt8(ascii: "7"):
                    var number = Int(letter) - 48
                    for _ in 0..<2 where (48...55).contains(text[at]) {
                        number = number * 8 + Int(text[at]) - 48
                        at += 1
                    }
                    guard number <= 255 else { return nil }
                    value.append(UInt8(number))
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): value.append(letter)
                default: return nil
                }
            default:
                value.append(byte)
            }
        }
    }
}
