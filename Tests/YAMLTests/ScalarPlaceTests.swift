// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

struct ScalarPlaceTests {
    @Test(
        "An offset into a scalar's text has a place in the source",
        arguments: [
            // source, offset, line, column
            ("- a(b", 0, 1, 3), ("- a(b", 2, 1, 5), ("- a(b", 3, 1, 6), ("- a(b", 99, 1, 6), ("- éa", 2, 1, 4),
            ("- éa", 1, 1, 3), ("- 'it''s(x'", 0, 1, 4), ("- 'it''s(x'", 3, 1, 8), ("- 'it''s(x'", 4, 1, 9),
            (##"- "\\S(x""##, 1, 1, 6), (##"- "\x41\u00e9\U0001F9C5x""##, 1, 1, 8),
            (##"- "\x41\u00e9\U0001F9C5x""##, 3, 1, 14),
            (##"- "\x41\u00e9\U0001F9C5x""##, 7, 1, 24), (##"- "\_\L\t\"x""##, 2, 1, 6), (##"- "\_\L\t\"x""##, 5, 1, 8),
            (##"- "\_\L\t\"x""##, 7, 1, 12), ("- !!str 'ab'", 1, 1, 11), ("\n\n- 'ab'", 1, 3, 5),
            // Several lines: only the beginning is known.
            ("- |\n  a(b\n", 2, 2, 3), ("- >\n  a(b\n", 2, 2, 3), ("- 'a\n  (b'", 2, 1, 4), ("- a\n  (b", 2, 1, 3),
        ]
    )
    func place(source: String, offset: Int, line: Int, column: Int) throws {
        let bytes = Array(source.utf8)
        let scalar = try #require(YAMLReader.read(bytes).first?.sequence?.first?.scalar)
        #expect(scalar.mark(ofOffset: offset, in: bytes) == Mark(line: line, column: column))
    }

    @Test("Bytes of another stream give no place outside it")
    func otherSource() {
        let scalar = Scalar(text: "abc", style: .plain, textMark: Mark(line: 3, column: 2), lastLine: 3)
        #expect(scalar.mark(ofOffset: 2, in: Array("x".utf8)) == scalar.textMark)
    }
}
