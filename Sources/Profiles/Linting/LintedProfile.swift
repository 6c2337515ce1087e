// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// A profile as it is written and as it decides, with somebody whom it is for: what is said of it is tried first.
struct LintedProfile {
    /// A rule that allows something, as it is written and as it decides.
    struct Rule {
        let command: CommandEntry
        let entry: RuleEntry
        let compiled: CommandRule
        /// Arguments that its pattern matches.
        let samples: [String]

        init(_ command: CommandEntry, _ entry: RuleEntry, _ compiled: CommandRule, samples limit: Int) {
            self.command = command
            self.entry = entry
            self.compiled = compiled
            samples = compiled.pattern.samples(limit: limit) { Phrase.endings(of: $0, in: command.ruleName) }
        }
    }

    /// What becomes of a command that gets through to tor.
    struct Passage {
        let sent: Command
        let plan: ReplyPlan
        let origin: RuleOrigin
    }

    let written: Profile
    let compiled: CompiledProfile
    /// Clients that it is certainly for, of every kind.
    let everyClient: [Client]
    /// One of each kind that it is for; somebody invented if it is for nobody.
    let clients: [Client]
    let rules: [Rule]
    /// `onions`, and each entry of `confs`.
    private(set) var parts: [ListedPart] = []
    let effort = LintEffort()
    private let policy: Policy
    /// Where a command has many rules, those that may count for a text.
    private let indices: [String: LiteralIndex<CommandRule>]

    /// Rules of one command that are all tried on each text.
    private static let few = 64
    /// Texts that are made of the rules of one command together.
    private static let samples = 20_000

    init(_ written: Profile, _ compiled: CompiledProfile) {
        self.written = written
        self.compiled = compiled
        policy = Policy([compiled])
        everyClient = compiled.selector.exampleClients
        let kinds = [everyClient.first { $0.isLocal }, everyClient.first { !$0.isLocal }].compactMap(\.self)
        let isForHosts = compiled.selector.hosts != nil
        let invented = Client(transport: isForHosts ? .remote(.v4(0xC000_0201), port: 0) : .unix(socket: nil))
        clients = kinds.isEmpty ? [invented] : kinds
        let known = compiled.rules.mapValues { rules in
            Dictionary(rules.map { ($0.origin.mark, $0) }, uniquingKeysWith: { first, _ in first })
        }
        rules = written.commands.flatMap { command -> [Rule] in
            let limit = max(8, min(100, Self.samples / max(1, compiled.rules[command.ruleName]?.count ?? 1)))
            return command.rules.compactMap { entry -> Rule? in
                guard !entry.isDenied, let rule = known[command.ruleName]?[entry.mark] else { return nil }
                return Rule(command, entry, rule, samples: limit)
            }
        }
        indices = compiled.rules.filter { $0.value.count > Self.few }.mapValues { rules in
            var index = LiteralIndex<CommandRule>()
            for rule in rules { index.append(rule, for: rule.pattern) }
            return index
        }
        parts = ListedPart.parts(of: self)
    }

    /// How a command of a client is sent on, if it is; by the rules of this profile alone.
    func passage(_ rule: Rule, _ arguments: String, from client: Client? = nil) -> Passage? {
        guard let passage = passage(rule.command.keyword, arguments, rule.command.takesBlock, from: client),
            passage.origin == rule.compiled.origin
        else { return nil }
        return passage
    }

    func passage(
        _ keyword: Keyword,
        _ arguments: String,
        _ takesBlock: Bool = false,
        from client: Client? = nil
    ) -> Passage? {
        let body = takesBlock ? DataBlock() : nil
        guard let command = Command(keyword: keyword, arguments: arguments, body: body),
            let policy = policy(for: command)
        else { return nil }
        let verdict = policy.decide(command, facts: facts(of: client, asking: command))
        guard case .forward(let sent, let plan) = verdict.decision, let origin = verdict.reason.rule else { return nil }
        return Passage(sent: sent, plan: plan, origin: origin)
    }

    /// What becomes of a command by this profile alone; nil when there is no more effort to be spent.
    func decision(on command: Command) -> Verdict? {
        policy(for: command)?.decide(command, facts: facts(asking: command))
    }

    func facts(of client: Client? = nil, asking command: Command? = nil) -> SessionFacts {
        var facts = SessionFacts(client: client ?? clients[0], guarded: .usual)
        if let service = command?.credentialInQuestion {
            facts.ownership.credentialAtTor = CredentialAtTor(service: service, state: .none)
        }
        return facts
    }

    /// The policy with no more rules than may count for a command; nil when there is no more effort to be spent.
    private func policy(for command: Command) -> Policy? {
        guard let index = indices[command.ruleName] else { return policy }
        guard !effort.isExhausted else { return nil }
        let words = command.arguments.words
        let isList = [.getInfo, .getConf].contains(command.keyword)
        let candidates = index.candidates(
            for: [command.arguments] + (isList ? [words.joined(separator: " ")] + words.map(String.init) : []))
        guard effort.spend((candidates.count + 1) * (1 + command.arguments.utf8.count / 128)) else { return nil }
        guard candidates.count < index.count else { return policy }
        return Policy([compiled.keeping(candidates, for: command.ruleName)])
    }

    /// Argument texts that a rule lets through, those first that a client could well send.
    func witnesses(of rule: Rule, from client: Client? = nil) -> some Sequence<String> {
        let likely = rule.samples.filter { Phrase.isLikely($0, in: rule.command.ruleName) }
        let others = Set(likely)
        return (likely + rule.samples.filter { !others.contains($0) }).lazy
            .filter { passage(rule, $0, from: client) != nil }
    }

    /// Whether nothing of what the reply tells of a key or option is left.
    func isHidden(_ passage: Passage, _ word: String) -> Bool {
        let index: Int?
        let lines: [String]
        switch passage.plan.shape {
        case .getInfo(let keys):
            index = keys.firstIndex(of: word)
            lines = Array(ReplyExamples.lines(ofKey: word).joined())
        case .getConf(let options):
            guard let option = ConfOption(word) else { return false }
            index = options.firstIndex(of: option)
            lines = ReplyExamples.lines(of: option)
        default:
            return false
        }
        guard let rewriting = passage.plan.rewriting(forKey: index) else { return false }
        return Disclosure.isHidden(lines, by: rewriting, facts: facts())
    }
}

extension CompiledProfile {
    /// The same with other rules for one command.
    fileprivate func keeping(_ kept: [CommandRule], for name: String) -> CompiledProfile {
        CompiledProfile(
            name: self.name,
            origin: origin,
            selector: selector,
            rules: [name: kept],
            denies: denies,
            onions: onions,
            confs: confs,
            events: events,
            isTorBrowserMode: isTorBrowserMode
        )
    }
}

extension RuleOrigin {
    var mark: Mark { Mark(line: line, column: column) }
}
