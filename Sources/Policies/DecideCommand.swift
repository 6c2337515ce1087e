// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Patterns

extension Policy {
    /// Decides what becomes of a command. This is the only place.
    ///
    /// Deny rules first; then, profile by profile, the first rule that allows the whole text; then `confs`. What is sent is the
    /// encoding of the value that was judged.
    package func decide(_ command: Command, facts: SessionFacts) -> Verdict {
        guard !Self.hidesControlCharacters(command) else { return .filter(.hiddenControlCharacter) }
        guard !isEmpty else { return .filter(.noProfile) }
        if let denial = denial(of: command) { return denial }
        switch command.keyword {
        case let keyword where Self.answeredHere.contains(keyword):
            return .filter(command.body == nil ? .answeredHere : .noRule)
        case .authChallenge: return decideChallenge(command, facts)
        case .setEvents where command.body == nil: return decideEvents(command)
        case .getInfo where command.body == nil:
            return decideKeys(command, GetInfo(arguments: command.arguments), facts)
        case .getConf where command.body == nil: return decideOptions(command, facts)
        case .setConf where command.body == nil, .resetConf where command.body == nil:
            return decideAssignments(command, facts)
        default: return decideWhole(command, facts) ?? .filter(.noRule)
        }
    }

    /// Lets through what would be filtered, for a local client that is only watched. What a deny rule, `tor-browser-mode`, the
    /// shape of the command or a control port forbids stays forbidden, and so does what is answered here.
    package func complain(_ verdict: Verdict, _ command: Command, facts: SessionFacts) -> Verdict {
        switch verdict.reason {
        case .noProfile, .noRule, .eventNotListed, .unreadableArguments: break
        default: return verdict
        }
        guard verdict.isFiltered, facts.client.isLocal, command.keyword != .authChallenge,
            !Self.answeredHere.contains(command.keyword), !closes(command),
            let admitted = try? admit(command, rule: nil, facts).get(),
            let sent = withoutSuppressedEvents(admitted)
        else { return verdict }
        return Verdict(.forward(sent, ReplyPlan(for: sent)), .complaining(verdict.reason))
    }

    /// Whether the client may be given the event; for one that is only watched, any that is not suppressed.
    package func decide(_ event: EventName, complaining: Bool) -> EventDecision {
        switch decide(event) {
        case .refuse where complaining: isNarrowed(event) ? .suppress : .deliver(nil)
        case let decision: decision
        }
    }

    /// Nil for a SETEVENTS whose events cannot be told, so that none that is suppressed could be taken out.
    private func withoutSuppressedEvents(_ command: Command) -> Command? {
        guard command.keyword == .setEvents else { return command }
        guard command.body == nil, let asked = SetEvents(arguments: command.arguments) else { return nil }
        let wanted = asked.events.filter { event in
            if case .deliver = decide(event, complaining: true) { true } else { false }
        }
        return Command(keyword: .setEvents, arguments: SetEvents(events: wanted).encoded)
    }

    /// In the arguments of any command, and in the lines of a torrc.
    private static func hidesControlCharacters(_ command: Command) -> Bool {
        if QuotedString.hidesControlCharacters(command.arguments) { return true }
        return command.keyword == .loadConf && command.body?.hidesControlCharacters == true
    }

    /// What is answered here whatever a profile says, and reaches tor for nobody.
    private static let answeredHere: Set<Keyword> = [
        .authenticate, .dropOwnership, .protocolInfo, .quit, .takeOwnership,
    ]

    /// A rule opens AUTHCHALLENGE; forwarding it would make us an oracle for tor's cookie, so the answer is our own.
    private func decideChallenge(_ command: Command, _ facts: SessionFacts) -> Verdict {
        guard let verdict = decideWhole(command, facts) else { return .filter(.noRule) }
        guard case .forward = verdict.decision else { return verdict }
        guard command.body == nil, let answer = Reply(.cookieDisabled) else {
            return .filter(.noRule)
        }
        return Verdict(.answer(answer), verdict.reason)
    }

    // MARK: One rule for the whole text

    /// The verdict of the first rule that matches the arguments as sent; nil if none does.
    private func decideWhole(_ command: Command, _ facts: SessionFacts) -> Verdict? {
        for profile in profiles {
            if let verdict = decideWhole(command, profile, facts) { return verdict }
        }
        return nil
    }

