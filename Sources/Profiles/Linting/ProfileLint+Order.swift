// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import Policies
import YAML

/// Patterns that come too late.
extension ProfileLint {
    private struct Placed {
        let text: WrittenText
        let pattern: Pattern
        /// Some texts that it matches.
        private let samples: [String]

        init(_ text: WrittenText, _ pattern: Pattern) {
            self.text = text
            self.pattern = pattern
            samples = pattern.samples(limit: 8)
        }

        /// Whether the other one matches all that this one does; a sample that it does not match answers that fast.
        func isCovered(by other: Placed, in alphabet: Pattern.Alphabet) -> Bool {
            samples.allSatisfy { other.pattern.matches($0) } && pattern.isCovered(by: other.pattern, in: alphabet)
        }
    }

    /// Patterns that each one is held against; nobody writes more in one place.
    private static let compared = 200

    mutating func checkOrder() {
        var names: [String] = []
        for command in profile.written.commands where !names.contains(command.ruleName) {
            names.append(command.ruleName)
        }
        for name in names { checkOrder(ofRules: name) }
        for command in profile.written.commands {
            for rule in command.rules { checkOrder(rule.response) }
        }
        for entry in profile.written.events { checkOrder(entry.response) }
    }

    /// The rules of one command, by deny rules and by what stands before them.
    private mutating func checkOrder(ofRules name: String) {
        let entries = profile.written.commands.filter { $0.ruleName == name }.flatMap(\.rules)
        let denies = entries.filter(\.isDenied).compactMap { placed($0.pattern) }
        var earlier: [Placed] = []
        for entry in entries where !entry.isDenied {
            guard let mine = placed(entry.pattern) else { continue }
            if let deny = denies.first(where: { mine.isCovered(by: $0, in: .arguments) }) {
                tell(
                    .shadowed,
                    "the rule never decides: the deny rule on line \(deny.text.mark.line) matches all that it matches",
                    at: mine.text.mark,
                    hint: "take one of them out"
                )
            } else if let first = earlier.first(where: { covers($0, mine, name) }) {
                tell(
                    .shadowed,
                    "the rule never decides: the pattern on line \(first.text.mark.line), `\(first.pattern)`, matches all that "
                        + "it matches, and comes first",
                    at: mine.text.mark,
                    hint: "put this rule before it, or take it out"
                )
            }
            if earlier.count < Self.compared { earlier.append(mine) }
        }
    }

    private func covers(_ first: Placed, _ mine: Placed, _ name: String) -> Bool {
        // Of several keys at once a pattern without a blank is not asked.
        if ["GETINFO", "GETCONF"].contains(name), mine.pattern.hasLiteralBlank, !first.pattern.hasLiteralBlank {
            return false
        }
        return mine.isCovered(by: first, in: .arguments)
    }

    private mutating func checkOrder(_ response: ResponseEntry?) {
        var earlier: [Placed] = []
        for rule in response?.rules ?? [] {
            guard let mine = placed(rule.pattern) else { continue }
            if let first = earlier.first(where: { mine.isCovered(by: $0, in: .lines) }) {
                tell(
                    .shadowed,
                    "no line is left for it: the pattern on line \(first.text.mark.line), `\(first.pattern)`, matches all that "
                        + "it matches, and comes first",
                    at: mine.text.mark,
                    hint: "put it before that one, or take it out"
                )
            }
            if earlier.count < Self.compared { earlier.append(mine) }
        }
    }

    private func placed(_ text: WrittenText) -> Placed? {
        (try? Pattern(text.text)).map { Placed(text, $0) }
    }
}
