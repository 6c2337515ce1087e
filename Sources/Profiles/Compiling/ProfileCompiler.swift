// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// Lowers profiles as written into what decides: the one place where this happens.
struct ProfileCompiler {
    var findings: Findings
    private let patterns: PatternShelf

    init(findings: Findings, patterns: PatternShelf) {
        self.findings = findings
        self.patterns = patterns
    }

    /// What comes out is whole only if nothing was found to be an error.
    mutating func compile(_ profile: Profile) -> CompiledProfile {
        var rules: [String: [CommandRule]] = [:]
        var denies: [String: [DenyRule]] = [:]
        for command in profile.commands {
            for rule in command.rules {
                if rule.isDenied {
                    guard let pattern = pattern(rule.pattern) else { continue }
                    denies[command.ruleName, default: []].append(DenyRule(origin: origin(rule.mark), pattern: pattern))
                } else if let compiled = compile(rule) {
                    rules[command.ruleName, default: []].append(compiled)
                }
            }
        }
        let confs = profile.confs.map { compile($0) }
        let events = profile.events.map { ($0.name, compile($0)) }
        return CompiledProfile(
            name: profile.name,
            origin: origin(profile.mark),
            selector: profile.selector,
            sockets: profile.sockets.map { compile($0) },
            rules: rules,
            denies: denies,
            onions: profile.onions.map { compile($0) },
            confs: Dictionary(confs.map { ($0.option, $0) }, uniquingKeysWith: { first, _ in first }),
            events: Dictionary(events, uniquingKeysWith: { first, _ in first }),
            isTorBrowserMode: profile.isTorBrowserMode,
            complains: profile.complains,
            limits: compile(profile.limits)
        )
    }

    private func compile(_ entry: SocketEntry) -> SocketRequest {
        SocketRequest(
            socket: ApplicationSocket(
                name: entry.name.text,
                group: entry.group?.text,
                mode: entry.mode ?? ApplicationSocket.defaultMode
            ),
            origin: origin(entry.mark)
        )
    }

    private func compile(_ limits: LimitsEntry) -> ProfileLimits {
        func limit(_ number: LimitsEntry.Number?) -> ProfileLimits.Limit? {
            number.map { ProfileLimits.Limit($0.value, origin($0.mark)) }
        }
        return ProfileLimits(
            sessions: limit(limits.sessions),
            onions: limit(limits.onions),
            commandsPerSecond: limit(limits.commandsPerSecond)
        )
    }

    private mutating func compile(_ rule: RuleEntry) -> CommandRule? {
        let pattern = pattern(rule.pattern)
        let effect: CommandRule.Effect?
        if let answer = rule.answer {
            effect = reply(answer).map { .answer($0) }
        } else if let replacement = rule.replacement {
            effect = pattern.flatMap { template(replacement, for: $0) }.map { .replace($0) }
        } else {
            effect = .allow
        }
        let response = rule.response.map { compile($0) }
        guard let pattern, let effect else { return nil }
        return CommandRule(
            origin: origin(rule.mark), pattern: pattern, effect: effect, response: response, isOwn: rule.isOwn)
    }

    private mutating func compile(_ response: ResponseEntry) -> ReplyRewriting {
        var rules: [ReplyRewriting.Rule] = []
        for rule in response.rules {
            guard let pattern = pattern(rule.pattern), let replacement = template(rule.replacement, for: pattern) else {
                continue
            }
            rules.append(
                ReplyRewriting.Rule(pattern: pattern, replacement: replacement, origin: origin(rule.pattern.mark)))
        }
        return ReplyRewriting(rules: rules, dropsUnmatched: response.dropsUnmatched)
    }

    private func compile(_ entry: OnionsEntry) -> OnionsRule {
        OnionsRule(
            origin: origin(entry.mark),
            keys: entry.keys,
            ports: entry.ports,
            targetPorts: entry.targetPorts.map(\.range),
            places: Set(entry.places.map(\.target)),
            flags: entry.flags,
            addedFlags: entry.addedFlags,
            parameters: entry.parameters,
            max: entry.max
        )
    }

    private mutating func compile(_ entry: ConfEntry) -> ConfRule {
        let values = entry.values.map { texts in texts.compactMap { pattern($0) } }
        return ConfRule(origin: origin(entry.mark), option: entry.option, values: values)
    }

    private mutating func compile(_ entry: EventEntry) -> EventRule {
        EventRule(
            origin: origin(entry.mark),
            isSuppressed: entry.isSuppressed,
            response: entry.response.map { compile($0) },
            isOwn: entry.isOwn
        )
    }

    private func origin(_ mark: Mark) -> RuleOrigin {
        RuleOrigin(file: findings.path, line: mark.line, column: mark.column)
    }

    private mutating func pattern(_ text: WrittenText) -> Pattern? {
        do {
            return try patterns.pattern(text.text)
        } catch {
            name(error, in: text)
            return nil
        }
    }

    private mutating func template(_ text: WrittenText, for pattern: Pattern) -> Template? {
        do {
            return try Template(text.text, captureCount: pattern.captureCount)
        } catch {
            name(error, in: text)
            return nil
        }
    }

    private mutating func name(_ error: PatternError, in text: WrittenText) {
        let mark = text.mark(ofOffset: error.offset, in: findings.source)
        findings.error(error.message, at: mark, hint: error.hint)
    }

    // MARK: Answers

    private mutating func reply(_ answer: AnswerEntry) -> Reply? {
        guard let last = answer.lines.last else {
            findings.error("`answer` has no line, and a client would wait for ever", at: answer.mark)
            return nil
        }
        var isWhole = true
        for line in answer.lines {
            guard let problem = Self.problem(with: line.text, isLast: line == last) else { continue }
            findings.error(
                problem, at: line.mark, hint: "an answer is lines like `250-version=0.4.9`, and `250 OK` at the end")
            isWhole = false
        }
        guard isWhole else { return nil }
        let reply = Reply(answer.lines.map(\.text))
        if reply == nil { findings.error("`answer` is no whole reply", at: answer.mark) }
        return reply
    }

    private static func problem(with text: String, isLast: Bool) -> String? {
        guard text.utf8.allSatisfy(\.isPrintable) else {
            return "a line of `answer` has a character that is not printable ASCII"
        }
        guard let line = ReplyLine(text) else {
            return "`\(ProfileDecoder.shortened(text))` is no reply line: three digits, then a blank or `-`, then text"
        }
        guard [2, 4, 5].contains(line.status.statusClass) else {
            return "the status \(line.status) is none that a command is answered with: they begin with 2, 4 or 5"
        }
        switch line.kind {
        case .data: return "a line of `answer` opens a data block, which answers do not have"
        case .mid: return isLast ? "the last line of `answer` does not end the reply" : nil
        case .end: return isLast ? nil : "a line of `answer` ends the reply before its last line"
        }
    }
}
