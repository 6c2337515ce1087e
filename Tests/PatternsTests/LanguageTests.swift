// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import TestSupport
import Testing

struct LanguageTests {
    private static let pieces = [
        "a", "b", "-", " ", ".", "^", "$", "*", "+", "?", "{2}", "{0,1}", "{1,}", "(", ")", "(?:", "(?i)", "(?i:",
        "[ab]", "[^a]",
        "[a-c-]", "|", #"\d"#, #"\S"#, #"\b"#, #"\x41"#, "(a|bc)",
    ]

    private static func randomPattern(using generator: inout SplitMix64) -> Pattern? {
        let count = Int.random(in: 0...8, using: &generator)
        let source = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        return try? Pattern(source)
    }

    private static func randomText(using generator: inout SplitMix64) -> String {
        (0..<Int.random(in: 0...5, using: &generator))
            .map { _ in ["a", "b", "c", "-", " ", "A", "1"].randomElement(using: &generator) ?? "" }.joined()
    }

    @Test("Every sample of a pattern is a text that it matches, and none comes twice", arguments: 0..<8)
    func samplesMatch(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var made = 0
        for _ in 0..<300 {
            guard let pattern = Self.randomPattern(using: &generator) else { continue }
            let samples = pattern.samples(limit: 20) { _ in ["ab", "1", "a b"] }
            #expect(samples.allSatisfy { pattern.matches($0) }, "\(pattern)")
            #expect(Set(samples).count == samples.count)
            made += samples.count
        }
        #expect(made > 200)
    }

    /// The samples of one pattern are held against the other: what one of them disproves must not have been said.
    @Test("What is said of two patterns is never disproved by a text", arguments: 0..<8)
    func relationsHold(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var (covered, disjoint) = (0, 0)
        for _ in 0..<300 {
            guard let one = Self.randomPattern(using: &generator), let other = Self.randomPattern(using: &generator)
            else {
                continue
            }
            let texts =
                one.samples(limit: 20) + other.samples(limit: 20)
                + (0..<20).map { _ in Self.randomText(using: &generator) }
            if one.isCovered(by: other, in: .arguments) {
                covered += 1
                #expect(!texts.contains { one.matches($0) && !other.matches($0) }, "\(one) in \(other)")
            }
            if one.isDisjoint(from: other, in: .arguments) {
                disjoint += 1
                #expect(!texts.contains { one.matches($0) && other.matches($0) }, "\(one) beside \(other)")
            }
        }
        #expect(covered > 5 && disjoint > 5)
    }

    struct Relation: CustomTestStringConvertible {
        let one: String
        let other: String
        let isCovered: Bool
        let isDisjoint: Bool
        var testDescription: String { "\(one) and \(other)" }
    }

