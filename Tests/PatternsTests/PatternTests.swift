// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore
import Patterns
import TestSupport
import Testing

struct PatternTests {
    @Test(
        "A text matches only as a whole",
        arguments: [
            ("a|b", "a", true), ("a|b", "b", true), ("a|b", "ab", false), ("a|b", "ax", false), ("a|b", "xb", false),
            ("ab|a", "ab", true), ("a|ab", "ab", true), ("a*?", "aaa", true), ("", "", true), ("", "x", false),
            ("^a$", "a", true), ("a$", "a\n", false), ("a.c", "abc", true), ("a.c", "a\nc", false),
            ("version", "Version", false), ("(?i)version", "VERSION", true), ("(?i:a)b", "Ab", true),
            ("(?i:a)b", "AB", false), (#"\S+"#, "a b", false), (#"\x41\.\[\]"#, "A.[]", true), ("[]a-]+", "]-a", true),
            (#"\d{1.3}"#, "1{1.3}", true), ("a{2}", "aa", true), ("a{2}", "aaa", false), ("x{", "x{", true),
        ]
    )
    func wholeText(pattern: String, text: String, expected: Bool) throws {
        let pattern = try Pattern(pattern)
        #expect(pattern.matches(text) == expected)
        #expect(pattern.match(text) == (expected ? .match : .noMatch))
        #expect((pattern.captures(in: text) != nil) == expected)
    }

    @Test("Bytes are matched, not characters")
    func bytes() throws {
        let byte = try Pattern(".")
        #expect(!byte.matches("é"))
        #expect([0xE9].withUnsafeBytes { byte.matches(UnsafeRawBufferPointer(rebasing: $0[..<1])) })
        #expect(try Pattern("..").matches("é"))
        #expect(try Pattern(#"\xc3\xa9"#).matches("é"))
        #expect(try Pattern(#"a\x00b"#).matches("a\0b"))
    }

    @Test(
        "Captures are what the parentheses took, and empty where they took no part",
        arguments: [
            (#"NEW:(\S+) Port=(\d+)"#, "NEW:BEST Port=80", ["BEST", "80"]),
            ("a(b)?(c)", "ac", ["", "c"]),
            ("(a)|(b)", "b", ["", "b"]),
            ("(?P<name>a+?)(a*)", "aaa", ["a", "aa"]),
            ("(a+)(a*)", "aaa", ["aaa", ""]),
            ("(?:a)(())", "a", ["", ""]),
            ("(x*)", "", [""]),
            ("abc", "abc", []),
        ]
    )
    func captures(pattern: String, text: String, expected: [String]) throws {
        let pattern = try Pattern(pattern)
        let captures = try #require(pattern.captures(in: text))
        #expect((0..<captures.count).map { String(decoding: captures[$0], as: UTF8.self) } == expected)
        #expect(pattern.captureCount == expected.count)
        var buffer = ByteBuffer(string: "skipped" + text)
        buffer.moveReaderIndex(forwardBy: 7)
        #expect(pattern.captures(in: buffer) == captures)
    }

    @Test("A text without an address is an empty text")
    func noAddress() throws {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(try Pattern("(a?)").captures(in: nothing) == Captures([[]]))
        #expect(try !Pattern("a").matches(nothing))
    }

    @Test(
        "A blank is literal only where it is asked for by name",
        arguments: [
            ("a b", true), (#"a\ b"#, true), (#"a\x20b"#, true), ("a[ ]b", true), ("[a ,]", true), (#"[\x20]"#, true),
            (#"[\ -]"#, true), ("(?: )?", true), ("version", false), (".*", false), (#"\s"#, false), (#"\S+"#, false),
            (#"\D"#, false), ("[^ ]+", false), (#"[^\x20]"#, false), ("[ -~]", false), (#"[\t- ]"#, false),
            ("[^,]", false),
            (#"\x2020"#, true), (#"\\x20"#, false), ("", false),
        ]
    )
    func literalBlank(pattern: String, expected: Bool) throws {
        #expect(try Pattern(pattern).hasLiteralBlank == expected)
    }

    @Test(
        "Hostile patterns and texts take linear time",
        .timeLimit(.minutes(1)),
        arguments: ["(a*)*b", "(a|a)*b", "(?:a+)+b", "(a?){50}a{50}a*b", "(.*)(.*)(.*)(.*)(.*)b", "(?:a*a*)*b"]
    )
    func linear(pattern: String) throws {
        let pattern = try Pattern(pattern)
        let text = String(repeating: "a", count: 1 << 16)
        #expect(pattern.match(text) == .noMatch)
        #expect(pattern.captures(in: text) == nil)
        #expect(pattern.match(text + "b") == .match)
        #expect(pattern.captures(in: text + "b") != nil)
    }

    @Test("Where the cache of states cannot suffice the answer is exact all the same")
    func cacheOverflow() throws {
        let pattern = try Pattern("(?:a|b)*(a)(?:a|b){40}")
        var generator = SplitMix64(seed: 7)
        for _ in 0..<4 {
            let text = (0..<60_000).map { _ in Bool.random(using: &generator) ? UInt8(ascii: "a") : UInt8(ascii: "b") }
            let expected = text[text.count - 41] == UInt8(ascii: "a")
            #expect(text.withUnsafeBytes { pattern.match($0) } == (expected ? .match : .noMatch))
            #expect((text.withUnsafeBytes { pattern.captures(in: $0) } != nil) == expected)
        }
    }

    @Test("A pattern whose program is larger than its memory is refused")
    func memory() throws {
        let large = String(repeating: "[a-c]{1000}", count: 200)
        #expect(throws: PatternError.self) { try Pattern(large) }
        #expect(try Pattern("[a-c]{1000}").matches(String(repeating: "b", count: 1000)))
    }

    @Test("A text longer than the bound is neither a match nor none")
    func longestText() throws {
        let pattern = try Pattern("(a)*")
        let longest = [UInt8](repeating: UInt8(ascii: "a"), count: Pattern.longestText)
        #expect(longest.withUnsafeBytes { pattern.match($0) } == .match)
        let longer = longest + [UInt8(ascii: "a")]
        longer.withUnsafeBytes { bytes in
            #expect(pattern.match(bytes) == .failed)
            #expect(!pattern.matches(bytes))
            #expect(pattern.captures(in: bytes) == nil)
        }
    }

    @Test("One pattern serves many tasks at once")
    func concurrency() async throws {
        let pattern = try Pattern(#"NEW:(\S+) Port=(\d+)"#)
        let count = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    pattern.captures(in: "NEW:BEST Port=\(number)")?[1] == Array(String(number).utf8)
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(count == 200)
    }
}
