// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

extension ProfileDecoder {
    mutating func decodeCommands(_ node: Node) -> [CommandEntry] {
        guard let mapping = mapping(node, "`commands`") else { return [] }
        var entries: [CommandEntry] = []
        for entry in mapping {
            let spelling = entry.key.scalar?.text ?? ""
            let takesBlock = spelling.hasPrefix("+")
            guard let keyword = Keyword(takesBlock ? spelling.dropFirst() : spelling[...]) else {
                findings.error(
                    "`\(Self.shortened(spelling))` is no name of a command",
                    at: entry.key.mark,
                    hint: "names are letters, digits, `_` and `-`, with a `+` before those that carry a data block"
                )
                continue
            }
            let command = CommandEntry(
                keyword: keyword,
                takesBlock: takesBlock,
                mark: entry.key.mark,
                rules: decodeRules(entry.value, of: spelling, keyword: takesBlock ? nil : keyword)
            )
            warn(about: command, among: entries)
            entries.append(command)
        }
        return entries
    }

    /// The entries of `commands`, `confs` or `events`; nil if there is nothing, with a warning, or no mapping, with an error.
    mutating func mapping(_ node: Node, _ what: String) -> [Entry]? {
        if node.scalar?.isNull == true {
            findings.warning(
                .doesNothing, "\(what) has nothing in it", at: node.mark, hint: "list what is allowed, or take it out")
            return nil
        }
        if node.mapping == nil { findings.error("expected a mapping for \(what), found \(found(node))", at: node.mark) }
        return node.mapping
    }

    /// - Parameter keyword: nil for a command with a data block.
    private mutating func decodeRules(_ node: Node, of command: String, keyword: Keyword?) -> [RuleEntry] {
        if node.scalar?.isNull == true {
            findings.warning(
                .doesNothing,
                "`\(command)` has no rule, so nothing is allowed for it",
                at: node.mark,
                hint: "write a pattern for what may be sent, or take it out"
            )
            return []
        }
        return (list(node, "the rules of `\(command)`") ?? []).compactMap { decodeRule($0, keyword) }
    }

    private mutating func decodeRule(_ node: Node, _ keyword: Keyword?) -> RuleEntry? {
        guard node.mapping != nil else {
            guard node.sequence == nil else {
                findings.error("expected a pattern or a mapping for a rule, found a list", at: node.mark)
                return nil
            }
            return text(node, "a pattern").map { RuleEntry(mark: node.mark, pattern: $0) }
        }
        guard let written = entries(of: node, as: RuleEntry.Key.self) else { return nil }
        checkCombination(written)
        let rewriting = decodeResponse(written[.response], otherwise: written[.else])
        let answer = written[.answer].flatMap { decodeAnswer($0.value) }
        let replacement = written[.replacement].flatMap { text($0.value, "`replacement`") }
        let isDenied = written[.deny].flatMap { bool($0.value, "`deny`") } ?? false
        let isOwn = written[.own].map {
            decodeOwn(
                $0, isMeant: keyword.map(OwnershipCheck.keywords.contains) ?? false, OwnershipCheck.keywords.map(\.name)
            )
        }
        guard let pattern = written[.pattern] else {
            findings.error("a rule needs a `pattern`", at: node.mark)
            return nil
        }
        return text(pattern.value, "`pattern`").map {
            RuleEntry(
                mark: node.mark,
                pattern: $0,
                replacement: replacement,
                response: rewriting,
                answer: answer,
                isDenied: isDenied,
                isOwn: isOwn ?? false
            )
        }
    }

    /// Names what cannot go together: each of these says what happens on a match.
    private mutating func checkCombination(_ written: WrittenEntries<RuleEntry.Key>) {
        func clash(_ first: RuleEntry.Key, _ others: [RuleEntry.Key], _ why: String) {
            for other in others {
                guard let entry = written[other] else { continue }
                findings.error(
                    "`\(other.rawValue)` cannot stand beside `\(first.rawValue)`: \(why)", at: entry.key.mark)
            }
        }
        if written[.deny]?.value.scalar?.bool == true {
            clash(.deny, [.replacement, .response, .else, .answer, .own], "the rule filters the command")
        } else if written[.answer] != nil {
            clash(.answer, [.replacement, .response, .else, .own], "tor is not asked")
        }
    }

    /// `own`, where it has a meaning: a rule must not stand wider than it seems.
    mutating func decodeOwn(_ entry: Entry, isMeant: Bool, _ names: [String]) -> Bool {
        guard bool(entry.value, "`own`") == true else { return false }
        guard isMeant else {
            findings.error(
                "`own` says nothing here: of this it cannot be told whose it is",
                at: entry.key.mark,
                hint: "it can stand at " + names.sorted().joined(separator: ", ")
            )
            return false
        }
        return true
    }

