// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// What a profile lets through that few should have.
extension ProfileLint {
    private static let advice =
        "take it out; where the program is made for it, say so: `# sieve: allow dangerous-permission (why)`"

    /// Something of the table that a rule lets through.
    private struct Hit {
        let danger: Danger
        /// The command that does it.
        let line: String
        /// What it is sent as, where that is something else.
        let sent: String?
    }

    /// What of the table gets through, one finding for each rule that lets any of it.
    mutating func checkPermissions() {
        var places: [Mark] = []
        var hits: [Mark: [Hit]] = [:]
        func take(_ passage: LintedProfile.Passage?, _ keyword: Keyword, _ arguments: String) {
            guard let passage else { return }
            let mark = passage.origin.mark
            for (danger, word) in Danger.found(in: passage.sent.keyword, passage.sent.arguments)
            where !profile.isHidden(passage, word) {
                if hits[mark] == nil { places.append(mark) }
                guard hits[mark]?.contains(where: { $0.danger == danger }) != true else { continue }
                let isOther = passage.sent.arguments.words != arguments.words
                hits[mark, default: []].append(
                    Hit(danger: danger, line: "\(keyword) \(arguments)", sent: isOther ? passage.sent.line : nil))
            }
        }
        for probe in Danger.probes where mayLetThrough(probe.keyword) {
            for arguments in probe.spellings {
                take(profile.passage(probe.keyword, arguments), probe.keyword, arguments)
            }
        }
        for rule in profile.rules where !rule.command.takesBlock && Danger.keywords.contains(rule.command.keyword) {
            for arguments in judged(rule, Danger.found(in:_:)) {
                take(profile.passage(rule, arguments), rule.command.keyword, arguments)
            }
        }
        for mark in places {
            guard let first = hits[mark]?.first, let others = hits[mark]?.dropFirst() else { continue }
            let more = others.prefix(3).map { "`\($0.line)`" }
            let rest = others.count > more.count ? " and \(others.count - more.count) more" : ""
            tell(
                .dangerousPermission,
                "`\(first.line)` gets through" + (first.sent.map { " as `\($0)`" } ?? "") + ": \(first.danger.why)"
                    + (more.isEmpty ? "" : "; so do \(more.joined(separator: ", "))\(rest)"),
                at: mark,
                hint: Self.advice
            )
        }
    }

    private func mayLetThrough(_ keyword: Keyword) -> Bool {
        profile.compiled.rules[keyword.name] != nil || keyword == .getConf && !profile.compiled.confs.isEmpty
    }

    /// Samples of a rule in which something is found, or of which it is not known what is sent.
    private func judged<Found>(
        _ rule: LintedProfile.Rule,
        _ find: (Keyword, String) -> [Found]
    ) -> [String] {
        guard rule.compiled.leavesCommand else { return Array(rule.samples.prefix(16)) }
        return rule.samples.filter { !find(rule.command.keyword, $0).isEmpty }
    }

    /// Commands of which no arguments are harmless.
    mutating func checkWholeCommand(_ rule: LintedProfile.Rule) {
        let command = rule.command
        guard let general = Danger.commands[command.ruleName],
            let arguments = profile.witnesses(of: rule).first(where: { _ in true }),
            let sent = profile.passage(rule, arguments)?.sent
        else { return }
        let assignment = ConfAssignments(arguments: sent.arguments)?.assignments.first
        let isSetting = [.setConf, .resetConf].contains(command.keyword)
        let why =
            isSetting
            ? assignment.map { Danger.why(setting: $0.option, back: $0.value.isEmpty) } ?? general : general
        tell(
            .dangerousPermission,
            "`\(sent.line)` gets through: \(why)",
            at: rule.entry.mark,
            hint: isSetting
                ? "answer it with `answer: ['250 OK']` if the program only wants to hear that; else \(Self.advice)"
                : Self.advice
        )
    }

    /// Options that may be set.
    mutating func checkSettings() {
        for entry in profile.written.confs {
            guard let rule = profile.compiled.confs[entry.option], let values = rule.values else { continue }
            let name = entry.option.name
            let samples = values.flatMap { $0.samples(limit: 4) { _ in ["1"] } }
            let value = (samples.filter { !$0.isEmpty } + samples.filter(\.isEmpty)).first {
                profile.passage(.setConf, $0.isEmpty ? name : "\(name)=\($0)")?.origin == rule.origin
            }
            guard let value else { continue }
            tell(
                .dangerousPermission,
                "`SETCONF \(value.isEmpty ? name : "\(name)=\(value)")` gets through: "
                    + Danger.why(setting: entry.option, back: value.isEmpty),
                at: entry.mark,
                hint: "without values the option can be asked for and not set; else \(Self.advice)"
            )
        }
    }

    // MARK: What is others'

    /// Commands that `own` is made for, and what they reach without it.
    private static let reach: [Keyword: String] = [
        .delOnion: "it ends onion services of others, whose addresses are no secret",
        .hsFetch: "what comes of it goes to whoever listens, and not only to who has asked",
        .onionClientAuthAdd: "it replaces the keys of others",
        .onionClientAuthRemove: "it takes away the keys of others",
        .onionClientAuthView: "it tells the private keys of everybody",
        .closeCircuit: "it closes circuits of others",
        .closeStream: "it closes streams of others",
    ]

    private static let lists: [(key: String, why: String)] = [
        ("circuit-status", "it tells where everybody's circuits lead, with the names given to SOCKS"),
        ("stream-status", "it tells which sites everybody visits"),
        ("onions/detached", "it tells the onion services of others"),
    ]

    mutating func checkOwn(_ rule: LintedProfile.Rule) {
        if rule.command.keyword == .getInfo { return checkLists(rule) }
        guard let why = Self.reach[rule.command.keyword], !rule.compiled.isOwn,
            let arguments = profile.witnesses(of: rule).first(where: { _ in true })
        else { return }
        tell(
            .withoutOwn,
            "`\(rule.command.ruleName)\(arguments.isEmpty ? "" : " \(arguments)")` gets through without `own`: \(why)",
            at: rule.entry.mark,
            hint: "write `own: true`"
        )
    }

    private mutating func checkLists(_ rule: LintedProfile.Rule) {
        for list in Self.lists {
            let samples = judged(rule) { _, arguments in arguments.words.filter { $0 == list.key } }
            for arguments in [list.key] + samples {
                guard let passage = profile.passage(rule, arguments),
                    let index = GetInfo(arguments: passage.sent.arguments).keys.firstIndex(of: list.key),
                    passage.plan.cut(forKey: index) == nil, !profile.isHidden(passage, list.key)
                else { continue }
                tell(
                    .withoutOwn,
                    "`GETINFO \(arguments)` gets through without `own`: \(list.why)",
                    at: rule.entry.mark,
                    hint: list.key.hasPrefix("onions")
                        ? "write `own: true`" : "write `own: true`, or `tor-browser-mode: true`"
                )
                break
            }
        }
    }
}
