// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CRE2

/// The owner of one compiled RE2.
///
/// Unchecked: RE2 promises that any number of threads may match with one object at once, and nothing here is changed
/// between `init` and `deinit`.
final class Expression: @unchecked Sendable {
    let groupCount: Int
    private let regex: OpaquePointer

    /// Compiles what `PatternScanner` has let through; what RE2 still refuses is too large or nested too deeply.
    init(_ source: String, maxMemory: Int) throws(PatternError) {
        var error = cre2_error()
        var text = source
        let compiled = text.withUTF8 { bytes in
            cre2_compile(bytes.baseAddress, bytes.count, Int64(maxMemory), &error)
        }
        guard let compiled else {
            throw Self.patternError(error, in: source)
        }
        regex = compiled
        groupCount = Int(cre2_group_count(compiled))
    }

    deinit {
        cre2_free(regex)
    }

    func match(_ bytes: UnsafeRawBufferPointer) -> MatchResult {
        match(bytes, spans: UnsafeMutableBufferPointer(start: nil, count: 0))
    }

    func captures(in bytes: UnsafeRawBufferPointer) -> Captures? {
        withUnsafeTemporaryAllocation(of: cre2_span.self, capacity: groupCount) { spans in
            spans.initialize(repeating: cre2_span())
            guard match(bytes, spans: spans) == .match else { return nil }
            return Captures(
                spans.map { span in
                    span.offset < 0 ? [] : [UInt8](bytes[span.offset..<(span.offset + span.length)])
                }
            )
        }
    }

    private func match(
        _ bytes: UnsafeRawBufferPointer,
        spans: UnsafeMutableBufferPointer<cre2_span>
    ) -> MatchResult {
        guard bytes.count <= Pattern.longestText else { return .failed }
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
