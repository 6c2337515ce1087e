// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// Patterns that come too late.
extension ProfileLint {
    private struct Placed {
        let mark: Mark
        let pattern: Pattern
        /// Some texts that it matches.
        let samples: [String]

        /// Whether the other one matches all that this one does; a sample that it does not match answers that fast.
        func isCovered(by other: Placed, in alphabet: Pattern.Alphabet, _ effort: LintEffort) -> Bool {
            samples.allSatisfy { other.pattern.matches($0) } && effort.spend(LintEffort.comparison)
                && pattern.isCovered(by: other.pattern, in: alphabet)
        }
    }

    mutating func checkOrder() {
        let rules = Dictionary(grouping: profile.rules) { $0.command.ruleName }
        var names: [String] = []
        for command in profile.written.commands where !names.contains(command.ruleName) {
            names.append(command.ruleName)
        }
        for name in names { checkOrder(of: rules[name] ?? [], name) }
        for rule in profile.rules { checkOrder(rule.entry.response, rule.compiled.response) }
        for entry in profile.written.events {
            checkOrder(entry.response, profile.compiled.events[entry.name]?.response)
        }
        checkShadowedKeys()
    }

    /// The rules of one command, by deny rules and by what stands before them.
    private mutating func checkOrder(of rules: [LintedProfile.Rule], _ name: String) {
        var denies = LiteralIndex<Placed>()
        for deny in profile.compiled.denies[name] ?? [] {
            denies.append(Placed(mark: deny.origin.mark, pattern: deny.pattern, samples: []), for: deny.pattern)
        }
        let effort = profile.effort
        var earlier = LiteralIndex<Placed>()
        for rule in rules {
            let pattern = rule.compiled.pattern
            let mine = Placed(
                mark: rule.entry.pattern.mark, pattern: pattern, samples: Array(rule.samples.prefix(8)))
            defer { earlier.append(mine, for: pattern) }
            guard let probe = mine.samples.first else { continue }
            let before = earlier.candidates(for: [probe])
            let against = denies.candidates(for: [probe])
            guard effort.spend(before.count + against.count) else { return }
            if let deny = against.first(where: { mine.isCovered(by: $0, in: .arguments, effort) }) {
                tell(
                    .shadowed,
                    "the rule never decides: the deny rule on line \(deny.mark.line) matches all that it matches",
                    at: mine.mark,
                    hint: "take one of them out"
                )
                continue
            }
            let eligible = before.filter { Self.isAsked($0.pattern, where: pattern, name) }
            guard let lines = Self.covering(mine, eligible, earlier, name, effort) else { continue }
            tell(
                .shadowed,
                "the rule never decides: \(lines) all that it matches, and \(lines.hasPrefix("the patterns") ? "come" : "comes") first",
                at: mine.mark,
                hint: "put this rule before it, or take it out"
            )
        }
    }

    /// What stands before a rule and leaves it nothing: one pattern, or several together.
    private static func covering(
        _ mine: Placed, _ eligible: [Placed], _ earlier: LiteralIndex<Placed>,
        _ name: String,
        _ effort: LintEffort
    ) -> String? {
        if let first = eligible.first(where: { mine.isCovered(by: $0, in: .arguments, effort) }) {
            return "the pattern on line \(first.mark.line), `\(first.pattern)`, matches"
        }
        // Together they must match each sample, and then everything.
        var together: [Placed] = []
        for sample in mine.samples where !together.contains(where: { $0.pattern.matches(sample) }) {
            let others = earlier.candidates(for: [sample]).filter { isAsked($0.pattern, where: mine.pattern, name) }
            guard let other = others.first(where: { $0.pattern.matches(sample) }) else { return nil }
            together.append(other)
        }
        guard together.count > 1, effort.spend(LintEffort.comparison),
            mine.pattern.isCovered(byAnyOf: together.map(\.pattern), in: .arguments)
        else {
            return nil
        }
        let lines = Set(together.map(\.mark.line)).sorted().map(String.init)
        guard let last = lines.last, lines.count > 1 else {
            return "the patterns before it on line \(lines.first ?? "") together match"
        }
        return "the patterns on lines \(lines.dropLast().joined(separator: ", ")) and \(last) together match"
    }

    /// Of several keys at once a pattern without a blank is not asked.
    private static func isAsked(_ first: Pattern, where mine: Pattern, _ name: String) -> Bool {
        !["GETINFO", "GETCONF"].contains(name) || !mine.hasLiteralBlank || first.hasLiteralBlank
    }

    private mutating func checkOrder(_ response: ResponseEntry?, _ rewriting: ReplyRewriting?) {
        guard let response, let rewriting else { return }
        let effort = profile.effort
        var earlier = LiteralIndex<Placed>()
        for (entry, rule) in zip(response.rules, rewriting.rules) {
            let mine = Placed(
                mark: entry.pattern.mark, pattern: rule.pattern, samples: rule.pattern.samples(limit: 8))
            defer { earlier.append(mine, for: rule.pattern) }
            guard let probe = mine.samples.first,
                let first = earlier.candidates(for: [probe]).first(where: { mine.isCovered(by: $0, in: .lines, effort) }
                )
            else { continue }
            tell(
                .shadowed,
                "no line is left for it: the pattern on line \(first.mark.line), `\(first.pattern)`, matches all that "
                    + "it matches, and comes first",
                at: mine.mark,
                hint: "put it before that one, or take it out"
            )
        }
    }

    // MARK: Rules before keys

    /// `onions` and entries of `confs` are asked where no rule for the whole command matches.
    private mutating func checkShadowedKeys() {
        for part in profile.parts {
            let deciding = part.probes.map { probe in probe.map { profile.decision(on: $0)?.reason } }
            let shadows = deciding.filter { reasons in
                !reasons.isEmpty
                    && reasons.allSatisfy { reason in
                        reason.flatMap(Self.ruleOrDenial).map { $0 != part.origin } ?? false
                    }
            }
            guard shadows.count == part.probes.count, let reason = shadows.first?.first ?? nil,
                let origin = Self.ruleOrDenial(reason)
            else { continue }
            tell(
                .shadowed,
                "\(part.what) never decides: the rule on line \(origin.line) matches all that it is for, and comes first",
                at: part.origin.mark,
                hint: "take the rule out, or narrow it"
            )
        }
    }

    private static func ruleOrDenial(_ reason: Reason) -> RuleOrigin? {
        switch reason {
        case .rule(let origin), .denied(let origin), .unusableReplacement(let origin), .notOwn(let origin): origin
        default: nil
        }
    }
}
