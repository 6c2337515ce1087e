// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// Places that a profile names, and what is guarded all the same.
@Suite struct GuardedTargetsTests {
    private static let controlSocket = "! the service would lead to a control socket"
    private static let unknown = "! it cannot be told where the path of a Unix socket leads"
    private static let sockets = [
        "/run/app/web", "/run/app/link", "/run/tor/control", "/var/run/tor/control", "/run/ours",
    ]

    private static let policy = Policy([
        CompiledProfile(
            onions: OnionsRule(
                targetPorts: [9050...9051],
                places: sockets.map { "unix:\($0)" } + ["127.0.0.1:9050", "127.0.0.1:9051", "10.152.152.10:951"]
            )
        )
    ])

    private static func outcome(
        _ target: String,
        policy: Policy = Self.policy,
        torSockets: Set<String>? = ["/run/tor/control"],
        realPaths: [String: String]?
    ) -> String {
        var facts = SessionFacts.facts(of: .local)
        facts.guarded.controlSockets = ["/run/ours"]
        facts.guarded.torListeners.controlSockets = torSockets
        facts.guarded.realPaths = realPaths
        return policy.outcome("ADD_ONION NEW:BEST Port=80,\(target)", facts: facts)
    }

    /// Every path leads where it says, but for what a row changes.
    private static let plain = Dictionary(uniqueKeysWithValues: sockets.map { ($0, $0) })

    @Test func aListedSocketMayBeATarget() {
        let sent = "> ADD_ONION NEW:BEST Port=80,unix:/run/app/web"
        #expect(Self.outcome("unix:/run/app/web", realPaths: Self.plain) == sent)
        #expect(Self.outcome("UNIX:/run/app/web", realPaths: Self.plain) == sent)
        // Before anybody has looked: what is asked then is asked again.
        #expect(Self.outcome("unix:/run/app/web", realPaths: nil) == sent)
    }

    @Test(arguments: ["unix:/run/tor/control", "unix:/run/ours"])
    func aControlSocketIsNoneByItsName(target: String) {
        #expect(Self.outcome(target, realPaths: Self.plain) == Self.controlSocket)
        #expect(Self.outcome(target, realPaths: nil) == Self.controlSocket)
    }

    @Test func aControlSocketIsNoneByAnotherName() {
        var links = Self.plain
        links["/var/run/tor/control"] = "/run/tor/control"
        links["/run/app/link"] = "/srv/ours"
        links["/run/ours"] = "/srv/ours"
        #expect(Self.outcome("unix:/var/run/tor/control", realPaths: links) == Self.controlSocket)
        #expect(Self.outcome("unix:/run/app/link", realPaths: links) == Self.controlSocket)
        #expect(Self.outcome("unix:/run/app/web", realPaths: links).hasPrefix("> "))
    }

    @Test(arguments: ["/run/app/web", "/run/tor/control", "/run/ours"])
    func aPathWhoseEndNobodyKnowsIsNone(missing: String) {
        var known = Self.plain
        known[missing] = nil
        #expect(Self.outcome("unix:/run/app/web", realPaths: known) == Self.unknown)
    }

    @Test func asLongAsTorsOwnSocketsCannotBeReadNoneIsATarget() {
        #expect(Self.outcome("unix:/run/app/web", torSockets: nil, realPaths: Self.plain) == Self.unknown)
    }

    @Test func aRuleAllowsASocketOnlyWhereItsOwnProfileListsThePath() {
        let rule = CompiledProfile(commands: ["ADD_ONION": [.allow(".*")]])
        let listing = CompiledProfile(
            commands: ["ADD_ONION": [.allow(".*")]], onions: OnionsRule(places: ["unix:/run/app/web"]))
        let target = "unix:/run/app/web"
        let refused = "! the service would lead to a Unix socket that no profile lists"
        #expect(Self.outcome(target, policy: Policy([rule, listing]), realPaths: Self.plain) == refused)
        #expect(Self.outcome(target, policy: Policy([listing, rule]), realPaths: Self.plain).hasPrefix("> "))
    }

    @Test func aPortOfTorsIsATargetOnlyByItsAddress() {
        // The range alone says nothing of tor; the address does.
        let ranged = Policy([CompiledProfile(onions: OnionsRule(targetPorts: [9050...9050]))])
        let proxy = "! the service would lead to a SOCKS or DNS port of tor"
        #expect(Self.outcome("9050", policy: ranged, realPaths: [:]) == proxy)
        #expect(Self.outcome("127.0.0.1:9050", realPaths: [:]) == "> ADD_ONION NEW:BEST Port=80,127.0.0.1:9050")
    }

    @Test(arguments: ["9051", "127.0.0.1:9051", "0.0.0.0:9051", "10.152.152.10:951"])
    func aControlPortIsNoneEvenIfItIsListed(target: String) {
        #expect(Self.outcome(target, realPaths: [:]) == "! the service would lead to a control port")
    }

    @Test func complainModeOpensNoneOfThem() {
        var facts = SessionFacts.facts(of: .local)
        facts.guarded.controlSockets = ["/run/ours"]
        let policy = Policy([CompiledProfile(onions: OnionsRule(places: ["unix:/run/app/web"]), complains: true)])
        func complaint(_ target: String) -> String {
            let asked = command("ADD_ONION NEW:BEST Port=81,\(target)")
            return policy.complain(policy.decide(asked, facts: facts), asked, facts: facts).summary
        }
        #expect(complaint("22") == "> ADD_ONION NEW:BEST Port=81,127.0.0.1:22")
        for target in ["9051", "127.0.0.1:9151", "9050", "unix:/run/ours", "unix:/run/app/web", "[::]:951"] {
            #expect(complaint(target).hasPrefix("! `onions` does not allow it"), "\(target)")
        }
    }
}
