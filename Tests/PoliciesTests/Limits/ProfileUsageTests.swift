// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

@Suite struct ProfileUsageTests {
    private static let origin = RuleOrigin(file: "limits", line: 1, column: 1)

    private static func limit(_ value: Int?) -> ProfileLimits.Limit? { value.map { ProfileLimits.Limit($0, origin) } }

    private static func policy(
        _ name: String = "app",
        sessions: Int? = nil,
        onions: Int? = nil,
        commands: Int? = nil
    ) -> Policy {
        Policy([profile(name, sessions: sessions, onions: onions, commands: commands)])
    }

    private static func profile(
        _ name: String,
        sessions: Int? = nil,
        onions: Int? = nil,
        commands: Int? = nil
    ) -> CompiledProfile {
        CompiledProfile(
            name,
            commands: ["ADD_ONION": [.allow(".*")]],
            limits: ProfileLimits(
                sessions: limit(sessions), onions: limit(onions), commandsPerSecond: limit(commands)
            )
        )
    }

    private static let alice = ClientIdentity.local(uid: 1000, program: .label("app"), socket: nil)
    private static let others: [ClientIdentity?] = [
        .local(uid: 1001, program: .label("app"), socket: nil),
        .local(uid: 1000, program: .label("other"), socket: nil),
        .local(uid: 1000, program: nil, socket: nil),
        .local(uid: 1000, program: .label("app"), socket: "app"),
        .remote(ip("10.152.152.11")),
        nil,
    ]
    private static func service(_ digit: Character) -> ServiceID { onion(digit) }

    // MARK: Sessions

    @Test func `a profile has as many sessions of one client as it allows, and room for each other client`() {
        let policy = Self.policy(sessions: 2)
        var usage = ProfileUsage()
        expectNow(usage.begin(1, under: policy, by: Self.alice) == nil)
        expectNow(usage.begin(2, under: policy, by: Self.alice) == nil)
        expectNow(usage.begin(3, under: policy, by: Self.alice)?.name == "app")
        for (index, other) in Self.others.enumerated() {
            expectNow(usage.begin(UInt64(10 + index), under: policy, by: other) == nil)
        }
        // What was refused was not counted, and what ends is given back once.
        usage.end(3)
        expectNow(usage.begin(3, under: policy, by: Self.alice) != nil)
        usage.end(1)
        usage.end(1)
        expectNow(usage.begin(4, under: policy, by: Self.alice) == nil)
        expectNow(usage.begin(5, under: policy, by: Self.alice) != nil)
    }

    @Test func `of several profiles the stricter decides, and another profile has room of its own`() {
        let both = Policy([Self.profile("wide", sessions: 3), Self.profile("narrow", sessions: 1)])
        var usage = ProfileUsage()
        expectNow(usage.begin(1, under: both, by: Self.alice) == nil)
        expectNow(usage.begin(2, under: both, by: Self.alice)?.name == "narrow")
        expectNow(usage.begin(3, under: Self.policy("wide", sessions: 3), by: Self.alice) == nil)
        expectNow(usage.begin(4, under: Self.policy("elsewhere", sessions: 1), by: Self.alice) == nil)
    }

    @Test func `clients whose user is not known share what one may have`() {
        var usage = ProfileUsage()
        expectNow(usage.begin(1, under: Self.policy(sessions: 1), by: nil) == nil)
        expectNow(usage.begin(2, under: Self.policy(sessions: 1), by: nil) != nil)
    }

    @Test func `sessions that began before the limit came count`() {
        var usage = ProfileUsage()
        expectNow(usage.begin(1, under: Self.policy(), by: Self.alice) == nil)
        expectNow(usage.begin(2, under: Self.policy(sessions: 1), by: Self.alice) != nil)
    }

    // MARK: Services

