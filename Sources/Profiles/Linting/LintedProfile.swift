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

        init(_ command: CommandEntry, _ entry: RuleEntry, _ compiled: CommandRule) {
            self.command = command
            self.entry = entry
            self.compiled = compiled
            samples = compiled.pattern.samples(limit: 100) { Phrase.endings(of: $0, in: command.ruleName) }
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
    /// One of each kind that it is for; somebody invented if it is for nobody.
    let clients: [Client]
    let rules: [Rule]
    private let policy: Policy

    init(_ written: Profile, _ compiled: CompiledProfile) {
        self.written = written
        self.compiled = compiled
        policy = Policy([compiled])
        let clients = compiled.selector.exampleClients
        let kinds = [clients.first { $0.isLocal }, clients.first { !$0.isLocal }].compactMap(\.self)
        let isForHosts = compiled.selector.hosts != nil
        let invented = Client(transport: isForHosts ? .remote(.v4(0xC000_0201), port: 0) : .unix(socket: nil))
        self.clients = kinds.isEmpty ? [invented] : kinds
        rules = written.commands.flatMap { command -> [Rule] in
            let known = compiled.rules[command.ruleName] ?? []
            return command.rules.compactMap { entry -> Rule? in
                guard !entry.isDenied, let rule = known.first(where: { $0.origin.isAt(entry.mark) }) else { return nil }
                return Rule(command, entry, rule)
            }
        }
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
        guard let command = Command(keyword: keyword, arguments: arguments, body: body) else { return nil }
        var facts = SessionFacts(client: client ?? clients[0], guarded: .usual)
        if let service = command.credentialInQuestion {
            facts.ownership.credentialAtTor = CredentialAtTor(service: service, state: .none)
        }
        let verdict = policy.decide(command, facts: facts)
        guard case .forward(let sent, let plan) = verdict.decision, let origin = verdict.reason.rule else { return nil }
        return Passage(sent: sent, plan: plan, origin: origin)
    }

    /// Argument texts that a rule lets through, those first that a client could well send.
    func witnesses(of rule: Rule, from client: Client? = nil) -> [String] {
        let passing = rule.samples.filter { passage(rule, $0, from: client) != nil }
        let likely = passing.filter { Phrase.isLikely($0, in: rule.command.ruleName) }
        return likely + passing.filter { !likely.contains($0) }
    }
}

extension RuleOrigin {
    func isAt(_ mark: Mark) -> Bool { line == mark.line && column == mark.column }

    var mark: Mark { Mark(line: line, column: column) }
}
