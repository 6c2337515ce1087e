// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore
import Patterns
import TestSupport
import Testing

/// What a pattern's plain beginning or open end decides must be what RE2 would.
struct BeginningTests {
    /// Within a group a pattern has neither a plain beginning nor an open end, so that RE2 is asked about all of it. Flags for the whole
    /// pattern stay in front.
    private static func askingRE2(_ source: String) throws -> Pattern {
        let flags = ["(?i)", "(?m)", "(?s)"].first { source.hasPrefix($0) } ?? ""
        return try Pattern("\(flags)(?:\(source.dropFirst(flags.count)))")
    }

    @Test(
        "A pattern matches what it matches without a look at its beginning or end",
        arguments: [
            "", "a", "ab", "ab*", "ab?", "ab+c", "ab{2}", "ab{0}", "ab{0,1}c", "a|b", "ab|ac", "ab(c|d)", "ab(c)|d",
            "a(b|)c",
            "^ab", "ab$", "a^b", "(?i:ab)c", "(?i:a)b", "ab.", "ab[cd]", "a[|]b", #"a\|b"#, #"a\.b"#, #"ab\b"#, "x{",
            "a{b", "a]b",
            "a}b", "ab cd", "ab(", "(?:ab|a)b", "ab*?", "a-b", "650 ab", "a/b=c",
            // What goes on as it likes.
            ".*", ".+", "a.*", "ab.+", "ab.*?", "ab.+?", "ab.?", #"a\.*"#, #"a\\.*"#, "a[.]*", "a(.*)", "(?:a.*)",
            "a.*b", "a.*.*", "a.+.+",
            "a|b.*", "(a|ab)(c|bcd)(d*).*", "(a*).*", "(a*).+", "(a*?)(b*).+", "(a+)(a+).*", "(.*)( .*).+", "(a)?b.*",
            "(a|b)*.+", "(?i)ab.*",
            "(?s)ab.*", "(?m)a$.*", "a$.*", "^.*", "^a.+", #"a\b.*"#, #"(a.)\b.+"#, "()+.*", "(|a)+.*",
            "([^ ]+) ([^ ]+) .*", "(a.*)b.*",
            #"(a\n)?b.*"#, "[^b]*.*", "a{2.*", "(a{2}).*", "(b)*.*.+",
        ])
    func beginnings(source: String) throws {
        guard let pattern = try? Pattern(source) else { return }
        let slow = try Self.askingRE2(source)
        var random = SplitMix64(seed: 81)
        let pieces = [
            "a", "b", "c", "d", "A", "B", "|", ".", "{", "}", "]", " ", "x", "-", "/", "=", "650 ", "ab", "\0", "\n",
            "é",
        ]
        let texts =
            (0..<300).map { _ in random.text(0...5, of: pieces) } + [source, source + "b", String(source.dropLast())]
        for text in texts {
            #expect(pattern.match(text) == slow.match(text), "\(text.debugDescription)")
            #expect(pattern.captures(in: text) == slow.captures(in: text), "\(text.debugDescription)")
        }
    }

    @Test func `a text that is too long stays unknown, whatever it begins with`() throws {
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: Pattern.longestText + 1)
        #expect(try text.withUnsafeBytes { try Pattern("abc").match($0) } == .failed)
    }

    @Test(
        "A text is rewritten in one go to what its captures fill in",
        arguments: [
            ("650 A (.+) (.+) (.+)", "650 A {} {} {}"), ("650 A (.+) (.+) (.+)", "{2} {0}"), ("(a)|(b)", "<{}{}>"),
            ("650 (.*)", "nothing of it"), ("650 .*", "{client-address}:{client-port}"), ("(x*)(y*)", "{1}{0}{1}"),
            ("()", "{}"), ("650 (.)*", "{{{}}}"), ("a", ""),
        ])
    func rewriting(pattern source: String, template text: String) throws {
        let pattern = try Pattern(source)
        let template = try Template(text, captureCount: pattern.captureCount)
        let texts = [
            "", "a", "b", "xxyy", "x", "650 ", "650 A 1 2 3", "650 A a b c d", "650 A  1 2", "650 é\0", "651 A 1 2 3",
        ]
        for text in texts {
            let bytes = ByteBuffer(string: text)
            let fact = { (variable: Template.Variable) in "<\(variable.rawValue)>" }
            let expected = pattern.captures(in: bytes).map { template.expand($0, fact) }
            switch bytes.withUnsafeReadableBytes({ pattern.rewrite($0, by: template, fact) }) {
            case .match(let rewritten): #expect(Array(rewritten.readableBytesView) == expected, "\(text)")
            case .noMatch: #expect(expected == nil, "\(text)")
            case .failed: Issue.record("\(text) could not be matched")
            }
        }
    }

    @Test func `a pattern of many groups is rewritten like one of few`() throws {
        let pattern = try Pattern(String(repeating: "(.)", count: 40))
        let template = try Template("{39}{0}{17}", captureCount: 40)
        let text = (0..<40).map { String($0 % 10) }.joined()
        guard
            case .match(let rewritten) = ByteBuffer(string: text).withUnsafeReadableBytes({
                pattern.rewrite($0, by: template) { _ in "" }
            })
        else {
            Issue.record("no match")
            return
        }
        #expect(String(buffer: rewritten) == "907")
    }
}
