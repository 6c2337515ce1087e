// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

@Suite struct OwnCommandTests {
    private static let mine = String(repeating: "a", count: 55) + "d"
    private static let detached = String(repeating: "c", count: 55) + "d"
    private static let theirs = String(repeating: "b", count: 55) + "d"
    private static let key = String(repeating: "A", count: 43) + "="
    private static let otherKey = String(repeating: "B", count: 43) + "="

    private static let policy = Policy([
        CompiledProfile(
            commands: Dictionary(
                uniqueKeysWithValues: [
                    "CLOSECIRCUIT", "CLOSESTREAM", "DEL_ONION", "GETINFO", "HSFETCH", "ONION_CLIENT_AUTH_ADD",
                    "ONION_CLIENT_AUTH_REMOVE", "ONION_CLIENT_AUTH_VIEW",
                ].map { ($0, [.own(".*"), .allow(".*")]) }
            )
        )
    ])

    private static let facts: SessionFacts = {
        var facts = SessionFacts.remote
        facts.ownership.shared = SharedOwnership(
            services: [service(detached)],
            credentials: [service(theirs): credential(theirs, key).key]
        )
        facts.ownership.serviceCreated(service(mine))
        facts.ownership.streams.existing(["9 SUCCEEDED 6 old:80"])
        for (text, isOwn) in [
            ("1 NEW 0 a:80", true), ("1 SUCCEEDED 5 a:80", true), ("2 NEW 0 b:80", false),
            ("2 SUCCEEDED 7 b:80", false),
            ("3 NEW 0 a:80", true), ("3 SUCCEEDED 6 a:80", true),
        ] {
            if let event = StreamEvent(text) { facts.ownership.streams.took(event, isOwn: isOwn) }
        }
        return facts
    }()

    private static func service(_ text: String) -> ServiceID {
        guard let service = ServiceID(text) else { preconditionFailure(text) }
        return service
    }

    private static func credential(_ address: String, _ key: String) -> ClientAuthorization {
        guard let credential = ClientAuthorization(arguments: "\(address) x25519:\(key)") else {
            preconditionFailure(address)
        }
        return credential
    }

    private static let table: [(line: String, outcome: String)] = [
        ("DEL_ONION \(mine)", "> DEL_ONION \(mine)"),
        ("DEL_ONION \(mine.uppercased()) ", "> DEL_ONION \(mine)"),
        ("DEL_ONION \(detached)", "> DEL_ONION \(detached)"), ("DEL_ONION \(theirs)", notOwn), ("DEL_ONION", notOwn),
        ("DEL_ONION \(mine) \(theirs)", notOwn), ("DEL_ONION \(mine).onion", notOwn),
        ("DEL_ONION ServiceID=\(mine)", notOwn),
        ("CLOSESTREAM 1 1", "> CLOSESTREAM 1 1"), ("CLOSESTREAM 2 1", notOwn), ("CLOSESTREAM 9 1", notOwn),
        ("CLOSESTREAM", notOwn), ("CLOSESTREAM 01 1", notOwn),
        ("CLOSECIRCUIT 5 ", "> CLOSECIRCUIT 5 "), ("CLOSECIRCUIT 5 IfUnused", "> CLOSECIRCUIT 5 IfUnused"),
        // 6 carries an older stream as well, 7 another's.
        ("CLOSECIRCUIT 6", notOwn), ("CLOSECIRCUIT 7", notOwn), ("CLOSECIRCUIT 8", notOwn), ("CLOSECIRCUIT", notOwn),
        ("GETINFO circuit-status", "> GETINFO circuit-status {circuits}"),
        ("GETINFO stream-status", "> GETINFO stream-status {streams}"),
        (
            "GETINFO onions/current onions/detached",
            "> GETINFO onions/current onions/detached {services services}"
        ),
        ("GETINFO address", notOwn), ("GETINFO version circuit-status", notOwn), ("GETINFO CIRCUIT-STATUS", notOwn),
        ("HSFETCH \(theirs)", "> HSFETCH \(theirs)"),
        ("HSFETCH \(theirs.uppercased()) SERVER=$A", "> HSFETCH \(theirs) SERVER=$A"), ("HSFETCH v2-abc", notOwn),
        ("ONION_CLIENT_AUTH_VIEW", "> ONION_CLIENT_AUTH_VIEW {credentials}"),
        ("ONION_CLIENT_AUTH_VIEW \(theirs)", "> ONION_CLIENT_AUTH_VIEW \(theirs) {credentials}"),
    ]

    @Test(arguments: table)
    func aRuleWithOwnAllowsWhatIsOnesOwnAndALaterRuleDoesNotLoosenIt(line: String, outcome: String) {
        #expect(Self.policy.outcome(line, facts: Self.facts) == outcome)
    }

    private static let credentials: [(state: CredentialAtTor.State?, add: Bool, remove: Bool)] = [
        (nil, false, false), (CredentialAtTor.State.none, true, true), (.claimed, false, false),
        (.unknown, false, false),
        (.key(credential(theirs, key).key), true, true), (.key(credential(theirs, otherKey).key), false, false),
    ]

    @Test(arguments: credentials)
    func aCredentialIsReplacedOrRemovedOnlyIfItIsOnesOwn(
        _ row: (state: CredentialAtTor.State?, add: Bool, remove: Bool)
    ) {
        var facts = Self.facts
        facts.ownership.credentialAtTor = row.state.map {
            CredentialAtTor(service: Self.service(Self.theirs), state: $0)
        }
        let add = "ONION_CLIENT_AUTH_ADD \(Self.theirs) x25519:\(Self.otherKey)"
        #expect((Self.policy.outcome(add, facts: facts) == "> \(add)") == row.add)
        let remove = "ONION_CLIENT_AUTH_REMOVE \(Self.theirs)"
        #expect((Self.policy.outcome(remove, facts: facts) == "> \(remove)") == row.remove)
        // What tor said of one address says nothing of another.
        #expect(Self.policy.outcome("ONION_CLIENT_AUTH_ADD \(Self.mine) x25519:\(Self.key)", facts: facts) == notOwn)
        #expect(Self.policy.outcome("ONION_CLIENT_AUTH_REMOVE \(Self.mine)", facts: facts) == notOwn)
    }

    @Test func aCredentialThatOneHasNotAddedIsNotRemovedEvenWhereTorHasNone() {
        var facts = Self.facts
        facts.ownership.credentialAtTor = CredentialAtTor(service: Self.service(Self.mine), state: .none)
        #expect(Self.policy.outcome("ONION_CLIENT_AUTH_REMOVE \(Self.mine)", facts: facts) == notOwn)
    }
}
