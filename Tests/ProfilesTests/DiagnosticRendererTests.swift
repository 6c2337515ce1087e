// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing
import YAML

@Suite struct DiagnosticRendererTests {
    private func render(_ source: String, at mark: Mark?, isColoured: Bool = false, hint: String? = nil) -> String {
        DiagnosticRenderer(sources: ["a.yml": Array(source.utf8)], isColoured: isColoured)
            .render(Diagnostic(file: "a.yml", mark: mark, severity: .error, message: "no", hint: hint))
    }

    @Test(
        "the caret stands below the character that is meant",
        arguments: [
            ("key: value\n", 6, "  key: value\n       ^\n"),
            ("key: value", 11, "  key: value\n            ^\n"),
            ("\tkey\n", 2, "      key\n      ^\n"),
            ("日本: x\n", 3, "  日本: x\n      ^\n"),
            ("e\u{301}: x\n", 3, "  e\u{301}: x\n   ^\n"),
            ("a\u{1B}[2Jb\n", 6, "  a\\u{1b}[2Jb\n            ^\n"),
            ("\u{FEFF}a: b\n", 1, "  a: b\n  ^\n"),
            ("a: b\r\n", 4, "  a: b\n     ^\n"),
        ]
    )
    func caret(source: String, column: Int, excerpt: String) {
        let text = render(source, at: Mark(line: 1, column: column))
        #expect(text == "a.yml:1:\(column): error: no\n" + excerpt)
    }

    @Test("of a long line the part around the place is shown")
    func longLine() {
        let source = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
        let lines = render(source, at: Mark(line: 1, column: 501)).split(separator: "\n").map(Array.init)
        #expect(lines.count == 3)
        #expect(lines[1].count <= 104)
        #expect(lines[1].firstIndex(of: "X") == lines[2].firstIndex(of: "^"))
        #expect(lines[1].last == "…")
    }

    @Test(
        "without a place, or where the place is not in the file, there is no excerpt",
        arguments: [nil, Mark(line: 9, column: 1)])
    func noExcerpt(mark: Mark?) {
        #expect(render("a: b\n", at: mark).split(separator: "\n").count == 1)
    }

    @Test("a hint comes last")
    func hint() {
        #expect(render("a\n", at: Mark(line: 1, column: 1), hint: "do").hasSuffix("\n  ^\nhint: do\n"))
    }

    @Test("there is colour only where it was asked for")
    func colour() {
        #expect(!render("a\n", at: .start, hint: "do").contains("\u{1B}"))
        #expect(render("a\n", at: .start, isColoured: true).contains("\u{1B}[1;31merror:\u{1B}[0m"))
    }
}