    @Test func `services of other sessions count, in flight and detached ones among them`() {
        let policy = Self.policy(onions: 5)
        let app = ProfileID(file: "app", name: "app")
        var usage = ProfileUsage()
        for session: UInt64 in 1...2 { _ = usage.begin(session, under: policy, by: Self.alice) }
        _ = usage.begin(3, under: policy, by: Self.others[0])
        func elsewhere(_ session: UInt64) -> Int? { usage.servicesElsewhere(of: session, under: policy)[app] }

        usage.count([], inFlight: 1, detachedInFlight: 0, of: 1)
        #expect([elsewhere(1), elsewhere(2), elsewhere(3)] == [0, 1, 0])
        usage.count([Self.service("a")], inFlight: 0, detachedInFlight: 0, of: 1)
        usage.count([Self.service("b"), Self.service("c")], inFlight: 1, detachedInFlight: 0, of: 2)
        #expect([elsewhere(1), elsewhere(2), elsewhere(3)] == [3, 1, 0])
        // A service that is detached counts once, also for the session that made it.
        usage.detached(Self.service("b"), by: 2)
        #expect([elsewhere(1), elsewhere(2)] == [3, 1])
        usage.end(2)
        #expect(elsewhere(1) == 1)
        let owner = ProfileUser(profile: app, identity: Self.alice)
        usage.detachedEnded(Self.service("b"), of: [owner])
        #expect(elsewhere(1) == 0)
        // No number goes below none.
        usage.detachedEnded(Self.service("b"), of: [owner])
        #expect(elsewhere(1) == 0)
    }

    @Test func `a client that leaves before tor names its detached service has it all the same`() {
        let policy = Self.policy(onions: 5)
        let app = ProfileID(file: "app", name: "app")
        var usage = ProfileUsage()
        for session: UInt64 in 1...3 {
            _ = usage.begin(session, under: policy, by: Self.alice)
            usage.count([], inFlight: 2, detachedInFlight: 1, of: session)
            usage.end(session)
        }
        _ = usage.begin(4, under: policy, by: Self.alice)
        #expect(usage.servicesElsewhere(of: 4, under: policy) == [app: 3])
        usage.torEnded([:])
        #expect(usage.servicesElsewhere(of: 4, under: policy) == [app: 0])
    }

    @Test func `when tor has ended, detached services are no more`() {
        let policy = Self.policy(onions: 5)
        let app = ProfileID(file: "app", name: "app")
        var usage = ProfileUsage()
        _ = usage.begin(1, under: policy, by: Self.alice)
        usage.count([Self.service("a")], inFlight: 0, detachedInFlight: 0, of: 1)
        usage.detached(Self.service("a"), by: 1)
        usage.end(1)
        _ = usage.begin(2, under: policy, by: Self.alice)
        #expect(usage.servicesElsewhere(of: 2, under: policy) == [app: 1])
        usage.torEnded([Self.service("a"): [ProfileUser(profile: app, identity: Self.alice)]])
        #expect(usage.servicesElsewhere(of: 2, under: policy) == [app: 0])
    }

    @Test func `a profile without a limit asks for no number`() {
        var usage = ProfileUsage()
        _ = usage.begin(1, under: Self.policy(), by: Self.alice)
        #expect(usage.servicesElsewhere(of: 1, under: Self.policy()).isEmpty)
    }

    @Test func `only sessions of the same client under a same profile are companions`() {
        var usage = ProfileUsage()
        let both = Policy([Self.profile("app"), Self.profile("more")])
        _ = usage.begin(1, under: Self.policy(), by: Self.alice)
        _ = usage.begin(2, under: both, by: Self.alice)
        _ = usage.begin(3, under: Self.policy("more"), by: Self.alice)
        _ = usage.begin(4, under: both, by: Self.others[0])
        #expect(Set(usage.companions(of: 1)) == [1, 2])
        #expect(Set(usage.companions(of: 2)) == [1, 2, 3])
        #expect(Set(usage.companions(of: 4)) == [4])
        #expect(usage.companions(of: 9).isEmpty)
    }

    // MARK: Deciding

