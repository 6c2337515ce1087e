// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct KeywordArgumentTests {
    /// Each argument as `keyword:value`, `-` where there is none, quoted values in angle brackets.
    private static func described(_ text: String, _ forms: KeywordArgument.Forms) -> [String]? {
        KeywordArgument.parse(text, forms)?.map { argument in
            let value = argument.value.map { argument.isQuoted ? "<\($0)>" : $0 } ?? "-"
            return "\(argument.keyword ?? "-"):\(value)"
        }
    }

    @Test(
        "With neither flags, positional nor quoted values every argument is K=V",
        arguments: [
            Row("", []), Row("  ", []), Row("a=b", ["a:b"]), Row("a=b c=d", ["a:b", "c:d"]),
            Row("  a=b   c=d  ", ["a:b", "c:d"]),
            Row("a=b\tc=d\re=f\u{0B}g=h\ni=j", ["a:b", "c:d", "e:f", "g:h", "i:j"]),
            Row("a=b\u{0C}c=d", ["a:b\u{0C}c=d"]),
            Row("a=", ["a:"]), Row("a= b=c", ["a:", "b:c"]), Row("a==b", ["a:=b"]), Row("a=b=c", ["a:b=c"]),
            Row("A=b a=c", ["A:b", "a:c"]),
            Row("a", nil), Row("a=b c", nil), Row("=b", nil), Row("a=b =c", nil), Row(#""a""#, nil),
            Row(#"a="b""#, nil), Row(#"a=b"c"#, nil),
            Row(#"a"b=c"#, nil), Row("a=b'c", nil), Row("a'b=c", nil),
        ] as [Row<[String]?>])
    func keywordsOnly(row: Row<[String]?>) {
        #expect(Self.described(row.input, []) == row.expected)
    }

    @Test(
        "Flags are keywords without a value",
        arguments: [
            Row("a", ["a:-"]), Row("a b=c d", ["a:-", "b:c", "d:-"]), Row("a=", ["a:"]), Row("=b", nil),
            Row(#""a""#, nil), Row(#"a"b"#, nil),
            Row(#"a=b"c"#, nil), Row("a'b", nil), Row("a= b", ["a:", "b:-"]), Row("a =b", nil),
        ] as [Row<[String]?>])
    func flags(row: Row<[String]?>) {
        #expect(Self.described(row.input, [.flags]) == row.expected)
        #expect(Self.described(row.input, [.flags, .quoted]) == row.expected)
    }

    @Test(
        "Positional values have no keyword",
        arguments: [
            Row("a", ["-:a"]), Row("a b=c d", ["-:a", "b:c", "-:d"]), Row(#""a b" c"#, ["-:<a b>", "-:c"]),
            Row(#""a=b""#, ["-:<a=b>"]),
            Row("=b", nil), Row(#""""#, ["-:<>"]),
        ] as [Row<[String]?>])
    func positional(row: Row<[String]?>) {
        #expect(Self.described(row.input, [.positional, .quoted]) == row.expected)
    }

    @Test(
        "A quoted value may hold blanks, quotes and backslashes, and nothing that two readers read in two ways",
        arguments: [
            Row(#"a="b c""#, ["a:<b c>"]), Row(#"a="" b="c""#, ["a:<>", "b:<c>"]),
            Row(#"a="b\"c\\d""#, [#"a:<b"c\d>"#]),
            Row(#"a="x=y z=w" b=c"#, ["a:<x=y z=w>", "b:c"]), Row(#"a="b" "#, ["a:<b>"]),
            Row(#"a="it's""#, ["a:<it's>"]),
            Row(#"a=it's"#, ["a:it's"]), Row(#"a=b\c"#, [#"a:b\c"#]), Row(#"a="\'""#, ["a:<'>"]),
            Row(#"a="b"c=d"#, nil), Row(#"a="b"""#, nil), Row(#"a="b"c"#, nil), Row(#"a="b"#, nil), Row(#"a="b\"#, nil),
            Row(#"a="b\""#, nil),
            Row(#"a="\n""#, nil), Row(#"a="\x41""#, nil), Row(#"a="\X41""#, nil), Row(#"a="\101""#, nil),
            Row(#"a="\q""#, nil),
            Row(#"a=b"c" d=e"#, nil), Row(#"a= "b c""#, nil),
        ] as [Row<[String]?>])
    func quoted(row: Row<[String]?>) {
        #expect(Self.described(row.input, [.quoted]) == row.expected)
    }

    @Test("A line holds at most so many arguments")
    func bound() {
        let most = Array(repeating: "a=b", count: Limits.keywordArguments)
        #expect(KeywordArgument.parse(most.joined(separator: " "), [])?.count == Limits.keywordArguments)
        #expect(KeywordArgument.parse((most + ["a=b"]).joined(separator: " "), []) == nil)
    }

    private static let forms: [KeywordArgument.Forms] = [
        [], [.flags], [.quoted], [.flags, .quoted], [.positional], [.positional, .quoted],
    ]

    @Test("What is parsed and encoded is parsed the same again, and then stays as it is", arguments: UInt64(0)..<40)
    func stable(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let text = generator.text(1...14, of: ["a", "B", "=", "=", " ", "\"", "\"", "\\", "'", "x y", "1"])
            for forms in Self.forms {
                guard let parsed = KeywordArgument.parse(text, forms) else { continue }
                let encoded = parsed.map(\.encoded).joined(separator: " ")
                #expect(KeywordArgument.parse(encoded, forms) == parsed, "\(text)")
            }
        }
    }

    @Test(
        "Single blanks between arguments and needed escapes alone are canonical, and come back to the byte",
        arguments: UInt64(0)..<20)
    func canonical(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let text = (0..<generator.int(1...5)).map { _ in
                let keyword = generator.text(1...4, from: "abcXYZ_09")
                return switch generator.int(0...2) {
                case 0: keyword
                case 1: keyword + "=" + generator.text(0...5, from: #"ab=\.,:'"#)
                default: keyword + "=" + QuotedString.encode(generator.text(0...5, from: #"ab =\""#))
                }
            }.joined(separator: " ")
            #expect(KeywordArgument.parse(text, [.flags, .quoted])?.map(\.encoded).joined(separator: " ") == text)
        }
    }

    @Test("A value is quoted where it could not be read otherwise", arguments: UInt64(0)..<20)
    func valuesComeBack(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let value = generator.text(0...8, from: #"ab =\"'"#)
            let named = KeywordArgument(keyword: "k", value: value)
            let parsed = try #require(KeywordArgument.parse(named.encoded, [.quoted]), "\(named.encoded)")
            #expect(parsed.map(\.keyword) == ["k"])
            #expect(parsed.map(\.value) == [value])
            let alone = KeywordArgument(keyword: nil, value: value)
            let again = try #require(KeywordArgument.parse(alone.encoded, [.positional, .quoted]), "\(alone.encoded)")
            #expect(again.map(\.keyword) == [nil])
            #expect(again.map(\.value) == [value])
        }
    }
}
