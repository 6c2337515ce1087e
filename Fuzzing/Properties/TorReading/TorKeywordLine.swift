// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A line of keyword arguments as tor reads it: kvline_parse (src/lib/encoding/kvline.c).
enum TorKeywordLine {
    struct Pair: Hashable, Sendable {
        var key: [UInt8]
        var value: [UInt8]
    }

    /// KV_QUOTED and KV_OMIT_VALS; the commands that are read here use no other flags.
    struct Flags: OptionSet {
        let rawValue: UInt8
        static let quoted = Flags(rawValue: 1)
        static let omitValues = Flags(rawValue: 2)
    }

    /// Nil where tor says that it cannot parse them.
    static func parse(_ line: [UInt8], _ flags: Flags) -> [Pair]? {
        var pairs: [Pair] = []
        var rest = line[...]
        while true {
            rest = rest.drop(while: TorBytes.isKeywordSeparator)
            guard !rest.isEmpty else { break }
            guard let pair = next(&rest, flags) else { return nil }
            pairs.append(pair)
        }
        return pairs.allSatisfy { canEncode($0, flags) } ? pairs : nil
    }

    private static func next(_ rest: inout ArraySlice<UInt8>, _ flags: Flags) -> Pair? {
        // A key is needed: none of the commands sets KV_OMIT_KEYS.
        guard rest.first != 0x22 else { return nil }
        let key = rest.prefix { !TorBytes.isKeywordSeparator($0) && $0 != 0x3D }
        rest = rest[key.endIndex...]
        guard rest.first == 0x3D else {
            return flags.contains(.omitValues) && !key.isEmpty ? Pair(key: Array(key), value: []) : nil
        }
        rest = rest.dropFirst()
        guard !key.isEmpty else { return nil }
        if rest.first == 0x22 {
            guard flags.contains(.quoted), let value = unescape(&rest), !value.contains(0) else { return nil }
            return Pair(key: Array(key), value: value)
        }
        let value = rest.prefix { !TorBytes.isKeywordSeparator($0) }
        rest = rest[value.endIndex...]
        return Pair(key: Array(key), value: Array(value))
    }

    /// unescape_string (src/lib/encoding/cstring.c): leaves `rest` behind the closing quote.
    static func unescape(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var value: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case 0x22: return value
            case 0x0A: return nil
            case 0x5C:
                guard let escaped = escape(&rest) else { return nil }
                value.append(escaped)
            default: value.append(byte)
            }
        }
        return nil
    }

    private static func escape(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let letter = rest.popFirst() else { return nil }
        switch letter {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case 0x22, 0x27, 0x5C: return letter
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            let digits = TorBytes.text(rest.prefix(2))
            guard digits.utf8.count == 2, !digits.hasPrefix("+"), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            rest = rest.dropFirst(2)
            return value
        case 0x30...0x37:
            var value = Int(letter) - 0x30
            for _ in 0..<2 {
                guard let digit = rest.first, (0x30...0x37).contains(digit) else { break }
                value = value * 8 + Int(digit) - 0x30
                rest = rest.dropFirst()
            }
            return UInt8(truncatingIfNeeded: value)
        default: return nil
        }
    }

    /// kvline_can_encode_lines, which is asked behind every line that was read: what it could not write it does not take.
    private static func canEncode(_ pair: Pair, _ flags: Flags) -> Bool {
        guard !needsEscape(pair.key) else { return false }
        return !needsEscape(pair.value) || flags.contains(.quoted)
    }

    /// needs_escape, of a key and of a value that has one. `char` has a sign on most machines, so that bytes above 0x7F are
    /// found by not being printable.
    private static func needsEscape(_ bytes: [UInt8]) -> Bool {
        bytes.contains { $0 >= 0x7F || $0 <= 0x20 || $0 == 0x27 || $0 == 0x22 }
    }
}
