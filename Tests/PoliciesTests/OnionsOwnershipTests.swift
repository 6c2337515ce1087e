// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// What `onions` allows for services that are there already: so many, to be listed, and to be deleted by their session.
@Suite struct OnionsOwnershipTests {
    private static let own = String(repeating: "a", count: 56)
    private static let foreign = String(repeating: "b", count: 56)
    private static let policy = Policy([CompiledProfile(onions: OnionsRule(max: 2))])
    private static let notOwn = "! `onions` allows to delete services of the session's own only"

    private static func facts(_ change: (inout Ownership) -> Void) -> SessionFacts {
        var facts = SessionFacts.remote
        change(&facts.ownership)
        return facts
    }

    private static func owning() throws -> SessionFacts {
        let service = try #require(ServiceID(own))
        return facts { $0.serviceCreated(service) }
    }

    @Test(arguments: [
        (own, "> DEL_ONION \(own)"), (own.uppercased(), "> DEL_ONION \(own)"), (own + " ", "> DEL_ONION \(own)"),
        (foreign, notOwn), ("\(own) \(own)", notOwn), ("\(own) \(foreign)", notOwn), ("\(own).onion", notOwn),
        ("", notOwn), (String(own.dropLast()), notOwn), ("\"\(own)\"", notOwn),
    ])
    func aSessionDeletesItsOwnServicesAndNoOthers(arguments: String, outcome: String) throws {
        #expect(Self.policy.outcome("DEL_ONION \(arguments)", facts: try Self.owning()) == outcome)
    }

    @Test func aRuleForDEL_ONIONStillDecides() throws {
        let policy = Policy([
            CompiledProfile(onions: OnionsRule()), CompiledProfile(commands: ["DEL_ONION": [.allow("b+")]]),
        ])
        #expect(policy.outcome("DEL_ONION \(Self.foreign)") == "> DEL_ONION \(Self.foreign)")
        #expect(policy.outcome("DEL_ONION \(Self.own)") == Self.notOwn)
    }

    @Test func aWatchedClientDeletesWhatItLikes() throws {
        let facts = SessionFacts.facts(of: .local)
        let asked = command("DEL_ONION \(Self.foreign)")
        let verdict = Self.policy.complain(Self.policy.decide(asked, facts: facts), asked, facts: facts)
        #expect(verdict.summary == "> DEL_ONION \(Self.foreign)")
    }

    @Test func noMoreServicesThanMax() throws {
        let line = "ADD_ONION NEW:BEST Port=80,17600"
        let tooMany = "! `onions` does not allow it: the session has 2 services already, which is `max`"
        let service = try #require(ServiceID(Self.own))
        let one = try Self.owning()
        #expect(Self.policy.outcome(line, facts: one).hasPrefix("> "))
        // Those whose reply has not come count, too: a client may ask for many at once.
        let pending = Self.facts {
            $0.serviceCreated(service)
            $0.serviceRequested()
        }
        #expect(Self.policy.outcome(line, facts: pending) == tooMany)
        let freed = Self.facts {
            $0.serviceCreated(service)
            $0.serviceRequested()
            $0.serviceRequestEnded()
        }
        #expect(Self.policy.outcome(line, facts: freed).hasPrefix("> "))
    }

    // MARK: GETINFO onions/current

    @Test(arguments: [
        ("onions/current", "> GETINFO onions/current {services}"),
        ("onions/current ", "> GETINFO onions/current {services}"),
        ("onions/current onions/current", "> GETINFO onions/current onions/current {services services}"),
        ("onions/current version", "> GETINFO onions/current version {services -}"),
        ("version  onions/current", "> GETINFO version onions/current {- services}"),
        ("onions/detached", noRule), ("onions/current onions/detached", noRule), ("ONIONS/CURRENT", noRule),
        ("onions/current address", noRule),
    ])
    func theListOfOwnServicesIsAllowed(keys: String, outcome: String) {
        let policy = Policy([CompiledProfile(commands: ["GETINFO": [.allow("version")]], onions: OnionsRule())])
        #expect(policy.outcome("GETINFO \(keys)") == outcome)
    }

    @Test func aRuleOfAnEarlierFileDoesNotComeBeforeIt() {
        let rewritten = CompiledProfile(commands: ["GETINFO": [.answer(".*", "250-onions/current=x", "250 OK")]])
        let later = Policy([CompiledProfile(onions: OnionsRule()), rewritten])
        #expect(later.outcome("GETINFO onions/current") == "> GETINFO onions/current {services}")
        #expect(later.outcome("GETINFO version") == "= 250-onions/current=x / 250 OK")
        let earlier = Policy([rewritten, CompiledProfile(onions: OnionsRule())])
        #expect(earlier.outcome("GETINFO onions/current") == "= 250-onions/current=x / 250 OK")
    }
}
