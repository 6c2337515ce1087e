// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
package import Policies

/// What profiles allow together, line by line, each with the place where it is written.
///
/// Lines stand in the order in which they decide: in each section the rules that deny, then those of later files before those of
/// earlier ones, and of one profile its `commands`, `onions` and `confs`.
package struct PolicyListing: Sendable {
    package struct Line: Hashable, Sendable {
        /// `deny`, `allow`, `own`, `rewrite`, `answer`, `onions`, `option`; of events `send`, `own`, `suppress`; of a profile `profile`.
        package let effect: String
        package let text: String
        package let profile: String
        package let origin: RuleOrigin
        package var details: [Detail] = []
    }

    /// What belongs to a line: where it has no place of its own, it is written at the line's.
    package struct Detail: Hashable, Sendable {
        package let label: String
        package let text: String
        package var origin: RuleOrigin?
    }

    package struct Section: Hashable, Sendable {
        /// `profiles`, a command, or `events`.
        package let title: String
        package let lines: [Line]
    }

    package let sections: [Section]

    package init(_ policy: Policy) {
        let profiles = policy.profiles
        let commands = Set(profiles.flatMap(Self.commands)).sorted()
        let lists = commands.map { command in
            Section(
                title: command,
                lines: profiles.flatMap { Self.denials(of: command, in: $0) }
                    + profiles.flatMap { Self.rules(of: command, in: $0) }
            )
        }
        let events = policy.events.keys.sorted { $0.name < $1.name }.compactMap { name in
            profiles.first { $0.events[name] != nil }.flatMap { profile in
                profile.events[name].map { Self.line(name, $0, profile) }
            }
        }
        sections =
            ([Section(title: "profiles", lines: profiles.map(Self.line))] + lists
            + [Section(title: "events", lines: events)])
            .filter { !$0.lines.isEmpty }
    }

    // MARK: Profiles

    private static func line(_ profile: CompiledProfile) -> Line {
        var line = Line(effect: "profile", text: profile.name, profile: profile.name, origin: profile.origin)
        line.details = Audience([profile.selector]).qualifiers.map { qualifier in
            Detail(label: qualifier.key, text: qualifier.values.joined(separator: ", "))
        }
        for request in profile.sockets {
            let group = request.socket.group.map { ", group \($0)" } ?? ""
            let text = "\(request.socket.name), mode \(request.socket.modeText)\(group)"
            line.details.append(Detail(label: "makes", text: text, origin: request.origin))
        }
        if profile.isTorBrowserMode {
            line.details.append(Detail(label: ProfileKey.torBrowserMode.rawValue, text: "true"))
        }
        if profile.complains { line.details.append(Detail(label: ProfileKey.complain.rawValue, text: "true")) }
        let limits: [(LimitKey, ProfileLimits.Limit?)] = [
            (.sessions, profile.limits.sessions), (.onions, profile.limits.onions),
            (.commandsPerSecond, profile.limits.commandsPerSecond),
        ]
        for case (let key, let limit?) in limits {
            line.details.append(Detail(label: "limit", text: "\(key.rawValue) \(limit.value)", origin: limit.origin))
        }
        return line
    }

    // MARK: Commands

    private static func commands(_ profile: CompiledProfile) -> [String] {
        var names = Array(profile.rules.keys) + Array(profile.denies.keys)
        if profile.onions != nil { names += [Keyword.addOnion, .delOnion, .getInfo].map(\.name) }
        if !profile.confs.isEmpty { names.append(Keyword.getConf.name) }
        if profile.confs.values.contains(where: { $0.values != nil }) {
            names += [Keyword.setConf, .resetConf].map(\.name)
        }
        return names
    }

    private static func denials(of command: String, in profile: CompiledProfile) -> [Line] {
        (profile.denies[command] ?? []).map { rule in
            Line(effect: "deny", text: rule.pattern.source, profile: profile.name, origin: rule.origin)
        }
    }

    private static func rules(of command: String, in profile: CompiledProfile) -> [Line] {
        let rules = (profile.rules[command] ?? []).map { line($0, profile) }
        let onions = profile.onions.map { self.onions($0, command, profile) } ?? []
        let confs = profile.confs.values
            .sorted { $0.option.name < $1.option.name }
            .compactMap { option($0, command, profile) }
        return rules + onions + confs
    }

    private static func line(_ rule: CommandRule, _ profile: CompiledProfile) -> Line {
        var details: [Detail] = []
        let effect: String
        switch rule.effect {
        case .allow: effect = rule.isOwn ? "own" : "allow"
        case .replace(let template):
            effect = "rewrite"
            details.append(Detail(label: "to", text: template.source))
            if rule.isOwn { details.append(Detail(label: "own", text: "true")) }
        case .answer(let reply):
            effect = "answer"
            details += reply.lines.map { Detail(label: "gives", text: $0.line) }
        }
        return Line(
            effect: effect,
            text: rule.pattern.source,
            profile: profile.name,
            origin: rule.origin,
            details: details + rewriting(rule.response)
        )
    }

    private static func rewriting(_ response: ReplyRewriting?) -> [Detail] {
        guard let response else { return [] }
        let rules = response.rules.flatMap { rule in
            [
                Detail(label: "reply", text: rule.pattern.source, origin: rule.origin),
                Detail(label: "as", text: rule.replacement.source, origin: rule.origin),
            ]
        }
        return rules + (response.dropsUnmatched ? [Detail(label: "else", text: "drop")] : [])
    }

    private static func onions(_ rule: OnionsRule, _ command: String, _ profile: CompiledProfile) -> [Line] {
        func line(_ text: String, _ details: [Detail] = []) -> Line {
            Line(effect: "onions", text: text, profile: profile.name, origin: rule.origin, details: details)
        }
        switch command {
        case Keyword.addOnion.name: return [line("what is published", details(of: rule))]
        case Keyword.delOnion.name: return [line("services of the session's own")]
        case Keyword.getInfo.name: return [line("onions/current, services of the session's own")]
        default: return []
        }
    }

    private static func details(of rule: OnionsRule) -> [Detail] {
        func ranges(_ ranges: [ClosedRange<UInt16>]) -> [String] {
            ranges.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        }
        let lists: [(OnionsKey, [String])] = [
            (.keys, rule.keys.map(\.rawValue).sorted()),
            (.ports, ranges(rule.ports)),
            (.targets, ranges(rule.targetPorts) + rule.places.map(\.description).sorted()),
            (.flags, rule.flags.map(\.rawValue).sorted()),
            (.addedFlags, rule.addedFlags.map(\.rawValue)),
            (.parameters, rule.parameters.map(\.rawValue).sorted()),
            (.max, rule.max.map { ["\($0)"] } ?? []),
        ]
        return lists.filter { !$0.1.isEmpty }.map { key, values in
            Detail(label: key.rawValue, text: values.joined(separator: ", "))
        }
    }

    private static func option(_ rule: ConfRule, _ command: String, _ profile: CompiledProfile) -> Line? {
        let line = Line(effect: "option", text: rule.option.name, profile: profile.name, origin: rule.origin)
        switch command {
        case Keyword.getConf.name: return line
        case Keyword.setConf.name, Keyword.resetConf.name:
            guard let values = rule.values else { return nil }
            var line = line
            line.details = values.map { Detail(label: "value", text: $0.source.isEmpty ? "(reset)" : $0.source) }
            return line
        default: return nil
        }
    }

    // MARK: Events

    private static func line(_ name: EventName, _ rule: EventRule, _ profile: CompiledProfile) -> Line {
        Line(
            effect: rule.isSuppressed ? "suppress" : rule.isOwn ? "own" : "send",
            text: name.name,
            profile: profile.name,
            origin: rule.origin,
            details: rewriting(rule.response)
        )
    }
}
