// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// Patterns that never match, and replies that pass beside them.
extension ProfileLint {
    // MARK: Patterns of commands

    mutating func checkCommandPattern(_ rule: LintedProfile.Rule) {
        let command = rule.command.ruleName
        guard let possible = ReplyExamples.arguments(of: command),
            !rule.samples.contains(where: { possible.matches($0) }),
            rule.compiled.pattern.isDisjoint(from: possible, in: .arguments)
        else { return }
        let example = rule.samples.first ?? ""
        tell(
            .neverMatches,
            "no `\(command)` that tor takes is ever matched, only such as `\(command) \(example)`",
            at: rule.entry.pattern.mark,
            hint: example.hasPrefix("250")
                ? "what stands here is for lines of a reply: put it under `response` of a rule"
                : "write what the program sends: run it with `serve --complain` and look into the log"
        )
    }

    mutating func checkReplacement(_ rule: LintedProfile.Rule) {
        let templates = [rule.entry.replacement] + (rule.entry.response?.rules ?? []).map(\.replacement)
        for case let template? in templates { checkTemplate(template) }
    }

    private mutating func checkTemplate(_ template: WrittenText) {
        for piece in ["\\S", "\\d", "\\w", "\\s", "\\.", "(.*)", "(.+)", ".*", ".+"] {
            guard let range = template.text.firstRange(of: piece) else { continue }
            let offset = template.text.utf8.distance(from: template.text.startIndex, to: range.lowerBound)
            tell(
                .patternInReplacement,
                "`\(piece)` is sent as it stands: a replacement is no pattern",
                at: template.mark(ofOffset: offset, in: findings.source),
                hint: "write `{}` for what the parentheses of the pattern took"
            )
            return
        }
    }

    // MARK: Patterns of replies

    mutating func checkResponse(_ rule: LintedProfile.Rule) {
        guard let written = rule.entry.response, let rewriting = rule.compiled.response else { return }
        let command = rule.command.ruleName
        let names = names(of: rule)
        let shape = ReplyExamples.shape(of: command, names: names)
        let isDead = checkLines(written, rewriting, shape, "a reply to `\(command)`")
        guard !isDead else { return }
        let replies: [[String]] =
            switch rule.command.keyword {
            case .getInfo: (names ?? []).flatMap { ReplyExamples.lines(ofKey: $0) }
            case .addOnion: [ReplyExamples.secretsOfService]
            default: []
            }
        checkUnmatched(Array(replies.joined()), written, rewriting, at: rule.entry.mark)
    }

    /// The keys or options that a rule is for; nil if it has a wildcard, so that they cannot be told.
    private func names(of rule: LintedProfile.Rule) -> [String]? {
        let pattern = rule.compiled.pattern
        guard [.getInfo, .getConf].contains(rule.command.keyword) else { return [] }
        let samples = rule.samples.prefix(64)
        guard !samples.isEmpty, samples.allSatisfy({ !$0.isEmpty }) else { return nil }
        let all = samples.map(Pattern.quoting).joined(separator: "|")
        guard let these = try? Pattern(all), pattern.isCovered(by: these, in: .arguments) else { return nil }
        return samples.flatMap { $0.words.map(String.init) }
    }

    /// Names patterns that match no line there can be; returns whether there are any.
    ///
    /// - Parameter shape: what matches every line that there can be; nil if that is not known.
    mutating func checkLines(
        _ written: ResponseEntry,
        _ rewriting: ReplyRewriting,
        _ shape: String?,
        _ what: String
    ) -> Bool {
        guard let shape, let possible = try? Pattern(shape) else { return false }
        var isAnyDead = false
        for (entry, rule) in zip(written.rules, rewriting.rules) {
            let samples = rule.pattern.samples(limit: 4)
            guard !samples.contains(where: { possible.matches($0) }),
                rule.pattern.isDisjoint(from: possible, in: .lines)
            else { continue }
            isAnyDead = true
            let example = samples.first ?? ""
            let slip = rule.pattern.slips.first
            tell(
                .neverMatches,
                "no line of \(what) is ever matched, only such as `\(example)`"
                    + (slip.map { ": \($0.message)" } ?? ""),
                at: entry.pattern.mark,
                hint: slip?.hint ?? "look at what tor answers; onion-sieve.yml(5) has the forms of its lines"
            )
        }
        return isAnyDead
    }

    mutating func checkUnmatched(
        _ lines: [String],
        _ written: ResponseEntry,
        _ rewriting: ReplyRewriting,
        at mark: Mark
    ) {
        guard !rewriting.rules.isEmpty, !rewriting.dropsUnmatched,
            let line = lines.first(where: { line in !rewriting.rules.contains { $0.pattern.matches(line) } })
        else { return }
        tell(
            .unmatchedLines,
            "no rule of the response matches the line `\(line)`, and it passes as it is",
            at: mark,
            hint: "put `else: drop` beside `response`"
        )
    }
}