    private func decideWhole(
        _ command: Command,
        _ profile: CompiledProfile,
        _ facts: SessionFacts,
        where isEligible: (CommandRule) -> Bool = { _ in true }
    ) -> Verdict? {
        let readings = Self.readings(of: command)
        for rule in profile.rules[command.ruleName] ?? [] where isEligible(rule) {
            for reading in readings {
                switch rule.pattern.match(reading.arguments) {
                case .noMatch: continue
                case .failed: return .filter(.patternFailed(rule.origin))
                case .match: return carryOut(rule, reading, facts)
                }
            }
        }
        return nil
    }

    /// The command as sent, and before it, where it lists keys or options, the same with single blanks: a blank more must not
    /// carry it past the rule that is meant for it to a wider one behind.
    private static func readings(of command: Command) -> [Command] {
        guard [.getInfo, .getConf].contains(command.keyword), command.body == nil,
            let canonical = Command(
                keyword: command.keyword, arguments: command.arguments.words.joined(separator: " ")
            ), canonical != command
        else { return [command] }
        return [canonical, command]
    }

    private func carryOut(_ rule: CommandRule, _ command: Command, _ facts: SessionFacts) -> Verdict {
        var sent = command
        switch rule.effect {
        case .answer(let reply):
            return Verdict(.answer(reply), .rule(rule.origin))
        case .allow:
            break
        case .replace(let template):
            guard let captures = rule.pattern.captures(in: command.arguments) else {
                return .filter(.patternFailed(rule.origin))
            }
            let text = String(decoding: template.expand(captures, facts.value), as: UTF8.self)
            guard !QuotedString.hidesControlCharacters(text),
                let replaced = Command(keyword: command.keyword, arguments: text, body: command.body)
            else { return .filter(.unusableReplacement(rule.origin)) }
            sent = replaced
        }
        if closes(sent) {
            guard let answer = Self.emptyAnswer(to: sent) else { return .filter(.noRule) }
            return Verdict(.answer(answer), .rule(rule.origin))
        }
        switch admit(sent, rule: rule.origin, facts) {
        case .success(let admitted):
            return Verdict(.forward(admitted, ReplyPlan(for: admitted, rewriting: rule.response)), .rule(rule.origin))
        case .failure(let refusal):
            return .filter(refusal.reason)
        }
    }

    /// Whether `tor-browser-mode` closes what the command asks for: the lists of all circuits and streams.
    private func closes(_ command: Command) -> Bool {
        isTorBrowserMode && command.keyword == .getInfo
            && GetInfo(arguments: command.arguments).keys.contains(where: Self.closedKeys.contains)
    }

    /// The reply that tor gives when there is no circuit or stream; nil if other keys are asked for with them.
    private static func emptyAnswer(to command: Command) -> Reply? {
        let keys = GetInfo(arguments: command.arguments).keys
        guard keys.allSatisfy(closedKeys.contains) else { return nil }
        return Reply(keys.map { "250-\($0)=" } + ["250 OK"])
    }

    private static let closedKeys: Set<String> = ["circuit-status", "stream-status"]

    // MARK: What leaves

    private struct Refusal: Error {
        let reason: Reason
    }

    /// The command as it may leave: an ADD_ONION is read to its last argument and written anew, any other stays.
    private func admit(_ command: Command, rule: RuleOrigin?, _ facts: SessionFacts) -> Result<Command, Refusal> {
        guard command.keyword == .addOnion else { return .success(command) }
        let service: AddOnion
        do {
            service = try AddOnion(parsing: command.arguments)
        } catch {
            return .failure(Refusal(reason: .unreadableService(error, rule)))
        }
        for (_, target) in service.targets {
            if let refusal = facts.guarded.refusal(of: target) {
                return .failure(Refusal(reason: .target(refusal, rule)))
            }
        }
        guard command.body == nil, let encoded = Command(keyword: .addOnion, arguments: service.encoded) else {
            return .failure(Refusal(reason: .unreadableArguments))
        }
        return .success(encoded)
    }

    // MARK: Keys and options, one by one

    /// GETINFO: a rule for the whole text, or else one for each key alone.
    private func decideKeys(_ command: Command, _ query: GetInfo, _ facts: SessionFacts) -> Verdict {
        for profile in profiles {
            let verdict = decideWhole(command, profile, facts) { query.keys.count <= 1 || $0.pattern.hasLiteralBlank }
            if let verdict { return verdict }
        }
        guard !query.keys.isEmpty, query.keys.count <= Limits.keywordArguments else {
            return .filter(.noRule)
        }
        var found: [CommandRule] = []
        for key in query.keys {
            guard case .rule(let rule) = permission(for: .getInfo, alone: key, option: nil) else {
                return .filter(.noRule)
            }
            found.append(rule)
        }
        if closes(command) {
            guard let answer = Self.emptyAnswer(to: command) else { return .filter(.noRule) }
            return Verdict(.answer(answer), .rule(found[0].origin))
        }
        let plan = ReplyPlan(shape: .getInfo(query.keys), byKey: found.map(\.response))
        return forward(.getInfo, query.encoded, plan, found[0].origin)
    }