    @Test(
        "ADD_ONION is refused at the limit, whatever rule allows it",
        arguments: [(0, 0, true), (1, 0, true), (2, 0, false), (1, 1, false), (0, 2, false), (0, 7, false)]
    )
    func decision(own: Int, elsewhere: Int, isAllowed: Bool) {
        let policy = Policy([Self.profile("wide", onions: 50), Self.profile("app", onions: 2)])
        var facts = SessionFacts.remote
        for digit in "abcdefg".prefix(own) { facts.ownership.serviceCreated(onion(digit)) }
        facts.ownership.servicesElsewhere = [ProfileID(file: "app", name: "app"): elsewhere]
        let outcome = policy.outcome("ADD_ONION NEW:BEST Port=80,17600", facts: facts)
        #expect(
            outcome
                == (isAllowed
                    ? "> ADD_ONION NEW:BEST Port=80,127.0.0.1:17600"
                    : "! the client has 2 onion services, as many as `limits` of the profile app allows")
        )
        let command = command("ADD_ONION NEW:BEST Port=80,17600")
        let verdict = policy.decide(command, facts: facts)
        #expect(policy.complain(verdict, command, facts: facts).isFiltered == !isAllowed)
        if !isAllowed { #expect(verdict.reason.rule == Self.origin) }
    }

    @Test func `commands at tor count until their replies have ended`() {
        let policy = Self.policy(onions: 1)
        var facts = SessionFacts.remote
        facts.ownership.serviceRequested(isDetached: true)
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=80", facts: facts).hasPrefix("! the client has 1"))
        facts.ownership.serviceRequestEnded(isDetached: true)
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=80", facts: facts).hasPrefix("> "))
        #expect(facts.ownership.detachedInFlight == 0)
    }

    @Test func `without room to remember it no detached service is made`() {
        var facts = SessionFacts.remote
        facts.ownership.shared.hasRoomForService = false
        let policy = Self.policy()
        #expect(
            policy.outcome("ADD_ONION NEW:BEST Flags=Detach Port=80", facts: facts)
                == "! the client has more detached services than can be remembered"
        )
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=80", facts: facts).hasPrefix("> "))
    }

    // MARK: Commands

    @Test func `sessions of one client share its commands, and another client has its own`() {
        let policy = Self.policy(commands: 2)
        var usage = ProfileUsage()
        for _ in 0..<2 { expectNow(usage.permit(under: policy, by: Self.alice, at: .zero) == .zero) }
        expectNow(usage.permit(under: policy, by: Self.alice, at: .zero) == .milliseconds(500))
        for other in Self.others { expectNow(usage.permit(under: policy, by: other, at: .zero) == .zero) }
        usage.giveBackPermit(under: policy, by: Self.alice)
        expectNow(usage.permit(under: policy, by: Self.alice, at: .zero) == .milliseconds(500))
    }

    @Test func `of several limits the longest wait holds, and without one there is none`() {
        var usage = ProfileUsage()
        expectNow(usage.permit(under: Self.policy(), by: Self.alice, at: .zero) == nil)
        let both = Policy([Self.profile("wide", commands: 100), Self.profile("narrow", commands: 1)])
        #expect(both.limitsCommands && !Self.policy().limitsCommands)
        expectNow(usage.permit(under: both, by: Self.alice, at: .zero) == .zero)
        expectNow(usage.permit(under: both, by: Self.alice, at: .zero) == .seconds(1))
    }

    @Test func `a client that left and comes back at once finds its commands used`() {
        let policy = Self.policy(commands: 1)
        var usage = ProfileUsage()
        _ = usage.begin(1, under: policy, by: Self.alice)
        expectNow(usage.permit(under: policy, by: Self.alice, at: .zero) == .zero)
        usage.end(1)
        // Nor do others make it be forgotten.
        for port in 0..<1000 {
            _ = usage.permit(under: policy, by: .remote(.v4(UInt32(port))), at: .milliseconds(1))
        }
        _ = usage.begin(2, under: policy, by: Self.alice)
        expectNow(usage.permit(under: policy, by: Self.alice, at: .milliseconds(1)) == .milliseconds(999))
    }
}

/// An address of nothing but one digit.
func onion(_ digit: Character) -> ServiceID {
    guard let service = ServiceID(String(repeating: digit, count: 56)) else { preconditionFailure("\(digit)") }
    return service
}

/// An expectation about what a mutating call returns, which the macro cannot take.
func expectNow(_ holds: Bool, _ comment: Comment? = nil, at place: SourceLocation = #_sourceLocation) {
    #expect(holds, comment, sourceLocation: place)
}
