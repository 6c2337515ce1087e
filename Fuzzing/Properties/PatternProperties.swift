// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns

/// What holds for any pattern and template of a profile, and for any text that a client or tor sends.
///
/// An input is a pattern, a template and a text, the first two ended by LF.
enum PatternProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        let parts = input.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        let source = String(decoding: parts[0], as: UTF8.self)
        let replacement = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "{}"
        let text = parts.count > 2 ? Array(parts[2]) : []
        let pattern: Pattern
        do throws(PatternError) {
            pattern = try Pattern(source)
        } catch {
            return try check(error, in: source)
        }
        try check(pattern, on: text)
        try check(pattern, againstWhole: source, on: text)
        let template: Template
        do throws(PatternError) {
            template = try Template(replacement, captureCount: pattern.captureCount)
        } catch {
            return try check(error, in: replacement)
        }
        try check(template, filledBy: pattern, on: text)
    }

    private static func check(_ pattern: Pattern, on text: [UInt8]) throws(Violation) {
        let (result, captures) = text.withUnsafeBytes { (pattern.match($0), pattern.captures(in: $0)) }
        try require(result != .failed, "a short text could not be tried")
        try require((captures != nil) == (result == .match), "captures without a match, or a match without")
        guard let captures else { return }
        try require(captures.count == pattern.captureCount, "\(captures.count) captures")
        for index in 0..<captures.count {
            try require(captures[index].count <= text.count, "a capture that is longer than the text")
        }
    }

    /// Within a group a pattern has neither a plain beginning nor an open end, so that RE2 is asked about all of it.
    private static func check(_ pattern: Pattern, againstWhole source: String, on text: [UInt8]) throws(Violation) {
        // Flags for the whole pattern stand at its very beginning.
        guard !source.hasPrefix("(?"), let whole = try? Pattern("(?:\(source))") else { return }
        let (result, captures) = text.withUnsafeBytes { (pattern.match($0), pattern.captures(in: $0)) }
        let (expected, taken) = text.withUnsafeBytes { (whole.match($0), whole.captures(in: $0)) }
        try require(result == expected, "RE2 alone says otherwise")
        try require(captures == taken, "RE2 alone captures something else")
    }

    private static func check(_ template: Template, filledBy pattern: Pattern, on text: [UInt8]) throws(Violation) {
        let captures = text.withUnsafeBytes { pattern.captures(in: $0) }
        let filled = template.expand(captures) { _ in "" }
        let isPlain = text.allSatisfy { $0 >= 0x20 }
        try require(
            !isPlain || filled.allSatisfy { $0 >= 0x20 && $0 != 0x7F } || text.contains(0x7F),
            "a template brings a control character of its own"
        )
    }

    private static func check(_ error: PatternError, in source: String) throws(Violation) {
        try require((0...source.utf8.count).contains(error.offset), "an error at offset \(error.offset)")
        try require(!error.message.isEmpty, "an error without a message")
    }
}