    /// GETCONF: a rule for the whole text, or else a rule or an entry of `confs` for each option alone.
    private func decideOptions(_ command: Command, _ facts: SessionFacts) -> Verdict {
        let words = command.arguments.words
        guard let query = GetConf(arguments: command.arguments) else { return .filter(.unreadableArguments) }
        for profile in profiles {
            let verdict = decideWhole(command, profile, facts) { words.count <= 1 || $0.pattern.hasLiteralBlank }
            if let verdict { return verdict }
            // A rule of an earlier file must not come before an entry of this one.
            if words.count == 1, profile.confs[query.options[0]] != nil { break }
        }
        if words.isEmpty, let profile = profiles.first(where: { _ in profiles.allSatisfy(\.confs.isEmpty) }) {
            // It asks for nothing and gets `250 OK`. The Python filter lets it pass where no profile says which options may be
            // asked for, and so do we: it tells nobody anything.
            return forward(.getConf, "", ReplyPlan(shape: .getConf([])), profile.origin)
        }
        guard words.count <= Limits.keywordArguments else { return .filter(.noRule) }
        var answers: [(option: ConfOption, response: ReplyRewriting?)] = []
        var origins: [RuleOrigin] = []
        for (word, option) in zip(words, query.options) {
            let response: ReplyRewriting?
            switch permission(for: .getConf, alone: String(word), option: option) {
            case .rule(let rule):
                origins.append(rule.origin)
                response = rule.response
            case .entry(let entry):
                origins.append(entry.origin)
                response = nil
            case nil:
                return .filter(.noRule)
            }
            guard let last = answers.last, ReplyPlan.areAnsweredTogether(last.option, option) else {
                answers.append((option, response))
                continue
            }
            // Of options whose lines cannot be told apart it cannot be said which rule rewrites a line.
            guard last.response == nil, response == nil else { return .filter(.noRule) }
        }
        guard let origin = origins.first else { return .filter(.noRule) }
        let plan = ReplyPlan(shape: .getConf(answers.map(\.option)), byKey: answers.map(\.response))
        return forward(.getConf, words.joined(separator: " "), plan, origin)
    }

    private enum Permission {
        case rule(CommandRule)
        case entry(ConfRule)
    }

    /// What allows a key or option alone, leaving the command as it is; nil too if the first rule that matches does not leave
    /// it so, since a later one must not loosen it.
    private func permission(for keyword: Keyword, alone key: String, option: ConfOption?) -> Permission? {
        for profile in profiles {
            for rule in profile.rules[keyword.name] ?? [] {
                switch rule.pattern.match(key) {
                case .noMatch: continue
                case .failed: return nil
                case .match: return rule.leavesCommand ? .rule(rule) : nil
                }
            }
            if let option, let entry = profile.confs[option] { return .entry(entry) }
        }
        return nil
    }

    /// SETCONF and RESETCONF: a rule for the whole text, or else each option by an entry of `confs` with a value pattern.
    private func decideAssignments(_ command: Command, _ facts: SessionFacts) -> Verdict {
        let parsed = ConfAssignments(arguments: command.arguments)
        for profile in profiles {
            if let verdict = decideWhole(command, profile, facts) { return verdict }
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

    private func forward(_ keyword: Keyword, _ arguments: String, _ plan: ReplyPlan, _ origin: RuleOrigin) -> Verdict {
        guard let command = Command(keyword: keyword, arguments: arguments) else {
            return .filter(.unreadableArguments)
        }
        return Verdict(.forward(command, plan), .rule(origin))
    }

    // MARK: Events

    /// SETEVENTS goes by `events` alone: every event must be listed, and tor is asked for those that are not suppressed.
    private func decideEvents(_ command: Command) -> Verdict {
        guard let asked = SetEvents(arguments: command.arguments) else { return .filter(.unreadableArguments) }
        var wanted: [EventName] = []
        for event in asked.events {
            switch decide(event) {
            case .refuse: return .filter(.eventNotListed(event))
            case .suppress: continue
            case .deliver: wanted.append(event)
            }
        }
        let origin = asked.events.lazy.compactMap { events[$0]?.origin }.first ?? profiles[0].origin
        return forward(.setEvents, SetEvents(events: wanted).encoded, ReplyPlan(shape: .endLine), origin)
    }
}
