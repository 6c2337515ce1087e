// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import YAML

/// The comments of a file that silence findings:
///
///     - 'circuit-status'  # sieve: allow without-own (the program draws all circuits)
///
/// A comment is for its own line. The same words in a text are no comment.
struct Allowances {
    private var allowances: [AllowanceComment.Name] = []
    private var oddities: [AllowanceComment.Oddity] = []

    init(source: [UInt8]) {
        // Most files have none, and need not be scanned again.
        guard Self.mayHold(source) else { return }
        for comment in YAMLReader.comments(source) {
            let read = AllowanceComment(comment)
            allowances += read.names
            oddities += read.oddities
        }
    }

    /// Whether the words that begin such a comment stand anywhere.
    private static func mayHold(_ source: [UInt8]) -> Bool {
        let opening = Array(AllowanceComment.opening.utf8)
        return source.withUnsafeBufferPointer { bytes in
            var start = 0
            while start + opening.count <= bytes.count {
                guard bytes[start] == opening[0] else {
                    start += 1
                    continue
                }
                if bytes[start..<start + opening.count].elementsEqual(opening) { return true }
                start += 1
            }
            return false
        }
    }

    /// Takes out the warnings that a comment on their line allows.
    mutating func silence(_ diagnostics: inout [Diagnostic]) -> [AllowedFinding] {
        guard !allowances.isEmpty else { return [] }
        let places = Dictionary(grouping: allowances.indices) { allowances[$0].mark.line }
        var allowed: [AllowedFinding] = []
        diagnostics.removeAll { diagnostic in
            guard diagnostic.severity == .warning, let name = diagnostic.name, let line = diagnostic.mark?.line,
                let index = places[line]?.first(where: { allowances[$0].text == name.rawValue })
            else { return false }
            allowances[index].isUsed = true
            allowed.append(AllowedFinding(diagnostic: diagnostic, reason: allowances[index].reason))
            return true
        }
        return allowed
    }

    /// What is to be said of the comments themselves, once all warnings were held against them.
    func complaints(in file: String) -> [Diagnostic] {
        let unread = oddities.map { oddity in
            Diagnostic(
                file: file,
                mark: oddity.mark,
                severity: .warning,
                name: .unknownFinding,
                message: oddity.message,
                hint: "write `# sieve: allow NAME, NAME (reason)`"
            )
        }
        return unread + allowances.compactMap { complaint(about: $0, in: file) }
    }

    private func complaint(about allowance: AllowanceComment.Name, in file: String) -> Diagnostic? {
        guard FindingName(rawValue: allowance.text) != nil else {
            let known = FindingName.allCases.map(\.rawValue)
            return Diagnostic(
                file: file,
                mark: allowance.mark,
                severity: .warning,
                name: .unknownFinding,
                message: "no finding is called `\(ProfileDecoder.shortened(allowance.text))`",
                hint: Spelling.nearest(to: allowance.text, among: known).map { "did you mean `\($0)`?" }
                    ?? "write what stands in brackets behind a finding; onion-sieve-lint(7) lists them, and a reason stands in parentheses"
            )
        }
        // Whether there is a contradiction depends on which files are looked at together.
        guard !allowance.isUsed, allowance.text != FindingName.contradiction.rawValue else { return nil }
        return Diagnostic(
            file: file,
            mark: allowance.mark,
            severity: .warning,
            name: .unusedAllow,
            message: "there is no finding `\(allowance.text)` on this line",
            hint: "take it out of the comment, or move it to the line that the finding names"
        )
    }
}
