// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// Looks for profiles that are for the same client and do not agree.
///
/// Only what has no effect at all for such a client is a contradiction: that a later file narrows or widens an earlier one is
/// what later files are for.
struct Contradictions {
    /// A finding in the file of an index.
    struct Found {
        let file: Int
        let mark: Mark
        let message: String
    }

    /// - Parameter files: the profiles of each file, in the order of the files' names.
    static func find(in files: [[LintedProfile]]) -> [Found] {
        // In the order in which they decide: later files first, and within a file as written.
        let ordered = files.indices.reversed().flatMap { file in files[file].map { (file, $0) } }
        var found: [Found] = []
        var told: Set<Place> = []
        let commands = ordered.map { Self.commands(of: $0.1.compiled) }
        for (index, (file, loser)) in ordered.enumerated() {
            for (other, (_, winner)) in ordered[..<index].enumerated()
            where mayDisagree(winner, commands[other], loser, commands[index]) {
                guard let client = client(of: winner, loser) else { continue }
                let blocked = blockedParts(winner, loser, client)
                for (mark, message) in disagreements(winner, loser, client) + blocked {
                    guard told.insert(Place(file: file, mark: mark)).inserted else { continue }
                    found.append(Found(file: file, mark: mark, message: message))
                }
            }
        }
        return found
    }

    private struct Place: Hashable {
        let file: Int
        let mark: Mark
    }

    /// Commands that a profile has rules for, and those of them that deny.
    private static func commands(of profile: CompiledProfile) -> Set<String> {
        var names = Set(profile.rules.keys).union(profile.denies.keys)
        if profile.onions != nil { names.insert("ADD_ONION") }
        if !profile.confs.isEmpty { names.formUnion(["GETCONF", "SETCONF"]) }
        return names
    }

    /// Whether the two speak of the same thing at all.
    private static func mayDisagree(
        _ winner: LintedProfile,
        _ commands: Set<String>,
        _ loser: LintedProfile,
        _ others: Set<String>
    ) -> Bool {
        let (first, second) = (winner.compiled, loser.compiled)
        let byRules = !(first.rules.isEmpty && first.denies.isEmpty && second.rules.isEmpty && second.denies.isEmpty)
        return byRules && !commands.isDisjoint(with: others)
            || first.events.contains { name, rule in second.events[name]?.isSuppressed == !rule.isSuppressed }
    }

    /// Somebody whom both are for.
    private static func client(of one: LintedProfile, _ other: LintedProfile) -> Client? {
        let (first, second) = (one.compiled.selector, other.compiled.selector)
        guard !first.isKnownOtherwise(than: second) else { return nil }
        // Of two networks one is in the other, or they have nothing in common.
        if let known = one.everyClient.first(where: { second.matches($0) })
            ?? other.everyClient.first(where: { first.matches($0) })
        {
            return known
        }
        guard first.canMatchLocal, second.canMatchLocal else { return nil }
        let candidates = [first.narrowed(by: second), second.narrowed(by: first)]
        return candidates.lazy.flatMap(\.exampleClients).first { first.matches($0) && second.matches($0) }
    }

    /// `onions` and entries of `confs` that are left nothing by rules of the other profile.
    private static func blockedParts(
        _ winner: LintedProfile,
        _ loser: LintedProfile,
        _ client: Client
    ) -> [(Mark, String)] {
        guard !(winner.parts.isEmpty && loser.parts.isEmpty) else { return [] }
        let both = Policy([winner.compiled, loser.compiled])
        let facts = loser.facts(of: client)
        let who = name(of: client)
        /// By what a part is left nothing of one kind of command, if it is.
        func blocker(_ part: ListedPart) -> RuleOrigin? {
            for kind in part.usualProbes {
                let reasons = kind.map { command -> RuleOrigin? in
                    let verdict = both.decide(command, facts: facts)
                    if case .forward = verdict.decision { return nil }
                    return switch verdict.reason {
                    case .rule(let origin), .denied(let origin): origin
                    default: nil
                    }
                }
                if let first = reasons.first, let origin = first, reasons.allSatisfy({ $0 != nil }) { return origin }
            }
            return nil
        }
        var found: [(Mark, String)] = []
        for part in loser.parts {
            guard let origin = blocker(part), winner.compiled.has(origin) else { continue }
            found.append(
                (
                    part.origin.mark,
                    "for \(who) the profile `\(winner.compiled.name)` leaves nothing to \(part.what), at \(origin)"
                ))
        }
        for part in winner.parts {
            guard let origin = blocker(part), loser.compiled.has(origin) else { continue }
            found.append(
                (
                    origin.mark,
                    "for \(who) this denies all that \(part.what) of the profile `\(winner.compiled.name)` allows, at "
                        + "\(part.origin)"
                ))
        }
        return found
    }

