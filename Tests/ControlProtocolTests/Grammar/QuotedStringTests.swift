// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct QuotedStringTests {
    /// The decoded bytes made visible, `|`, and what stands behind the closing quote.
    private static func decoded(_ text: String, _ dialect: QuotedString.Dialect) -> String? {
        QuotedString.decode(text[...].utf8, dialect).map { visible($0.bytes) + "|" + text[$0.end...] }
    }

    @Test(
        "The two dialects differ in what stands behind a backslash",
        arguments: [
            Row(#""""#, ["|", "|"]), Row(#""a b""#, ["a b|", "a b|"]), Row(#""a"b"#, ["a|b", "a|b"]),
            Row(#""a" "b""#, [#"a| "b""#, #"a| "b""#]),
            Row(#""a\"b""#, [#"a"b|"#, #"a"b|"#]), Row(#""a\\""#, [#"a\\|"#, #"a\\|"#]),
            Row(#""\\n""#, [#"\\n|"#, #"\\n|"#]),
            Row(#""\'""#, ["'|", "'|"]), Row(#""\n""#, ["n|", #"\n|"#]), Row(#""\r""#, ["r|", #"\r|"#]),
            Row(#""\t""#, ["t|", #"\t|"#]),
            Row(#""\x41""#, ["x41|", "A|"]), Row(#""\X41""#, ["X41|", "A|"]), Row(#""\x0A""#, ["x0A|", #"\n|"#]),
            Row(#""\x4""#, ["x4|", nil]),
            Row(#""\x""#, ["x|", nil]), Row(#""\xg0""#, ["xg0|", nil]), Row(#""\x+1""#, ["x+1|", nil]),
            Row(#""\x414""#, ["x414|", "A4|"]),
            Row(#""\101""#, ["101|", "A|"]), Row(#""\12""#, ["12|", #"\n|"#]), Row(#""\0""#, ["0|", #"\x00|"#]),
            Row(#""\1018""#, ["1018|", "A8|"]),
            Row(#""\18""#, ["18|", #"\x018|"#]), Row(#""\377""#, ["377|", #"\xff|"#]), Row(#""\400""#, ["400|", nil]),
            Row(#""\8""#, ["8|", nil]),
            Row(#""\q""#, ["q|", nil]), Row(#""\?""#, ["?|", nil]), Row(#""\a""#, ["a|", nil]),
            Row(#"""#, [nil, nil]), Row(#""a"#, [nil, nil]), Row(#""a\"#, [nil, nil]), Row(#""a\""#, [nil, nil]),
            Row("", [nil, nil]),
            Row(#"a"b""#, [nil, nil]), Row("\"a\nb\"", [#"a\nb|"#, nil]),
        ] as [Row<[String?]>])
    func dialects(row: Row<[String?]>) {
        #expect([Self.decoded(row.input, .specification), Self.decoded(row.input, .c)] == row.expected)
    }

    @Test("A text that is quoted comes back in both dialects", arguments: UInt64(0)..<20)
    func roundTrip(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let text = generator.text(0...12, from: #"ab\\""' nrtx01="#)
            for dialect in QuotedString.Dialect.allCases {
                #expect(Self.decoded(QuotedString.encode(text), dialect) == visible(text) + "|", "\(text)")
            }
        }
    }

    @Test(
        "A control character or a byte over 0x7E is found in any quoted string, however it is written",
        arguments: [
            Row("", false), Row("GETINFO version", false), Row(#"a="b""#, false), Row(#"a="b\"c\\d\'e""#, false),
            Row(#"a="\x41\101""#, false),
            Row(#"a="a\r\n250 OK""#, true), Row(#"a="\n""#, true), Row(#"a="\t""#, true), Row(#"a="\12""#, true),
            Row(#"a="\0""#, true),
            Row(#"a="\7""#, true), Row(#"a="\012x""#, true), Row(#"a="\177""#, true), Row(#"a="\377""#, true),
            Row(#"a="\x0d""#, true),
            Row(#"a="\x0D\x0A""#, true), Row(#"a="\xff""#, true), Row(#"a="\X0d""#, true), Row(#"a="\X0A250""#, true),
            // What an escaped backslash leaves is a plain letter, to both dialects.
            Row(#"a="C:\\new""#, false), Row(#"a="\\\n""#, true), Row(#"a="\\\\n""#, false), Row(#"a="\\\\\n""#, true),
            Row(#"a="\"\n""#, true), Row(#"a="\"" b="\n""#, true), Row(#"a="b" c="\n""#, true),
            Row(#"a="\\" c="\n""#, true),
            // A quote inside an unquoted value opens nothing to tor, so that the next one does.
            Row(#"a=b"c d="\n""#, true), Row(#"a=b"c d="\\n""#, false), Row(#"a="b"c" d="\r\n250 OK""#, true),
            Row(#"a=" b="\n" "#, true),
            Row(#"a=b\"c d="\n""#, true), Row(#"a=\" d="\n""#, true), Row(#"a="b"\" d="\n""#, true),
            // Not ended, or badly ended: looked at as far as it goes.
            Row(#"a="\n"#, true), Row(#"a="b\"#, false), Row(#"a="\q\n""#, true), Row(#"a="\x\n""#, true),
            Row(#"a="\400\n""#, true),
            // Outside of quotes a backslash is itself.
            Row(#"a=C:\new"#, false), Row(#"a=\n b="c""#, false), Row(#"\\"#, false),
            Row("a=\"b\nc\"", true), Row("a=\"\u{E9}\"", true), Row("a=\"b\\\u{7}\"", true),
        ])
    func hiddenControlCharacters(row: Row<Bool>) {
        #expect(QuotedString.hidesControlCharacters(row.input) == row.expected)
    }

    @Test("Whatever place a reader takes for the beginning of a string, nothing hides in it", arguments: UInt64(0)..<40)
    func nothingHides(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let text = generator.text(1...12, of: ["\"", "\"", "\\", "\\", "n", "x0a", "X0d", "12", "a", " ", "="])
            let hides = text.indices.contains { start in
                QuotedString.Dialect.allCases.contains { dialect in
                    QuotedString.decode(text[start...].utf8, dialect)?.bytes.contains { !$0.isPrintable } == true
                }
            }
            if hides { #expect(QuotedString.hidesControlCharacters(text), "\(text)") }
        }
    }

    @Test(
        "Looking for them costs in proportion to the text",
        .disabled(if: isSanitized, "what work costs is another matter with a sanitizer"),
        arguments: ["\"", "\\", "\"\\\\", "\\\""]
    )
    func isLinear(piece: String) {
        func look(_ count: Int) {
            _ = QuotedString.hidesControlCharacters("a=\"" + String(repeating: piece, count: count))
        }
        #expect(costRatio(small: { look(2000) }, large: { look(32_000) }) < 64)
    }

    @Test(
        "Tor's way of writing a string of its own",
        arguments: [
            Row("/run/tor/control.authcookie", #""/run/tor/control.authcookie""#), Row("", "\"\""),
            Row(#"/d/ä'b/c'o "x"\y"#, #""/d/\303\244\'b/c\'o \"x\"\\y""#), Row("\u{1}\u{7F}\n", #""\001\177\012""#),
        ])
    func encodesEscaped(row: Row<String>) throws {
        let encoded = QuotedString.encodeEscaped(row.input)
        #expect(encoded == row.expected)
        #expect(QuotedString.decode(encoded[...].utf8, .c)?.bytes == Array(row.input.utf8))
    }
}
