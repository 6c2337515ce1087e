// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Monitoring
import Policies
import Sessions
import Testing

@Suite struct ActivityTests {
    /// What a session has seen, as it is counted.
    static func observe(_ activity: inout Activity, _ observation: Observation, at place: Int) {
        let session = AuditedSession(number: 1, client: nil)
        activity.observed(observation, AuditRecord(session, observation, cookieFile: ""), at: place)
    }

    static func command(_ outcome: CommandObservation.Outcome, _ reason: Reason) -> Observation {
        .command(
            CommandObservation(subject: .malformed(keyword: .getInfo, length: 9), outcome: outcome, reason: reason))
    }

    @Test("a command is counted once, under all profiles of its client")
    func joined() {
        var activity = Activity()
        let both = activity.place(of: ["a", "b"])
        let one = activity.place(of: ["a"])
        let none = activity.place(of: [])
        #expect(activity.place(of: ["a", "b"]) == both)
        Self.observe(&activity, Self.command(.filter, .noRule), at: both)
        Self.observe(&activity, Self.command(.answer, .answeredHere), at: both)
        Self.observe(&activity, Self.command(.answer, .complaining(.noRule)), at: one)
        Self.observe(&activity, Self.command(.filter, .noProfile), at: none)
        #expect(activity.policies.map(\.profiles) == ["a,b", "a", ""])
        #expect(activity.policies.map(\.commands.filter) == [1, 0, 1])
        #expect(activity.policies.map(\.commands.answer) == [1, 1, 0])
        #expect(activity.policies.map(\.complaints) == [0, 1, 0])
        #expect(activity.commands.all == 4)
    }

    @Test(
        "what a refusal says besides is counted",
        arguments: [
            (Reason.beforeAuthentication, UInt64(1), nil as ReachedLimit?), (.authenticationFailed, 1, nil),
            (.noRule, 0, nil), (.tooManyDetached, 0, .detachedServices),
            (.service(.tooMany(3), RuleOrigin(file: "f", line: 1, column: 1)), 0, .profileOnions),
        ]
    )
    func reasons(reason: Reason, unauthenticated: UInt64, limit: ReachedLimit?) {
        var activity = Activity()
        Self.observe(&activity, Self.command(.filter, reason), at: activity.place(of: ["a"]))
        #expect(activity.unauthenticatedCommands == unauthenticated)
        for each in ReachedLimit.allCases { #expect(activity.count(of: each) == (each == limit ? 1 : 0)) }
        #expect(activity.commands.filter == 1)
    }

    @Test("a limit is counted where it ends or rejects something")
    func limits() {
        var activity = Activity()
        let place = activity.place(of: ["a"])
        for rejection in Rejection.allCases { activity.rejected(rejection) }
        for reason in [CloseReason.handshakeTimeout, .lineTooLong, .clientTooSlow, .tooManyRecords, .quit] {
            activity.sessionBegan(at: place)
            activity.sessionEnded(reason, at: place)
        }
        activity.reached(.profileCommands)
        let zero = ReachedLimit.allCases.filter { activity.count(of: $0) == 0 }
        #expect(zero == [.profileOnions, .detachedServices])
        #expect(activity.openSessions == 0)
        #expect(activity.sessions == 5)
        #expect(activity.ends.values.reduce(0, +) == 5)
    }

    @Test("every event that is kept from a client is counted by its reason")
    func events() {
        var activity = Activity()
        let place = activity.place(of: ["a"])
        let drops: [Observation.EventDrop] = [.rewriting, .tooLarge, .notSubscribed, .notOwn]
        for drop in drops { Self.observe(&activity, .eventDropped(.stream, drop), at: place) }
        Self.observe(&activity, .replyFiltered(.getInfo), at: place)
        #expect(
            activity.policies[place].droppedEvents
                == Dictionary(uniqueKeysWithValues: EventLoss.allCases.map { ($0, 1) }))
        #expect(activity.policies[place].filteredReplies == 1)
    }

    @Test("profiles that come and go take no memory without end, and no number is lost")
    func bounded() {
        var activity = Activity()
        for number in 0..<2000 { activity.sessionBegan(at: activity.place(of: ["profile \(number)"])) }
        #expect(activity.policies.count == Activity.mostPolicies + 1)
        #expect(activity.policies.last?.profiles == Activity.others)
        #expect(activity.policies.last?.sessions == UInt64(2000 - Activity.mostPolicies))
        #expect(activity.sessions == 2000)
        #expect(activity.place(of: ["profile 3"]) == 3)
        #expect(activity.place(of: [Activity.others]) == Activity.mostPolicies)
    }

    @Test("names that differ far behind are counted together")
    func longNames() {
        var activity = Activity()
        let name = String(repeating: "ä", count: 1000)
        #expect(activity.place(of: [name + "a"]) == activity.place(of: [name + "b"]))
    }
}
