// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Patterns

extension Policy {
    /// Decides what becomes of a command. This is the only place.
    ///
    /// Deny rules first; then, profile by profile, the first rule that allows the whole text; then `onions` and `confs`. What is sent is the
    /// encoding of the value that was judged.
    package func decide(_ command: Command, facts: SessionFacts) -> Verdict {
        guard !Self.hidesControlCharacters(command) else { return .filter(.hiddenControlCharacter) }
        guard !isEmpty else { return .filter(.noProfile) }
        guard !Self.listsTooMuch(command) else { return .filter(.tooMuch(nil)) }
        if let denial = denial(of: command) { return denial }
        switch command.keyword {
        case .authenticate, .dropOwnership, .protocolInfo, .quit, .takeOwnership:
            return .filter(command.body == nil ? .answeredHere : .noRule)
        case .authChallenge: return decideChallenge(command, facts)
        case .setEvents where command.body == nil: return decideEvents(command)
        case .getInfo where command.body == nil:
            return decideKeys(command, facts)
        case .getConf where command.body == nil: return decideOptions(command, facts)
        case .addOnion where command.body == nil: return decideService(command, facts)
        case .delOnion where command.body == nil: return decideServiceRemoval(command, facts)
        case .setConf where command.body == nil, .resetConf where command.body == nil:
            return decideAssignments(command, facts)
        default: return decideWhole(command, facts) ?? .filter(.noRule)
        }
    }

