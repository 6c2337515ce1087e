// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// One comment, read for the names that it allows: `# sieve: allow NAME, NAME (reason)`, as often as it says so.
///
/// Names may be parted by commas or blanks, and more may follow behind a reason: none is passed over without a word.
struct AllowanceComment {
    /// One name of a finding.
    struct Name {
        let text: String
        let mark: Mark
        var reason: String?
        var isUsed = false
    }

    /// What stands where a name should.
    struct Oddity {
        let mark: Mark
        let message: String
    }

    static let opening = "# sieve: allow"

    private(set) var names: [Name] = []
    private(set) var oddities: [Oddity] = []
    private let comment: Comment

    init(_ comment: Comment) {
        self.comment = comment
        let text = Array(comment.text.unicodeScalars)
        let opening = Array(Self.opening.unicodeScalars)
        var starts: [Int] = []
        for index in text.indices where text[index...].starts(with: opening) {
            let isBegun = index == 0 || Self.isBlank(text[index - 1])
            let isEnded =
                text.indices.contains(index + opening.count) ? Self.isBlank(text[index + opening.count]) : true
            if isBegun, isEnded { starts.append(index) }
        }
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] : text.count
            read(text, start + opening.count, end)
        }
    }

    private mutating func read(_ text: [Unicode.Scalar], _ start: Int, _ end: Int) {
        var index = start
        /// Those that the next reason is for.
        var pending = names.count
        let first = pending
        while index < end {
            if Self.isBlank(text[index]) || text[index] == "," {
                index += 1
            } else if text[index] == "(" {
                let reason = text[(index + 1)..<end].prefix { $0 != ")" }
                let written = Self.string(reason)
                for name in pending..<names.count where !written.isEmpty { names[name].reason = written }
                pending = names.count
                index = min(end, reason.endIndex + 1)
            } else {
                let word = text[index..<end].prefix { !Self.isBlank($0) && $0 != "," && $0 != "(" }
                let name = Name(text: Self.string(word), mark: mark(index))
                names.append(name)
                index = word.endIndex
                // Prose behind the names is said once, and not word by word.
                if FindingName(rawValue: name.text) == nil, !word.isEmpty, index < end, Self.isBlank(text[index]) {
                    break
                }
            }
        }
        if names.count == first { oddities.append(Oddity(mark: mark(start), message: "the comment names no finding")) }
    }

    private func mark(_ index: Int) -> Mark {
        Mark(line: comment.mark.line, column: comment.mark.column + index)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}
