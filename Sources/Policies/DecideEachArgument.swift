// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns

/// Commands that list keys or options: a rule allows the whole text, or else each is judged by itself.
extension Policy {
    /// GETINFO: a rule for the whole text, or else one for each key alone.
    func decideKeys(_ command: Command, _ facts: SessionFacts) -> Verdict {
        let readings = CommandReadings(command)
        let count = readings.wordCount
        for profile in profiles {
            let verdict = decideWhole(readings, profile, facts) { count <= 1 || $0.pattern.hasLiteralBlank }
            if let verdict { return verdict }
            // A rule of an earlier file must not come before `onions` of this one.
            if count == 1, profile.onions != nil, GetInfo(arguments: command.arguments).keys == [Self.ownServices] {
                break
            }
        }
        guard count > 0 else { return .filter(.noRule) }
        let query = GetInfo(arguments: command.arguments)
        let permissions = Permissions(for: .getInfo, of: self)
        var firstOrigin: RuleOrigin?
        var plan = ReplyPlan(shape: .getInfo(query.keys))
        for key in query.keys {
            let isOwn: Bool
            switch permissions.permission(alone: key, option: nil) {
            case .rule(let rule):
                guard !rule.isOwn || OwnershipCut(key: key) != nil else { return .filter(.notOwn(rule.origin)) }
                firstOrigin = firstOrigin ?? rule.origin
                plan.byKey.append(rule.response)
                isOwn = rule.isOwn
            case .onions(let rule):
                firstOrigin = firstOrigin ?? rule.origin
                plan.byKey.append(nil)
                isOwn = true
            case .entry, nil:
                return .filter(.noRule)
            }
            plan.cuts.append(cut(for: key, isOwn: isOwn))
        }
        guard let firstOrigin else { return .filter(.noRule) }
        return forward(.getInfo, query.encoded, plan, firstOrigin)
    }

    /// GETCONF: a rule for the whole text, or else a rule or an entry of `confs` for each option alone.
    func decideOptions(_ command: Command, _ facts: SessionFacts) -> Verdict {
        guard let query = GetConf(arguments: command.arguments) else { return .filter(.unreadableArguments) }
        let readings = CommandReadings(command)
        let count = query.options.count
        for profile in profiles {
            let verdict = decideWhole(readings, profile, facts) { count <= 1 || $0.pattern.hasLiteralBlank }
            if let verdict { return verdict }
            // A rule of an earlier file must not come before an entry of this one.
            if count == 1, profile.confs[query.options[0]] != nil { break }
        }
        if count == 0, let profile = profiles.first(where: { _ in profiles.allSatisfy(\.confs.isEmpty) }) {
            // It asks for nothing and gets `250 OK`. The Python filter lets it pass where no profile says which options may be
            // asked for, and so do we: it tells nobody anything.
            return forward(.getConf, "", ReplyPlan(shape: .getConf([])), profile.origin)
        }
        let words = command.arguments.words
        let permissions = Permissions(for: .getConf, of: self)
        var answers: [(option: ConfOption, response: ReplyRewriting?)] = []
        var firstOrigin: RuleOrigin?
        for (word, option) in zip(words, query.options) {
            let response: ReplyRewriting?
            switch permissions.permission(alone: String(word), option: option) {
            case .rule(let rule):
                firstOrigin = firstOrigin ?? rule.origin
                response = rule.response
            case .entry(let entry):
                firstOrigin = firstOrigin ?? entry.origin
                response = nil
            case .onions, nil:
                return .filter(.noRule)
            }
            guard let last = answers.last, ReplyPlan.areAnsweredTogether(last.option, option) else {
                answers.append((option, response))
                continue
            }
            // Of options whose lines cannot be told apart it cannot be said which rule rewrites a line.
            guard last.response == nil, response == nil else { return .filter(.noRule) }
        }
        guard let firstOrigin else { return .filter(.noRule) }
        let plan = ReplyPlan(shape: .getConf(answers.map(\.option)), byKey: answers.map(\.response))
        return forward(.getConf, words.joined(separator: " "), plan, firstOrigin)
    }

    /// The services of the connection that asks, which is the session's own.
    static let ownServices = "onions/current"

    /// SETCONF and RESETCONF: a rule for the whole text, or else each option by an entry of `confs` with a value pattern.
    func decideAssignments(_ command: Command, _ facts: SessionFacts) -> Verdict {
        let parsed = ConfAssignments(arguments: command.arguments)
        let readings = CommandReadings(command)
        for profile in profiles {
            if let verdict = decideWhole(readings, profile, facts) { return verdict }
            if let parsed, let verdict = decideAssignments(command, parsed, by: [profile]) { return verdict }
        }
        guard let parsed else { return .filter(command.arguments.isEmpty ? .noRule : .unreadableArguments) }
        return decideAssignments(command, parsed, by: profiles) ?? .filter(.noRule)
    }

    /// Nil unless each assignment is allowed by an entry of one of the profiles.
    private func decideAssignments(
        _ command: Command,
        _ parsed: ConfAssignments,
        by profiles: [CompiledProfile]
    ) -> Verdict? {
        var origins: [RuleOrigin] = []
        for assignment in parsed.assignments {
            let entries = profiles.lazy.compactMap { $0.confs[assignment.option] }
            guard let entry = entries.first(where: { $0.allows(assignment) }) else { return nil }
            origins.append(entry.origin)
        }
        return origins.first.map { forward(command.keyword, parsed.encoded, ReplyPlan(shape: .endLine), $0) }
    }
}
