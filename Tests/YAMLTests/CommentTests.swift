// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

struct CommentTests {
    @Test(
        "Comments are what the scanner takes for none of its text",
        arguments: [
            ("a: b  # c", ["1:7 # c"]), ("# a\n# b\n", ["1:1 # a", "2:1 # b"]), ("", []), ("a: 'b # c'", []),
            ("a: \"b \\\" # c\" # d", ["1:15 # d"]), ("a: ['it''s # b', c] # d", ["1:21 # d"]),
            ("a: b#c # d", ["1:8 # d"]),
            ("a: | # b\n  # c\n  d # e\n# f\n", ["1:6 # b", "4:1 # f"]), ("a: >-\n\n  # b\n\n# c\n", ["5:1 # c"]),
            ("- &x # a\n  'b # c' # d\n", ["1:6 # a", "2:11 # d"]), ("a: 'é # b' # ü", ["1:12 # ü"]),
            ("a: 'b\n  # c\n  ' # d\n", ["3:5 # d"]), ("a: b # c\r\nd: e # f\r\n", ["1:6 # c", "2:6 # f"]),
            ("%YAML 1.1 # a\n---\nb: c # d\n", ["1:11 # a", "3:6 # d"]),
            // Of what cannot be scanned there are those before it.
            ("a: b # c\nd: @e # f\n", ["1:6 # c"]),
        ]
    )
    func comments(_ text: String, expected: [String]) {
        #expect(YAMLReader.comments(Array(text.utf8)).map { "\($0.mark) \($0.text)" } == expected)
    }
}