    mutating func decodeResponse(_ response: Entry?, otherwise: Entry?) -> ResponseEntry? {
        if let otherwise { word(otherwise.value, "`else`", of: ["drop"]) }
        guard let response else {
            if let otherwise {
                findings.error("`else` has no meaning without `response`", at: otherwise.key.mark)
            }
            return nil
        }
        guard let nodes = list(response.value, "`response`") else { return nil }
        var rules: [ResponseEntry.Rule] = []
        var dropsUnmatched = otherwise != nil
        for (index, node) in nodes.enumerated() {
            guard let written = entries(of: node, as: ResponseEntry.Key.self) else { continue }
            if let last = written[.else] {
                word(last.value, "`else`", of: ["drop"])
                if written.count > 1 || index != nodes.count - 1 {
                    findings.error("`else` stands alone, as the last entry of `response`", at: last.key.mark)
                }
                dropsUnmatched = true
                continue
            }
            for key in [ResponseEntry.Key.pattern, .replacement] where written[key] == nil {
                findings.error("an entry of `response` needs a `\(key.rawValue)`", at: node.mark)
            }
            let pattern = written[.pattern].flatMap { text($0.value, "`pattern`") }
            let replacement = written[.replacement].flatMap { text($0.value, "`replacement`") }
            guard let pattern, let replacement else { continue }
            rules.append(ResponseEntry.Rule(pattern: pattern, replacement: replacement))
        }
        return ResponseEntry(rules: rules, dropsUnmatched: dropsUnmatched)
    }

    private mutating func decodeAnswer(_ node: Node) -> AnswerEntry? {
        let nodes = node.sequence ?? [node]
        return AnswerEntry(
            mark: node.mark, lines: texts(nodes, node.sequence == nil ? "`answer`" : "a line of `answer`"))
    }

    // MARK: Rules that do not do what they seem to

    /// Commands that tor takes with a data block, and only so.
    private static let withBlock: Set<String> = ["HSPOST", "LOADCONF", "POSTDESCRIPTOR"]

    private mutating func warn(about command: CommandEntry, among earlier: [CommandEntry]) {
        let name = command.ruleName
        if let same = earlier.first(where: { $0.ruleName == name }) {
            findings.warning(
                .repeated,
                "`\(name)` is on line \(same.mark.line) already; the rules here come after those",
                at: command.mark,
                hint: "put all rules under one of them"
            )
        }
        guard Keyword.known.contains(command.keyword) else {
            findings.warning(
                .unknownCommand,
                "tor has no command `\(command.keyword)` that is known here",
                at: command.mark,
                hint: Spelling.nearest(to: command.keyword.name, among: Keyword.known.map(\.name).sorted())
                    .map { "did you mean `\($0)`?" }
                    ?? "take it out; control-spec has the names of commands"
            )
            return
        }
        if command.takesBlock != Self.withBlock.contains(command.keyword.name) {
            findings.warning(
                .unknownCommand,
                "tor takes `\(command.keyword)` \(command.takesBlock ? "without a" : "only with a") data block",
                at: command.mark,
                hint: "write `\(command.takesBlock ? "" : "+")\(command.keyword)`"
            )
        }
        warnOfLocalAnswers(command)
    }

    private mutating func warnOfLocalAnswers(_ command: CommandEntry) {
        guard !command.takesBlock else { return }
        switch command.keyword {
        case .authenticate, .dropOwnership, .protocolInfo, .quit, .takeOwnership:
            for rule in command.rules {
                findings.warning(
                    .doesNothing,
                    "the rule does nothing: `\(command.keyword)` is always answered without asking tor",
                    at: rule.mark,
                    hint: "take it out: no profile needs to allow the command"
                )
            }
        case .authChallenge:
            for rule in command.rules where rule.replacement != nil || rule.response != nil || rule.answer != nil {
                findings.warning(
                    .doesNothing,
                    "`\(command.keyword)` is never sent to tor: where a rule allows it the answer is \(CannedReply.cookieDisabled.rawValue)",
                    at: rule.mark,
                    hint: "take it out: programs log in without it"
                )
            }
        case .setEvents:
            for rule in command.rules where !rule.isDenied {
                findings.warning(
                    .doesNothing,
                    "the rule does nothing: what a client may subscribe to is listed under `events`",
                    at: rule.mark,
                    hint: "take it out, and list the events under `events`"
                )
            }
        default:
            break
        }
    }
}