    @Test(
        "Whether one pattern takes in another, or has nothing in common with it, is known",
        arguments: [
            Relation(one: "version", other: ".*", isCovered: true, isDisjoint: false),
            Relation(one: ".*", other: "version", isCovered: false, isDisjoint: false),
            Relation(one: "a|b", other: "[ab]", isCovered: true, isDisjoint: false),
            Relation(one: "(?i)a", other: "[aA]", isCovered: true, isDisjoint: false),
            Relation(one: "a{2,4}", other: "a+", isCovered: true, isDisjoint: false),
            Relation(one: "a{2,}", other: "a{3,}", isCovered: false, isDisjoint: false),
            Relation(one: "^a$", other: "a", isCovered: true, isDisjoint: false),
            Relation(one: "a^b", other: "x", isCovered: true, isDisjoint: true),
            Relation(one: #"\S+ Port=\d+"#, other: #"(\S+) Port=(\S+)"#, isCovered: true, isDisjoint: false),
            Relation(one: #"k=*"#, other: #"k=[^=].*"#, isCovered: false, isDisjoint: true),
            // What is not known is not claimed.
            Relation(one: #"\ba"#, other: "a", isCovered: false, isDisjoint: false),
        ]
    )
    func relation(_ relation: Relation) throws {
        let (one, other) = (try Pattern(relation.one), try Pattern(relation.other))
        #expect(one.isCovered(by: other, in: .arguments) == relation.isCovered)
        #expect(one.isDisjoint(from: other, in: .arguments) == relation.isDisjoint)
    }

    @Test("A pattern that takes too many states to compare is not compared")
    func largePatterns() throws {
        let large = try Pattern("(?:a{50}){20}(?:b{50}){20}")
        #expect(
            !large.isCovered(by: try Pattern("x(?:a{900})(?:b{900})(?:c{900})(?:d{900})(?:e{900})"), in: .arguments))
        #expect(
            !(try Pattern("(?:[ab]*a[ab]{12})")).isCovered(by: try Pattern("(?:[ab]*b[ab]{12})|a.*"), in: .arguments))
    }

    @Test("Samples show every alternative, and take a given word where a wildcard stands")
    func samplesShowAlternatives() throws {
        let pattern = try Pattern(#"(NEW|OLD):(\S+)( x)?"#)
        let samples = pattern.samples(limit: 50) { $0.hasSuffix(":") ? ["BEST"] : [] }
        #expect(samples.first == "NEW:BEST")
        #expect(samples.contains("OLD:BEST") && samples.contains("NEW:BEST x"))
    }

    @Test("A dot that nobody has escaped is a dot in the first sample")
    func dots() throws {
        #expect(try Pattern("127.0.0.1:22").samples(limit: 3).first == "127.0.0.1:22")
        #expect(try Pattern("[^/]").samples(limit: 3).first == "a")
    }

    @Test(
        "What every match begins with is known",
        arguments: [
            ("ns/id/01[0-9A-F]{38}", "ns/id/01"), ("version", "version"), (#"\S+ a"#, ""), ("(?:ab|ac)d", "a"),
            ("^ab", "ab"),
            ("(?i)ab", ""), ("(?i)1a", "1"), ("(ab)+c", "ab"), ("(ab)?c", ""), ("a|b", ""), (#"a\.b*"#, "a."), ("", ""),
        ]
    )
    func prefix(_ source: String, expected: String) throws {
        let pattern = try Pattern(source)
        #expect(String(decoding: pattern.literalPrefix, as: UTF8.self) == expected)
        for sample in pattern.samples(limit: 20) { #expect(sample.hasPrefix(expected)) }
    }

    @Test(
        "Whether a match may hold a blank is known",
        arguments: [("a.*", true), (#"\S+"#, false), ("a b", true), ("[!-~]+", false)])
    func blanks(_ source: String, expected: Bool) throws {
        #expect(try Pattern(source).mayHoldBlank == expected)
    }

    @Test(
        "Several patterns cover together what none of them covers alone",
        arguments: [
            ("a|b", ["a", "b"], true), ("a|b|c", ["a", "b"], false), ("[a-z]+", ["[a-m].*", "[n-z].*"], true),
            ("[a-z]*", ["[a-m].*", "[n-z].*"], false), ("a", [], false),
        ]
    )
    func union(_ source: String, others: [String], expected: Bool) throws {
        let patterns = try others.map { try Pattern($0) }
        #expect(try Pattern(source).isCovered(byAnyOf: patterns, in: .arguments) == expected)
    }

    @Test("A text is quoted so that the pattern matches it alone")
    func quoting() throws {
        let text = #"a.b*c+d?e(f)[g]{1}^h$i|j\k"#
        #expect(try Pattern(Pattern.quoting(text)).matches(text))
        #expect(try !Pattern(Pattern.quoting("a.b")).matches("axb"))
    }

    @Test(
        "What is read otherwise than it is meant is named",
        arguments: [
            (#"250-status/bootstrap-phase=*"#, [26]), (#"ns/id/*"#, [5]), (#"\d{1.3}"#, [2]), ("176[0-]", [3]),
            ("a=*|b=*", [1, 5]),
            // What is meant so
            (#"a=.*"#, []), ("[a-z0-9-]", []), ("[a-]b[-0]", [0]), (#"\d{1,3}"#, []), ("{}", []), ("[=*]", []),
            (#"a\=b"#, []),
            ("(ab)*", []), (" *", []), ("[/*]", []),
        ]
    )
    func slips(_ source: String, offsets: [Int]) throws {
        #expect(try Pattern(source).slips.map(\.offset) == offsets)
    }
}
