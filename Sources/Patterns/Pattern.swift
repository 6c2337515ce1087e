// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// A regular expression that a text matches as a whole, in time linear in the length of the text.
///
/// `a|b` means a text that is `a` or a text that is `b`. Bytes are matched, not characters; `.` does not match a line
/// break; capitals count. What may be written is what RE2 and Python's `re` both know and read alike (`PatternScanner`).
package struct Pattern: Sendable {
    /// What one pattern may use for its program and its caches together, in bytes.
    ///
    /// A client chooses the texts, so it can fill the caches of every pattern of its profiles: a hundred patterns come
    /// to 100 MiB at most. It is enough for programs of some 80,000 instructions, where the longest that was seen in
    /// profiles has 118. RE2's own default is 8 MiB.
    package static let maxMemory = 1 << 20

    /// The longest text that is looked at, in bytes; tor's own bound for a line is 1 MiB. What is longer comes out as
    /// `failed`: RE2's auxiliary structures grow with the text, and older ones count in 32 bits.
    package static let longestText = 16 << 20

    package let source: String
    private let expression: Expression
    private let scan: PatternScanner.Findings

    package init(_ source: String) throws(PatternError) {
        self.source = source
        let findings = try PatternScanner.scan(source)
        scan = findings
        expression = try Expression(source, findings, maxMemory: Self.maxMemory)
    }

    /// The number of capturing parentheses.
    package var captureCount: Int { expression.groupCount }

    /// Whether the pattern asks for a blank by name: ` `, `\ `, `\x20`, or one of these as a character of a class like
    /// `[ ,]`. What merely lets a blank through (`.`, `\s`, `\D`, `[^,]`, `[!-~]`, `[ -~]`) does not count, nor a blank
    /// that a class shuts out (`[^ ]`).
    package var hasLiteralBlank: Bool { scan.hasLiteralBlank }

    /// Whether the whole text matches.
    ///
    /// RE2 has several ways to match. Its fastest one has a bounded cache; where that does not suffice RE2 takes a slower
    /// one that needs no cache, so the answer stays exact and the time linear. `failed` remains for the allocator's
    /// refusal and for texts longer than `longestText`.
    package func match(_ bytes: UnsafeRawBufferPointer) -> MatchResult {
        expression.match(bytes)
    }

    /// Whether the whole text, taken as the bytes of its UTF-8, matches.
    package func match(_ text: String) -> MatchResult {
        var text = text
        return text.withUTF8 { match(UnsafeRawBufferPointer($0)) }
    }

    /// Whether the whole text is known to match. For a rule that denies ask `match`, whose `failed` must deny as well.
    package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        match(bytes) == .match
    }

    /// Whether the whole text is known to match. For a rule that denies ask `match`, whose `failed` must deny as well.
    package func matches(_ text: String) -> Bool {
        match(text) == .match
    }

    /// What the parentheses took, if the whole text is known to match.
    package func captures(in bytes: UnsafeRawBufferPointer) -> Captures? {
        expression.captures(in: bytes)
    }

    /// What the parentheses took, if the whole text, taken as the bytes of its UTF-8, is known to match.
    package func captures(in text: String) -> Captures? {
        var text = text
        return text.withUTF8 { captures(in: UnsafeRawBufferPointer($0)) }
    }

    /// A text that matches, written anew. RE2 looks at it once.
    ///
    /// - Parameter template: for the captures of this pattern.
    package func rewrite(
        _ bytes: UnsafeRawBufferPointer,
        by template: Template,
        _ variable: (Template.Variable) -> String
    ) -> Rewriting {
        guard !expression.isExcluded(bytes) else { return .noMatch }
        let capacity = template.usesGroups ? captureCount : 0
        return withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: capacity) { spans in
            spans.initialize(repeating: 0..<0)
            switch expression.match(bytes, spans: spans) {
            case .noMatch: return .noMatch
            case .failed: return .failed
            case .match: return .match(template.expand(bytes, spans, variable))
            }
        }
    }

    /// What became of a text that was to be rewritten.
    package enum Rewriting: Sendable {
        case match(ByteBuffer)
        case noMatch
        /// As ``MatchResult/failed``.
        case failed
    }

    /// What the parentheses took, if all the readable bytes are known to match.
    package func captures(in bytes: ByteBuffer) -> Captures? {
        bytes.withUnsafeReadableBytes { captures(in: $0) }
    }
}

extension Pattern: Equatable {
    package static func == (left: Pattern, right: Pattern) -> Bool { left.source == right.source }
}

extension Pattern: CustomStringConvertible {
    package var description: String { source }
}
