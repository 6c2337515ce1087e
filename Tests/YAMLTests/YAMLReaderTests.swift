// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

struct YAMLReaderTests {
    @Test(
        "Streams become one root for each document",
        arguments: [
            ("", []), ("# only a comment\n", []), ("\n\n", []), ("a: b", ["{a: b}"]), ("- a\n- b\n", ["[a, b]"]),
            ("[a, {b: c}]", ["[a, {b: c}]"]), ("--- a\n--- b\n...\n", ["a", "b"]), ("---\n---\n", ["", ""]),
            ("- a: 1\n  b:\n    - x\n    - y\n- c\n", ["[{a: 1, b: [x, y]}, c]"]), ("? a\n: b\n", ["{a: b}"]),
            ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", ["{a: x\ny\n, b: x y}"]), ("a:\nb: ''\n", ["{a: , b: }"]),
            (#"- 'it''s'"# + "\n" + #"- "a\tb\x41\u00e9""#, ["[it's, a\tbAé]"]), ("a: b\r\nc: d\r\n", ["{a: b, c: d}"]),
            ("- 'a\n  b'\n", ["[a b]"]), ("%YAML 1.1\n--- a\n", ["a"]), ("é: ü", ["{é: ü}"]),
            (#"- "a\0b""#, ["[a\0b]"]),
            ("- &a x\n- *a\n- &b [y, *a]\n- *b\n", ["[x, x, [y, x], [y, x]]"]), ("&a a: *a", ["{a: a}"]),
            ("- &a x\n---\n- &a y\n- *a", ["[x]", "[y, y]"]), ("- !!str 1\n- !!map {}\n- !!seq []", ["[1, {}, []]"]),
        ]
    )
    func documents(source: String, expected: [String]) throws {
        #expect(try YAMLReader.read(Array(source.utf8)).map(Self.describe) == expected)
    }

    @Test("A key that is there twice is found among many, and the first is kept", arguments: [2, 16, 17, 18, 40])
    func repeatedKeys(count: Int) throws {
        let lines = (1...count).map { "k\($0): \($0)" }
        for repeated in [1, count / 2, count] where repeated > 0 {
            let source = (lines + ["k\(repeated): again", "last: x"]).joined(separator: "\n")
            let (documents, repetitions) = try YAMLReader.readThrough(Array(source.utf8))
            #expect(
                repetitions.map(\.message)
                    == ["the key `k\(repeated)` is here a second time; the first is on line \(repeated)"])
            #expect(repetitions.first?.mark == Mark(line: count + 1, column: 1))
            #expect(documents.first?.mapping?.count == count + 1)
        }
    }

    private static func describe(_ node: Node) -> String {
        switch node.content {
        case .scalar(let scalar): scalar.text
        case .sequence(let nodes): "[" + nodes.map(describe).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { describe($0.key) + ": " + describe($0.value) }.joined(separator: ", ") + "}"
        }
    }

    @Test("Every node knows where it begins and ends")
    func places() throws {
        let source = """
            # header
            - name: é x
              list: [a, 'b c']  # tail
              text: |
                pattern
              empty:
            - &anchor !!str "q"
            - *anchor
            """
        let root = try #require(YAMLReader.read(Array(source.utf8)).first)
        let nodes = try #require(root.sequence)
        let entries = try #require(nodes[0].mapping)
        #expect((root.mark, root.end) == (Mark(line: 2, column: 1), Mark(line: 8, column: 10)))
        #expect((nodes[0].mark, nodes[0].end) == (Mark(line: 2, column: 3), Mark(line: 6, column: 9)))
        #expect((entries[0].key.mark, entries[0].key.end) == (Mark(line: 2, column: 3), Mark(line: 2, column: 7)))
        #expect((entries[0].value.mark, entries[0].value.end) == (Mark(line: 2, column: 9), Mark(line: 2, column: 12)))
        #expect((entries[1].value.mark, entries[1].value.end) == (Mark(line: 3, column: 9), Mark(line: 3, column: 19)))
        #expect(entries[1].value.sequence?[1].scalar?.textMark == Mark(line: 3, column: 14))
        #expect(entries[2].value.mark == Mark(line: 4, column: 9))
        #expect(entries[2].value.scalar?.textMark == Mark(line: 5, column: 5))
        #expect((entries[3].value.mark, entries[3].value.end) == (Mark(line: 6, column: 9), Mark(line: 6, column: 9)))
        #expect((nodes[1].mark, nodes[1].end) == (Mark(line: 7, column: 3), Mark(line: 7, column: 20)))
        #expect(nodes[1].scalar?.textMark == Mark(line: 7, column: 18))
        #expect(nodes[1].scalar?.tag == "tag:yaml.org,2002:str")
        #expect((nodes[2].mark, nodes[2].end) == (Mark(line: 8, column: 3), Mark(line: 8, column: 10)))
        #expect(nodes[2].content == nodes[1].content)
    }

    @Test(
        "The style of a scalar is kept",
        arguments: [
            ("a", .plain), ("'a'", .singleQuoted), ("\"a\"", .doubleQuoted), ("|\n a", .literal), (">\n a", .folded),
        ] as [(String, Scalar.Style)]
    )
    func style(source: String, expected: Scalar.Style) throws {
        #expect(try YAMLReader.read(Array(source.utf8)).first?.scalar?.style == expected)
    }

    @Test(
        "The text begins behind what introduces it",
        arguments: [
            ("'a'", 1, 2), ("&x 'a'", 1, 5), ("!!str &x a", 1, 10), ("!!str\n# note\n  'a'", 3, 4),
            ("a: |\n\n   b\n", 3, 4),
            ("a: &x >-\n  b", 2, 3), ("a: !!str |\n  b\n", 2, 3), ("!<tag:yaml.org,2002:str> a", 1, 26),
            ("[&a , b]", 1, 4),
            ("a: |", 1, 4), ("a: |2\n", 1, 4),
        ]
    )
    func textMark(source: String, line: Int, column: Int) throws {
        let root = try #require(YAMLReader.read(Array(source.utf8)).first)
        let scalar = root.scalar ?? root.mapping?.first?.value.scalar ?? root.sequence?.first?.scalar
        #expect(scalar?.textMark == Mark(line: line, column: column))
    }

    @Test(
        "What cannot be read is refused where it stands",
        arguments: [
            ("a: [b", 1, 6, "flow sequence"), ("a: b\na: c", 2, 1, "line 1"), ("'x': 1\nb: 2\nx: 3", 3, 1, "`x`"),
            ("- {a: 1, a: 2}", 1, 10, "`a`"), ("a: b: c", 1, 5, "mapping values"), ("\ta: b", 1, 1, "cannot start"),
            ("a:\n  b: c\n d: e", 3, 2, "key"), ("a: 'b", 1, 6, "end of stream"), ("a: \"\\d\"", 1, 5, "escape"),
            ("<<: x", 1, 1, "merge"), ("- &a {b: c}\n- <<: *a", 2, 3, "merge"), ("? [a]\n: b", 1, 3, "scalar"),
            ("{a: b}: c", 1, 1, "scalar"), ("- &a [b]\n- *a : c", 2, 3, "scalar"), ("- !foo a", 1, 3, "`!foo`"),
            ("- !!python/object:x a", 1, 3, "python"), ("! a", 1, 1, "`!`"), ("!!binary aGk=", 1, 1, "binary"),
            ("!!set {a}", 1, 1, "set"), ("!!int x", 1, 1, "`!!int`"), ("!!bool 'x'", 1, 1, "`!!bool`"),
            ("!!str [a]", 1, 1, "`!!str`"), ("!!map [a]", 1, 1, "`!!map`"), ("!!seq {}", 1, 1, "`!!seq`"),
            ("!!map a", 1, 1, "`!!map`"), ("- *a", 1, 3, "`*a`"), ("- &a x\n---\n- *a", 3, 3, "`*a`"),
            ("&a [*a]", 1, 5, "inside"), ("- &a x\n- &a y", 2, 3, "line 1"), ("&a [&a b]", 1, 5, "inside"),
            ("a: b\u{7}", 1, 5, "0x7"), ("a: \u{85}", 1, 4, "0x85"), ("é\u{FEFF}", 1, 2, "byte order mark"),
            ("\u{FEFF}a", 1, 1, "byte order mark"), ("a\rb", 1, 2, "0xd"), ("a\r", 1, 2, "0xd"),
            ("- a\n- \u{2028}", 2, 3, "separator"),
            ("a: \0", 1, 4, "0x0"), ("\u{FFFE}", 1, 1, "0xfffe"), ("a: @b", 1, 4, "cannot start"),
        ]
    )
    func refused(source: String, line: Int, column: Int, name: String) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(Array(source.utf8)) }
        #expect(error.mark == Mark(line: line, column: column))
        #expect(error.message.contains(name), "\(error.message)")
        #expect(error.message.first?.isUppercase == false && !error.message.hasSuffix("."))
    }

    @Test(
        "Bytes that are not UTF-8 are refused where they stand",
        arguments: [
            ([0x61, 0x0A, 0x62, 0xFF], 2, 2), ([0xC3, 0xA9, 0xC3], 1, 2), ([0xED, 0xA0, 0x80], 1, 1),
            ([0xC0, 0x80], 1, 1),
            ([0xFF, 0xFE, 0x61, 0x00], 1, 1), ([0xF4, 0x90, 0x80, 0x80], 1, 1),
        ] as [([UInt8], Int, Int)]
    )
    func notUTF8(bytes: [UInt8], line: Int, column: Int) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(bytes) }
        #expect(error.mark == Mark(line: line, column: column))
        #expect(error.message == "this is not UTF-8")
    }

    @Test(
        "A hint says what to write instead",
        arguments: [
            ("\ta: b", "not tabs"), ("a: b: c", "quotes"), ("a: \"\\d\"", "single quotes"), ("- *", "quotes"),
            ("a:\n  b: c\n d: e", "indented"), ("- !foo a", "leave the tag out"), ("- *a", "quotes"),
        ]
    )
    func hint(source: String, expected: String) throws {
        let error = try #require(throws: YAMLError.self) { try YAMLReader.read(Array(source.utf8)) }
        #expect(error.hint?.contains(expected) == true, "\(error.hint ?? "none")")
    }
}
