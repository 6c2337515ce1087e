// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import TestSupport
import Testing

struct PropertyTests {
    private static let pieces = [
        "a", "b", "-", " ", ".", "^", "$", "*", "+", "?", "{", "}", "{2}", "{,2}", "{0,1}", "(", ")", "(?:", "(?i)",
        "(?i:",
        "(?P<n>", "(?=", "[", "]", "[^", "[:", ":]", "|", "\\", #"\d"#, #"\b"#, #"\x4"#, #"\x41"#, #"\1"#, "é", "\0",
    ]

    @Test("Any text is a pattern or an error inside it, and one that is accepted can be matched", arguments: 0..<8)
    func anyPattern(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            let source = Self.random(Self.pieces, upTo: 12, using: &generator)
            let text = Self.random(["a", "b", "-", " ", "A", "]", "\n", "\0"], upTo: 6, using: &generator)
            do throws(PatternError) {
                let pattern = try Pattern(source)
                let captures = pattern.captures(in: text)
                #expect(pattern.match(text) == (captures == nil ? .noMatch : .match), "\(source) \(text)")
                #expect(captures == nil || captures?.count == pattern.captureCount)
            } catch {
                #expect((0...source.utf8.count).contains(error.offset), "\(source)")
            }
        }
    }

    @Test("Any text is a template or an error inside it, and adds no control character of its own", arguments: 0..<8)
    func anyTemplate(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let pieces = [
            "a", "{", "}", "{}", "{0}", "{1}", "{{", "}}", "{client-port}", "!", ":", ".", "\n", "\r", "\0", "\t", "é",
        ]
        let captures = Captures([Array("x".utf8), Array("y".utf8)])
        var accepted = 0
        for _ in 0..<2000 {
            let source = Self.random(pieces, upTo: 5, using: &generator)
            do throws(PatternError) {
                let result = try Template(source, captureCount: 2).expand(captures) { _ in "80" }
                #expect(result.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "\(source)")
                accepted += 1
            } catch {
                #expect((0...source.utf8.count).contains(error.offset), "\(source)")
            }
        }
        #expect(accepted > 100)
    }

    private static func random(_ pieces: [String], upTo limit: Int, using generator: inout SplitMix64) -> String {
        (0..<Int.random(in: 0...limit, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }
}
