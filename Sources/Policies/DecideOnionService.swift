// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

extension Policy {
    /// ADD_ONION: profile by profile a rule for the whole text, or else `onions`, one of which must allow all of it.
    func decideService(_ command: Command, _ facts: SessionFacts) -> Verdict {
        let readings = CommandReadings(command)
        var service: Result<AddOnion, AddOnion.Unreadable>?
        var refusal: Reason?
        for profile in profiles {
            if let verdict = decideWhole(readings, profile, facts) { return verdict }
            guard let rule = profile.onions else { continue }
            let read = service ?? AddOnion.read(command.arguments)
            service = read
            let verdict = decideService(read, rule, facts)
            guard verdict.isFiltered else { return verdict }
            refusal = refusal ?? verdict.reason
        }
        return .filter(refusal ?? .noRule)
    }

    private func decideService(
        _ read: Result<AddOnion, AddOnion.Unreadable>,
        _ rule: OnionsRule,
        _ facts: SessionFacts
    ) -> Verdict {
        let service: AddOnion
        switch read {
        case .success(let readable): service = readable
        case .failure(let error): return .filter(.unreadableService(error, rule.origin))
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
        let service = command.arguments.wordCount == 1 ? ServiceID(command.arguments.words[0]) : nil
        let readings = CommandReadings(command)
        var refusal: Reason?
        for profile in profiles {
            if let verdict = decideWhole(readings, profile, facts) { return verdict }
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
