// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import Testing

struct DialectTests {
    @Test(
        "What RE2 and Python read alike is accepted",
        arguments: [
            "", "a|", "(|a)", "()", "(?:)", "(?P<port>a)", "(?i)(?s)a", "(?ims)a", "(?i:a)", "(?i-s:a)", "(?-m:a)",
            "^a$", #"\Aa"#, #"\bword\b"#, #"\d\D\s\S\w\W"#, #"\n\r\t\a\f\v"#, #"\x00\x7f\xff"#, #"\.\_\ \/\=\""#,
            "a*?b+?c??", "a{2}b{2,}c{2,3}?", "a{1000}", "a{0}", "x{", "x{}", "x{a}", "x{1.3}", "x{1,2", "{", "}", "]",
            "{*",
            "[a-z]", "[]]", "[^]]", "[a-]", "[-a]", "[a-b-c]", #"[\d-]"#, #"[\]\-\\]"#, "[[]", "[a[:]", "[a&&b]",
            "[a||b~~]",
            "[+--]", "[.]", "[$^*]", "(?:^)*", "a\tb", "(((((a)))))", "[{}]", "[(?=)]", #"\(?=\)"#,
        ]
    )
    func accepted(pattern: String) throws {
        _ = try Pattern(pattern)
    }

    struct Refusal: CustomTestStringConvertible {
        var pattern: String
        var offset: Int
        /// What the message must name.
        var name: String

        init(_ pattern: String, _ offset: Int, _ name: String) {
            self.pattern = pattern
            self.offset = offset
            self.name = name
        }

        var testDescription: String { pattern }
    }