    /// Lets through what would be filtered, for a local client that is only watched. What a deny rule, `tor-browser-mode`, the
    /// shape of the command or a control port forbids stays forbidden, and so does what is answered here.
    package func complain(_ verdict: Verdict, _ command: Command, facts: SessionFacts) -> Verdict {
        switch verdict.reason {
        case .noProfile, .noRule, .service, .foreignService, .notOwn, .eventNotListed, .unreadableArguments: break
        default: return verdict
        }
        if case .notOwn = verdict.reason, facts.ownership.mustAsk(for: command) { return verdict }
        guard verdict.isFiltered, facts.client.isLocal, command.keyword != .authChallenge,
            !Self.answeredHere.contains(command.keyword),
            let admitted = try? admit(command, rule: nil, named: [], facts).get(),
            let sent = withoutSuppressedEvents(admitted)
        else { return verdict }
        return Verdict(.forward(sent, plan(for: sent)), .complaining(verdict.reason))
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

    /// Whether there are more keys or options than are judged, whatever would become of each.
    private static func listsTooMuch(_ command: Command) -> Bool {
        guard command.keyword == .getInfo || command.keyword == .getConf, command.body == nil else { return false }
        // Most are too short for it, and need not be counted.
        return command.arguments.utf8.count > Limits.keywordArguments
            && command.arguments.wordCount > Limits.keywordArguments
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
    func decideWhole(_ command: Command, _ facts: SessionFacts) -> Verdict? {
        let readings = CommandReadings(command)
        for profile in profiles {
            if let verdict = decideWhole(readings, profile, facts) { return verdict }
        }
        return nil
    }

    func decideWhole(
        _ readings: CommandReadings,
        _ profile: CompiledProfile,
        _ facts: SessionFacts,
        where isEligible: (CommandRule) -> Bool = { _ in true }
    ) -> Verdict? {
        guard let rules = profile.rules[readings.ruleName] else { return nil }
        for rule in rules where isEligible(rule) {
            if let canonical = readings.canonical, let verdict = decide(canonical, by: rule, profile, facts) {
                return verdict
            }
            if let verdict = decide(readings.command, by: rule, profile, facts) { return verdict }
        }
        return nil
    }

    /// Nil if the rule is not for the command.
    private func decide(
        _ command: Command,
        by rule: CommandRule,
        _ profile: CompiledProfile,
        _ facts: SessionFacts
    ) -> Verdict? {
        switch rule.pattern.match(command.arguments) {
        case .noMatch: nil
        case .failed: .filter(.patternFailed(rule.origin))
        case .match: carryOut(rule, command, profile, facts)
        }
    }

    private func carryOut(
        _ rule: CommandRule,
        _ command: Command,
        _ profile: CompiledProfile,
        _ facts: SessionFacts
    ) -> Verdict {
        var sent = command
        switch rule.effect {
        case .answer(let reply):
            return Verdict(.answer(reply), .rule(rule.origin))
        case .allow:
            break
        case .replace(let template):
            var captures: Captures?
            if template.usesGroups {
                guard command.arguments.utf8.count <= Limits.replacedText else { return .filter(.tooMuch(rule.origin)) }
                captures = rule.pattern.captures(in: command.arguments)
                guard captures != nil else { return .filter(.patternFailed(rule.origin)) }
            }
            let text = String(decoding: template.expand(captures) { facts.value(of: $0) }, as: UTF8.self)
            guard !QuotedString.hidesControlCharacters(text),
                let replaced = Command(keyword: command.keyword, arguments: text, body: command.body)
            else { return .filter(.unusableReplacement(rule.origin)) }
            sent = replaced
        }
        if rule.isOwn {
            guard OwnershipCheck.allows(sent, facts.ownership) else { return .filter(.notOwn(rule.origin)) }
            sent = OwnershipCheck.spelt(sent)
        }
        switch admit(sent, rule: rule.origin, named: profile.onions?.places ?? [], facts) {
        case .success(let admitted):
            return Verdict(.forward(admitted, plan(for: admitted, by: rule)), .rule(rule.origin))
        case .failure(let refusal):
            return .filter(refusal.reason)
        }
    }

    /// How the reply to a command is read, by the rule that allows it, if one does.
    func plan(for command: Command, by rule: CommandRule? = nil) -> ReplyPlan {
        var plan = ReplyPlan(for: command, rewriting: rule?.response)
        let isOwn = rule?.isOwn ?? false
        switch plan.shape {
        case .getInfo(let keys): plan.cuts = cuts(for: keys, isOwn: isOwn)
        case .onionClientAuthView: plan.cuts = [isOwn ? .credentials : nil]
        default: break
        }
        return plan
    }

    /// Empty if nothing is cut.
    private func cuts(for keys: [String], isOwn: Bool) -> [OwnershipCut?] {
        guard isOwn || isTorBrowserMode else { return [] }
        return keys.map { cut(for: $0, isOwn: isOwn) }
    }

    /// What is left of the lines of a key: `tor-browser-mode` narrows the lists of circuits and streams, whichever rule allows
    /// them.
    func cut(for key: String, isOwn: Bool) -> OwnershipCut? {
        switch OwnershipCut(key: key) {
        case .circuits where isTorBrowserMode: .circuits
        case .streams where isTorBrowserMode: .streams
        case let cut: isOwn ? cut : nil
        }
    }

    // MARK: What leaves

    struct Refusal: Error {
        let reason: Reason
    }

    /// The command as it may leave: an ADD_ONION is read to its last argument and written anew, any other stays.
    ///
    /// - Parameter places: targets that the `onions` of the profile that allows it names.
    func admit(
        _ command: Command,
        rule: RuleOrigin?,
        named places: Set<OnionTarget>,
        _ facts: SessionFacts
    ) -> Result<Command, Refusal> {
        guard command.keyword == .addOnion else { return .success(command) }
        let service: AddOnion
        do {
            service = try AddOnion(parsing: command.arguments)
        } catch {
            return .failure(Refusal(reason: .unreadableService(error, rule)))
        }
        for (_, target) in service.targets {
            if let refusal = facts.guarded.refusal(of: target, named: places) {
                return .failure(Refusal(reason: .target(refusal, rule)))
            }
        }
        if let reason = refusal(of: service, facts) { return .failure(Refusal(reason: reason)) }
        guard command.body == nil, let encoded = Command(keyword: .addOnion, arguments: service.encoded) else {
            return .failure(Refusal(reason: .unreadableArguments))
        }
        return .success(encoded)
    }

    func forward(_ keyword: Keyword, _ arguments: String, _ plan: ReplyPlan, _ origin: RuleOrigin) -> Verdict {
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
