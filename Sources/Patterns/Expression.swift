// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CRE2

/// The owner of one RE2.
///
/// Unchecked: RE2 promises that any number of threads may match with one object at once, CRE2 lets one of them compile it, and
/// nothing else is changed between `init` and `deinit`.
final class Expression: @unchecked Sendable {
    let groupCount: Int
    private let regex: OpaquePointer
    private let beginning: LiteralBeginning

    /// Compiles what `PatternScanner` has let through; what RE2 still refuses is too large or nested too deeply. What can be neither
    /// waits for the first match: of many profiles few are ever asked, and a compiled pattern takes some kilobytes.
    init(_ source: String, _ findings: PatternScanner.Findings, maxMemory: Int) throws(PatternError) {
        beginning = LiteralBeginning(source, findings)
        var error = cre2_error()
        var text = source
        if Self.isCertainlyTaken(source) {
            let head = Self.head(source, findings)
            let prepared = text.withUTF8 { cre2_prepare($0.baseAddress, $0.count, head, Int64(maxMemory)) }
            guard let prepared else { throw PatternError(message: "out of memory", offset: 0) }
            regex = prepared
            groupCount = findings.groupCount
            return
        }
        let compiled = text.withUTF8 { bytes in
            cre2_compile(bytes.baseAddress, bytes.count, Int64(maxMemory), &error)
        }
        guard let compiled else {
            throw Self.patternError(error, in: source)
        }
        regex = compiled
        groupCount = Int(cre2_group_count(compiled))
    }

    /// Whether a pattern that `PatternScanner` has let through is too short for RE2 to find it too large: without counts each of its
    /// characters comes to a handful of instructions, and nests no deeper than there are characters.
    private static func isCertainlyTaken(_ source: String) -> Bool {
        source.utf8.count <= 256 && !source.utf8.contains(UInt8(ascii: "{"))
    }

    /// How many bytes of the pattern say which lines match, if it lets them go on as they like then: all but the repetition that it ends
    /// with. RE2 need not read the rest of such a line. Zero if there is no such repetition, or another alternative has none.
    private static func head(_ source: String, _ findings: PatternScanner.Findings) -> Int {
        guard let openEnd = findings.openEnd, !findings.hasAlternatives else { return 0 }
        return openEnd.wantsOne ? openEnd.dot + 1 : openEnd.dot
    }

    deinit {
        cre2_free(regex)
    }

    /// Whether it is plain to see that a text does not match: cheaper than to make room for what it might capture.
    func isExcluded(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count <= Pattern.longestText && beginning.matches(bytes) == false
    }

    func match(_ bytes: UnsafeRawBufferPointer) -> MatchResult {
        guard bytes.count <= Pattern.longestText else { return .failed }
        if let isMatch = beginning.matches(bytes) { return isMatch ? .match : .noMatch }
        return search(bytes, spans: UnsafeMutableBufferPointer(start: nil, count: 0))
    }

    /// - Parameter spans: filled in on a match, with the places of as many groups; empty for a group that took no part in it.
    func match(_ bytes: UnsafeRawBufferPointer, spans: UnsafeMutableBufferPointer<Range<Int>>) -> MatchResult {
        guard !spans.isEmpty else { return match(bytes) }
        guard bytes.count <= Pattern.longestText else { return .failed }
        if beginning.matches(bytes) == false { return .noMatch }
        return withUnsafeTemporaryAllocation(of: cre2_span.self, capacity: spans.count) { found in
            found.initialize(repeating: cre2_span())
            let result = search(bytes, spans: found)
            guard result == .match else { return result }
            for (index, span) in found.enumerated() where span.offset >= 0 {
                spans[index] = span.offset..<(span.offset + span.length)
            }
            return .match
        }
    }

    func captures(in bytes: UnsafeRawBufferPointer) -> Captures? {
        withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: groupCount) { spans in
            spans.initialize(repeating: 0..<0)
            guard match(bytes, spans: spans) == .match else { return nil }
            return Captures(spans.map { [UInt8](bytes[$0]) })
        }
    }

    private func search(
        _ bytes: UnsafeRawBufferPointer,
        spans: UnsafeMutableBufferPointer<cre2_span>
    ) -> MatchResult {
        let text = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return switch cre2_match(regex, text, bytes.count, spans.baseAddress, Int32(spans.count)) {
        case CRE2_MATCH: .match
        case CRE2_NO_MATCH: .noMatch
        default: .failed
        }
    }

    /// RE2 names the part of the pattern it stumbled over but not its place; the first place of that part stands for it.
    private static func patternError(_ error: cre2_error, in source: String) -> PatternError {
        let message = withUnsafeBytes(of: error.message) { text($0) }
        let part = withUnsafeBytes(of: error.part) { text($0) }
        let bytes = Array(source.utf8)
        let length = part.utf8.count
        let offset = (0...bytes.count).first { start in
            bytes.dropFirst(start).prefix(length).elementsEqual(part.utf8)
        }
        return PatternError(
            message: "the pattern is refused by RE2: \(message)",
            offset: part.isEmpty ? 0 : offset ?? 0,
            hint: "use smaller counts and fewer nested groups"
        )
    }

    private static func text(_ buffer: UnsafeRawBufferPointer) -> String {
        String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}