    private static func name(of client: Client) -> String {
        client.isLocal ? "a local client of both" : "a client of both, such as \(client.address)"
    }

    private static func disagreements(
        _ winner: LintedProfile,
        _ loser: LintedProfile,
        _ client: Client
    ) -> [(Mark, String)] {
        let who = name(of: client)
        let other = "the profile `\(winner.compiled.name)`"
        var found: [(Mark, String)] = []
        for entry in loser.written.events {
            guard let mine = loser.compiled.events[entry.name], let theirs = winner.compiled.events[entry.name],
                mine.isSuppressed != theirs.isSuppressed
            else { continue }
            let what = theirs.isSuppressed ? "suppresses it" : "sends it"
            found.append((entry.mark, "for \(who) \(other) \(what), at \(theirs.origin), and that decides"))
        }
        for rule in loser.rules {
            let name = rule.command.ruleName
            // A deny rule holds wherever it stands, and those of the other one hold against this one's rules, too.
            if let deny = winner.compiled.denies[name]?.first(where: {
                isCovered(rule, by: $0.pattern)
            }) {
                found.append(
                    (rule.entry.mark, "for \(who) \(other) denies all that this rule allows, at \(deny.origin)"))
                continue
            }
            guard
                let theirs = winner.compiled.rules[name]?.first(where: {
                    decidesOtherwise($0, rule) && isCovered(rule, by: $0.pattern)
                })
            else { continue }
            found.append(
                (
                    rule.entry.mark,
                    "for \(who) a rule of \(other) decides otherwise, at \(theirs.origin), and comes first"
                ))
        }
        for rule in winner.rules {
            guard
                let deny = loser.compiled.denies[rule.command.ruleName]?.first(where: {
                    isCovered(rule, by: $0.pattern)
                })
            else { continue }
            found.append(
                (
                    deny.origin.mark,
                    "for \(who) this denies all that a rule of \(other) allows, at \(rule.compiled.origin)"
                ))
        }
        return found
    }

    private static func isCovered(_ rule: LintedProfile.Rule, by pattern: Pattern) -> Bool {
        rule.samples.allSatisfy { pattern.matches($0) } && rule.compiled.pattern.isCovered(by: pattern, in: .arguments)
    }

    private static func decidesOtherwise(_ winner: CommandRule, _ loser: LintedProfile.Rule) -> Bool {
        if winner.isOwn != loser.compiled.isOwn { return true }
        return switch (winner.effect, loser.compiled.effect) {
        case (.allow, .allow), (.replace, .replace): (winner.response == nil) != (loser.compiled.response == nil)
        case (.answer(let theirs), .answer(let mine)): theirs != mine
        default: true
        }
    }
}

extension CompiledProfile {
    /// Whether a rule of a command is written there.
    fileprivate func has(_ origin: RuleOrigin) -> Bool {
        rules.values.contains { $0.contains { $0.origin == origin } }
            || denies.values.contains { $0.contains { $0.origin == origin } }
    }
}

extension ClientSelector {
    /// Whether one names labels and the other units, and neither says anything of the other's: that a program of the one runs in
    /// a unit of the other is possible, and nobody's intention.
    fileprivate func isKnownOtherwise(than other: ClientSelector) -> Bool {
        func isByLabel(_ selector: ClientSelector) -> Bool {
            selector.units == nil && selector.appArmorProfiles != nil && selector.appArmorProfiles != .any
        }
        func isByUnit(_ selector: ClientSelector) -> Bool { selector.units != nil && selector.appArmorProfiles == nil }
        guard hosts == nil || other.hosts == nil else { return false }
        return isByLabel(self) && isByUnit(other) || isByUnit(self) && isByLabel(other)
    }

    /// These qualifiers, each taken from the other where that one is narrower.
    fileprivate func narrowed(by other: ClientSelector) -> ClientSelector {
        func narrower(_ mine: Values?, _ theirs: Values?) -> Values? {
            mine == nil || mine == .any ? theirs ?? mine : mine
        }
        return ClientSelector(
            appArmorProfiles: narrower(appArmorProfiles, other.appArmorProfiles),
            executables: narrower(executables, other.executables),
            users: narrower(users, other.users),
            groups: narrower(groups, other.groups),
            hosts: hosts,
            units: units ?? other.units,
            sockets: sockets ?? other.sockets
        )
    }
}