    @Test(
        "Everything else is refused where it stands, and by name",
        arguments: [
            Refusal("a(?=b)", 1, "look-ahead"), Refusal("a(?!b)", 1, "look-ahead"),
            Refusal("(?<=a)b", 0, "look-behind"),
            Refusal("(?<!a)b", 0, "look-behind"), Refusal(#"(a)\1"#, 3, "back-reference"),
            Refusal("(?P<n>a)(?P=n)", 8, "back-reference"), Refusal("(?P>n)", 0, "back-reference"),
            Refusal("(?>a)", 0, "atomic"), Refusal("a++", 1, "possessive"), Refusal("a*+", 1, "possessive"),
            Refusal("a?+", 1, "possessive"), Refusal("a{2}+", 1, "possessive"), Refusal("(a)(?(1)b|c)", 3, "condition"),
            Refusal("(?#x)a", 0, "comment"), Refusal("(?<n>a)", 0, "name"), Refusal("(?'n'a)", 0, "name"),
            Refusal("(?P<1n>a)", 0, "name"), Refusal("(?P<n-m>a)", 0, "name"), Refusal("(?P<n", 0, "name"),
            Refusal("(?P<n>a)(?P<n>b)", 8, "`n`"), Refusal("(?Pa)", 0, "`(?P`"),
            Refusal("(?U)a", 0, "`(?U`"), Refusal("(?x)a", 0, "`(?x`"), Refusal("(?a)a", 0, "`(?a`"),
            Refusal("(?u)a", 0, "`(?u`"), Refusal("(?L)a", 0, "`(?L`"), Refusal("(?-i)a", 0, "`(?-i)`"),
            Refusal("(?i-s)a", 0, "`(?i-s)`"), Refusal("a(?i)b", 1, "beginning"), Refusal("((?i)a)", 1, "beginning"),
            Refusal("|(?i)a", 1, "beginning"), Refusal("(?i-i:a)", 0, "both on and off"),
            Refusal("(?-:a)", 0, "off nothing"),
            Refusal("(?i", 0, "never closed"), Refusal("(?", 0, "never closed"), Refusal("(?)", 0, "`(?)`"),
            Refusal(#"a\z"#, 1, #"`\z`"#), Refusal(#"a\Z"#, 1, #"`\Z`"#), Refusal(#"\Qa\E"#, 0, #"`\Q`"#),
            Refusal(#"a\E"#, 1, #"`\E`"#), Refusal(#"\C"#, 0, #"`\C`"#), Refusal(#"\pL"#, 0, #"`\p`"#),
            Refusal(#"\P{L}"#, 0, #"`\P`"#), Refusal(#"\X"#, 0, #"`\X`"#), Refusal(#"\K"#, 0, #"`\K`"#),
            Refusal(#"\G"#, 0, #"`\G`"#), Refusal(#"\R"#, 0, #"`\R`"#), Refusal(#"\N"#, 0, #"`\N`"#),
            Refusal(#"\h"#, 0, #"`\h`"#), Refusal(#"\y"#, 0, #"`\y`"#), Refusal(#"a\B"#, 1, #"`\B`"#),
            Refusal(#"\0"#, 0, "octal"), Refusal(#"\123"#, 0, "octal"), Refusal(#"\12"#, 0, "octal"),
            Refusal(#"[\1]"#, 1, "octal"), Refusal(#"\x{41}"#, 0, #"`\x{`"#), Refusal(#"\x4"#, 0, "two hexadecimal"),
            Refusal(#"\x4g"#, 0, "two hexadecimal"), Refusal(#"\x+4"#, 0, "two hexadecimal"),
            Refusal(#"\x-0"#, 0, "two hexadecimal"), Refusal(#"[\x-0]"#, 1, "two hexadecimal"),
            Refusal(#"\u0041"#, 0, #"`\u`"#), Refusal(#"\U00000041"#, 0, #"`\U`"#),
            Refusal(#"a\"#, 1, "end of the pattern"), Refusal(#"[\b]"#, 1, "backspace"), Refusal(#"[\A]"#, 1, #"`\A`"#),
            Refusal(#"[\B]"#, 1, #"`\B`"#), Refusal(#"[\pL]"#, 1, #"`\p`"#),
            Refusal("[[:alpha:]]", 1, "POSIX"), Refusal("[a[:x:]b]", 2, "POSIX"), Refusal("[[:]a:]", 1, "POSIX"),
            Refusal("[a", 0, "never closed"), Refusal("a[]", 1, "never closed"), Refusal("[^]", 0, "never closed"),
            Refusal("[a-", 0, "never closed"), Refusal("[z-a]", 1, "upside down"), Refusal(#"[\d-z]"#, 1, "range"),
            Refusal(#"[a-\d]"#, 1, "range"), Refusal("[a--]", 1, "upside down"),
            Refusal("*a", 0, "nothing to repeat"), Refusal("a|*", 2, "nothing to repeat"),
            Refusal("(+)", 1, "nothing to repeat"), Refusal("{2}", 0, "nothing to repeat"),
            Refusal("(?i)*", 4, "nothing to repeat"), Refusal("a**", 2, "another quantifier"),
            Refusal("a*??", 3, "another quantifier"), Refusal("a{2}{3}", 4, "another quantifier"),
            Refusal("^*", 1, "place"), Refusal("a$?", 2, "place"), Refusal(#"\b+"#, 2, "place"),
            Refusal(#"\A{2}"#, 2, "place"),
            Refusal("a{,3}", 1, "`{,3}`"), Refusal("a{,}", 1, "`{,}`"), Refusal("a{01}", 1, "`{01}`"),
            Refusal("a{1,02}", 1, "`{1,02}`"), Refusal("a{1001}", 1, "1000"), Refusal("a{1,1001}", 1, "1000"),
            Refusal("a{99999999999999999999}", 1, "1000"), Refusal("a{3,2}", 1, "upside down"),
            Refusal("(a", 0, "never closed"), Refusal("a(b(c)", 1, "never closed"), Refusal("a)", 1, "no group"),
            Refusal("aé", 1, "ASCII"), Refusal("a\nb", 1, "line break"), Refusal("a\r", 1, "line break"),
            Refusal("a\0", 1, "0x00"), Refusal("\u{7F}", 0, "0x7f"), Refusal("a{1000}(b{500}){3}", 15, "RE2"),
        ]
    )
    func refused(_ refusal: Refusal) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(refusal.pattern) }
        #expect(error.offset == refusal.offset)
        #expect(error.message.contains(refusal.name), "\(error.message)")
        #expect(error.message.first?.isUppercase == false && !error.message.hasSuffix("."))
    }

    @Test(
        "A hint says what to write instead",
        arguments: [
            ("a{,3}", "`{0,3}`"), (#"a\z"#, "leave it out"), ("(?<n>a)", "(?P<n"), ("[[:alpha:]]", "[A-Za-z]"),
            ("a++", "leave the `+` out"), ("a(?i)b", "(?i:"), (#"\Q"#, #"`\`"#),
        ]
    )
    func hint(pattern: String, expected: String) throws {
        let error = try #require(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error.hint?.contains(expected) == true, "\(error.hint ?? "none")")
    }
}
