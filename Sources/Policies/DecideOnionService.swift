// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

extension Policy {
    /// ADD_ONION: profile by profile a rule for the whole text, or else `onions`, one of which must allow all of it.
    func decideService(_ command: Command, _ facts: SessionFacts) -> Verdict {
        var refusal: Reason?
        for profile in profiles {
            if let verdict = decideWhole(command, profile, facts) { return verdict }
            guard let rule = profile.onions else { continue }
            let verdict = decideService(command, rule, facts)
            guard verdict.isFiltered else { return verdict }
            refusal = refusal ?? verdict.reason
        }
        return .filter(refusal ?? .noRule)
    }

    private func decideService(_ command: Command, _ rule: OnionsRule, _ facts: SessionFacts) -> Verdict {
        let service: AddOnion
        do {
            service = try AddOnion(parsing: command.arguments)
        } catch {
            return .filter(.unreadableService(error, rule.origin))
        }
        let allowed: AddOnion
        do {
            allowed = try rule.admit(service, facts)
        } catch {
            return .filter(.service(error, rule.origin))
        }
        guard let written = Command(keyword: .addOnion, arguments: allowed.encoded) else {
            return .filter(.unreadableArguments)
        }
        switch admit(written, rule: rule.origin, named: rule.places, facts) {
        case .success(let sent): return Verdict(.forward(sent, ReplyPlan(for: sent)), .rule(rule.origin))
        case .failure(let refusal): return .filter(refusal.reason)
        }
    }

    /// DEL_ONION: a rule for the whole text, or else `onions`, for a service of the session's own.
    func decideServiceRemoval(_ command: Command, _ facts: SessionFacts) -> Verdict {
        let words = command.arguments.words
        let service = words.count == 1 ? ServiceID(words[0]) : nil
        var refusal: Reason?
        for profile in profiles {
            if let verdict = decideWhole(command, profile, facts) { return verdict }
            guard let rule = profile.onions else { continue }
            // tor knows services by their small letters only.
            guard let service, facts.ownership.owns(service),
                let sent = Command(keyword: .delOnion, arguments: service.description)
            else {
                refusal = refusal ?? .foreignService(rule.origin)
                continue
            }
            return Verdict(.forward(sent, ReplyPlan(for: sent)), .rule(rule.origin))
        }
        return .filter(refusal ?? .noRule)
    }
}
