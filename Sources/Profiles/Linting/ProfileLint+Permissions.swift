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

    /// The probes of the table, one finding for each rule that lets any of them through.
    mutating func checkPermissions() {
        var places: [Mark] = []
        var hits: [Mark: [Danger]] = [:]
        for probe in Danger.probes {
            guard let passage = profile.passage(probe.keyword, probe.arguments), !isHidden(passage) else { continue }
            let mark = passage.origin.mark
            if hits[mark] == nil { places.append(mark) }
            hits[mark, default: []].append(probe)
        }
        for mark in places {
            guard let first = hits[mark]?.first, let others = hits[mark]?.dropFirst() else { continue }
            let more = others.prefix(3).map { "`\($0.keyword) \($0.arguments)`" }
            let rest = others.count > more.count ? " and \(others.count - more.count) more" : ""
            tell(
                .dangerousPermission,
                "`\(first.keyword) \(first.arguments)` gets through: \(first.why)"
                    + (more.isEmpty ? "" : "; so do \(more.joined(separator: ", "))\(rest)"),
                at: mark,
                hint: Self.advice
            )
        }
    }

    /// Whether the reply is written anew so that nothing of the value is left.
    private func isHidden(_ passage: LintedProfile.Passage) -> Bool {
        guard let rewriting = passage.plan.rewriting(forKey: 0), passage.sent.keyword == .getInfo else { return false }
        let lines = ReplyExamples.lines(ofKey: passage.sent.arguments).joined()
        return !lines.isEmpty
            && lines.allSatisfy { line in
                rewriting.dropsUnmatched || rewriting.rules.contains { $0.pattern.matches(line) }
            }
    }

    /// Commands of which no arguments are harmless.
    mutating func checkWholeCommand(_ rule: LintedProfile.Rule) {
        let command = rule.command
        guard let general = Danger.commands[command.ruleName],
            let arguments = profile.witnesses(of: rule).first,
            let sent = profile.passage(rule, arguments)?.sent
        else { return }
        let option = ConfAssignments(arguments: sent.arguments)?.assignments.first?.option
        let isSetting = [.setConf, .resetConf].contains(command.keyword)
        let why = isSetting ? option.map { Danger.why(setting: $0) } ?? general : general
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
            let assignment = values.lazy
                .flatMap { $0.samples(limit: 4) { _ in ["1"] } }
                .map { $0.isEmpty ? name : "\(name)=\($0)" }
                .first { profile.passage(.setConf, $0)?.origin == rule.origin }
            guard let assignment else { continue }
            tell(
                .dangerousPermission,
                "`SETCONF \(assignment)` gets through: \(Danger.why(setting: entry.option))",
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
            let arguments = profile.witnesses(of: rule).first
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
            guard let passage = profile.passage(rule, list.key), passage.plan.cut(forKey: 0) == nil, !isHidden(passage)
            else { continue }
            tell(
                .withoutOwn,
                "`GETINFO \(list.key)` gets through without `own`: \(list.why)",
                at: rule.entry.mark,
                hint: list.key.hasPrefix("onions")
                    ? "write `own: true`" : "write `own: true`, or `tor-browser-mode: true`"
            )
        }
    }

    // MARK: Where services lead

    mutating func checkTargets(_ rule: LintedProfile.Rule) {
        guard rule.command.keyword == .addOnion else { return }
        for client in profile.clients {
            for arguments in profile.witnesses(of: rule, from: client) {
                guard let sent = profile.passage(rule, arguments, from: client)?.sent,
                    let place = Self.foreignTarget(of: sent, for: client)
                else { continue }
                tell(
                    .unrewrittenTarget,
                    "`ADD_ONION \(arguments)` of \(client.isLocal ? "a local client" : client.address.description) makes a "
                        + "service that leads to \(place)",
                    at: rule.entry.mark,
                    hint: "rewrite the target, as in `replacement: '{} Port=80,{client-address}:{}'`, or use `onions`"
                )
                return
            }
        }
    }

    /// Ports in `onions` where tor or this filter listens: a local client's service is refused there whatever the profile says,
    /// and on another machine the port is the client's own.
    mutating func checkTargetPorts() {
        guard profile.compiled.selector.canMatchLocal, let onions = profile.written.onions else { return }
        for ports in onions.targetPorts {
            guard let (port, what) = Self.guardedPorts.first(where: { ports.range.contains($0.port) }) else { continue }
            tell(
                .doesNothing,
                ports.range.count == 1
                    ? "no service of a local client is let to \(port), \(what)"
                    : "no service of a local client is let to \(port), \(what), which is in this range",
                at: ports.mark,
                hint: ports.range.count == 1 ? "name the port of the program itself" : "leave it out of the range"
            )
        }
    }

    /// `serve` asks tor where it listens; these are usual.
    private static let guardedPorts: [(port: UInt16, what: String)] =
        GuardedTargets.usual.controlPorts.sorted().map { ($0, "this filter's own port") }
        + GuardedTargets.usual.torListeners.control.sorted().map { ($0, "a control port of tor") }
        + GuardedTargets.usual.torListeners.proxies.sorted().map { ($0, "a SOCKS port of tor") }

    private static func foreignTarget(of sent: Command, for client: Client) -> String? {
        guard let service = try? AddOnion(parsing: sent.arguments) else { return nil }
        for (_, target) in service.targets {
            guard case .address(let address, let port) = target, address.unmapped != client.address else { continue }
            let isHere = address.isLoopback || address.isUnspecified
            if isHere, client.isLocal { continue }
            return isHere ? "port \(port) of this machine, and not of the client's" : "\(target), a third machine"
        }
        return nil
    }
}
