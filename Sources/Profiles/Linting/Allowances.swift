// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import YAML

/// The comments of a file that silence findings:
///
///     - 'circuit-status'  # sieve: allow without-own (the program draws all circuits)
///
/// A comment is for its own line. It is known by its text alone: in a quoted text it silences no more than the same words behind it would.
struct Allowances {
    /// One name in one comment.
    private struct Allowance {
        let name: String
        let mark: Mark
        let reason: String?
        var isUsed = false
    }

    private static let opening = "# sieve: allow "

    private var allowances: [Allowance] = []

    init(source: [UInt8]) {
        let lines = source.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            guard let range = text.firstRange(of: Self.opening),
                range.lowerBound == text.startIndex || text[text.index(before: range.lowerBound)].isWhitespace
            else { continue }
            read(text, from: range.upperBound, line: index + 1)
        }
    }

    private mutating func read(_ text: String, from start: String.Index, line: Int) {
        let rest = text[start...]
        let names = rest.prefix { $0 != "(" }
        let reason = rest[names.endIndex...].dropFirst().prefix { $0 != ")" }
        for name in names.split(separator: ",") {
            let trimmed = name.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }
            guard let first = trimmed.indices.first else { continue }
            let column = text.unicodeScalars.distance(from: text.startIndex, to: first) + 1
            allowances.append(
                Allowance(
                    name: String(trimmed),
                    mark: Mark(line: line, column: column),
                    reason: reason.isEmpty ? nil : String(reason)
                )
            )
        }
    }

    /// Takes out the warnings that a comment on their line allows.
    mutating func silence(_ diagnostics: inout [Diagnostic]) -> [AllowedFinding] {
        var allowed: [AllowedFinding] = []
        diagnostics.removeAll { diagnostic in
            guard diagnostic.severity == .warning, let name = diagnostic.name, let line = diagnostic.mark?.line,
                let index = allowances.firstIndex(where: { $0.name == name.rawValue && $0.mark.line == line })
            else { return false }
            allowances[index].isUsed = true
            allowed.append(AllowedFinding(diagnostic: diagnostic, reason: allowances[index].reason))
            return true
        }
        return allowed
    }

    /// What is to be said of the comments themselves, once all warnings were held against them.
    func complaints(in file: String) -> [Diagnostic] {
        allowances.compactMap { allowance in
            guard FindingName(rawValue: allowance.name) != nil else {
                let known = FindingName.allCases.map(\.rawValue)
                return Diagnostic(
                    file: file,
                    mark: allowance.mark,
                    severity: .warning,
                    name: .unknownFinding,
                    message: "no finding is called `\(ProfileDecoder.shortened(allowance.name))`",
                    hint: Spelling.nearest(to: allowance.name, among: known).map { "did you mean `\($0)`?" }
                )
            }
            // Whether there is a contradiction depends on which files are looked at together.
            guard !allowance.isUsed, allowance.name != FindingName.contradiction.rawValue else { return nil }
            return Diagnostic(
                file: file,
                mark: allowance.mark,
                severity: .warning,
                name: .unusedAllow,
                message: "there is no finding `\(allowance.name)` on this line",
                hint: "take it out of the comment, or move it to the line that the finding names"
            )
        }
    }
}
