// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// `onions`: what is published is decided on what the arguments mean, and what is sent is made of what was decided.
@Suite struct OnionsRuleTests {
    static let blob = String(repeating: "A", count: 85) + "g=="
    static let client = String(repeating: "A", count: 52)
    static let otherClient = String(repeating: "A", count: 51) + "B"

    private static let policy = Policy([
        CompiledProfile(
            onions: OnionsRule(
                places: ["10.0.0.5:8080", "[fd00::5]:8080"],
                flags: [.v3Auth, .detach],
                addedFlags: [.discardPK],
                parameters: Set(OnionsRule.Parameter.allCases)
            )
        )
    ])

    static let allowed: [(arguments: String, sent: String)] = [
        ("NEW:BEST Port=80,17600", "NEW:BEST Flags=DiscardPK Port=80,10.152.152.11:17600"),
        ("new:ed25519-v3 pORT=80,17659", "NEW:ED25519-V3 Flags=DiscardPK Port=80,10.152.152.11:17659"),
        ("ED25519-V3:\(blob) Port=80,17600", "ED25519-V3:\(blob) Flags=DiscardPK Port=80,10.152.152.11:17600"),
        (
            "ed25519-v3:\(blob.dropLast(2)) Port=80,17600",
            "ED25519-V3:\(blob) Flags=DiscardPK Port=80,10.152.152.11:17600"
        ),
        // Whatever the address was, it is the client's.
        ("NEW:BEST Port=80,127.0.0.1:17600", "NEW:BEST Flags=DiscardPK Port=80,10.152.152.11:17600"),
        ("NEW:BEST Port=80,[::]:17600", "NEW:BEST Flags=DiscardPK Port=80,10.152.152.11:17600"),
        ("NEW:BEST Port=80,0.0.0.0:17600", "NEW:BEST Flags=DiscardPK Port=80,10.152.152.11:17600"),
        ("NEW:BEST Port=80,192.0.2.66:17600", "NEW:BEST Flags=DiscardPK Port=80,10.152.152.11:17600"),
        // But not that of a place that is listed.
        ("NEW:BEST Port=80,10.0.0.5:8080", "NEW:BEST Flags=DiscardPK Port=80,10.0.0.5:8080"),
        ("NEW:BEST Port=80,[FD00:0::5]:8080", "NEW:BEST Flags=DiscardPK Port=80,[fd00::5]:8080"),
        // Flags are added up, and stand once.
        (
            "NEW:BEST Flags=V3Auth Port=80,17600 Flags=detach ClientAuthV3=\(client)",
            "NEW:BEST Flags=V3Auth,Detach,DiscardPK Port=80,10.152.152.11:17600 ClientAuthV3=\(client)"
        ),
        (
            "NEW:BEST ClientAuthV3=\(client) Port=443,17600 clientauthv3=\(otherClient) FLAGS=,V3Auth, Port=80,17600  ",
            "NEW:BEST Flags=V3Auth,DiscardPK ClientAuthV3=\(client) Port=443,10.152.152.11:17600 ClientAuthV3=\(otherClient) "
                + "Port=80,10.152.152.11:17600"
        ),
        (
            "NEW:BEST maxstreams=5 powdefensesenabled=1 PoWQueueRate=250 PoWQueueBurst=2500 Port=80,17600",
            "NEW:BEST Flags=DiscardPK MaxStreams=5 PoWDefensesEnabled=1 PoWQueueRate=250 PoWQueueBurst=2500 "
                + "Port=80,10.152.152.11:17600"
        ),
    ]

    @Test(arguments: allowed)
    func whatIsListedIsWrittenAnew(arguments: String, sent: String) {
        #expect(Self.policy.outcome("ADD_ONION \(arguments)") == "> ADD_ONION \(sent)")
    }

    static let refused: [(arguments: String, why: String)] = [
        ("NEW:RSA1024 Port=80,17600", "its key is neither NEW:BEST, NEW:ED25519-V3 nor one of type ED25519-V3"),
        ("NEW::BEST Port=80,17600", "its key is neither NEW:BEST, NEW:ED25519-V3 nor one of type ED25519-V3"),
        ("RSA1024:\(blob) Port=80,17600", "its key is neither NEW:BEST, NEW:ED25519-V3 nor one of type ED25519-V3"),
        ("ED25519-V3::\(blob) Port=80,17600", "its key is not 64 bytes in base64"),
        ("ED25519-V3:A\(blob) Port=80,17600", "its key is not 64 bytes in base64"),
        ("ED25519-V3:\(blob.dropFirst()) Port=80,17600", "its key is not 64 bytes in base64"),
        ("ED25519-V3:\(blob.dropLast()) Port=80,17600", "its key is not 64 bytes in base64"),
        ("ED25519-V3:-\(blob.dropFirst()) Port=80,17600", "its key is not 64 bytes in base64"),
        (
            "ED25519-V3:\(String(repeating: "A", count: 85))B== Port=80,17600", "its key is not 64 bytes in base64"
        ),
        ("ED25519-V3:\(String(repeating: "A", count: 10240)) Port=80,17600", "its key is not 64 bytes in base64"),
        ("NEW:BEST Port=81,17600", "the virtual port 81 is not in `ports`"),
        ("NEW:BEST Port=80,17600 Port=22,17600", "the virtual port 22 is not in `ports`"),
        ("NEW:BEST Port=80,17600 Port=80,17601", "it has Port=80 twice"),
        ("NEW:BEST Port=80,0.0.0.0:22", "the target 0.0.0.0:22 is not in `targets`"),
        ("NEW:BEST Port=80,17660", "the target 127.0.0.1:17660 is not in `targets`"),
        ("NEW:BEST Port=80", "the target 127.0.0.1:80 is not in `targets`"),
        ("NEW:BEST Port=80,10.0.0.5", "the target 10.0.0.5:80 is not in `targets`"),
        ("NEW:BEST Port=80,10.0.0.6:8080", "the target 10.0.0.6:8080 is not in `targets`"),
        ("NEW:BEST Port=80,[::ffff:10.0.0.5]:8080", "the target [::ffff:10.0.0.5]:8080 is not in `targets`"),
        ("NEW:BEST Port=80,unix:/run/tor/control", "the target unix:/run/tor/control is not in `targets`"),
        ("NEW:BEST Flags=NonAnonymous Port=80,17600", "the flag NonAnonymous is not in `flags`"),
        // A flag that is added anyway is still none that a client may give.
        ("NEW:BEST Flags=DiscardPK Port=80,17600", "the flag DiscardPK is not in `flags`"),
        ("NEW:BEST Flags=Detach,detach Port=80,17600", "it has Detach twice"),
        ("NEW:BEST Flags=Detach Port=80,17600 Flags=Detach", "it has Detach twice"),
        ("NEW:BEST Flags=BasicAuth Port=80,17600 ClientAuth=bob", "the flag BasicAuth is not in `flags`"),
        ("NEW:BEST Port=80,17600 MaxStreams=1 MAXSTREAMS=2", "it has MaxStreams twice"),
        (
            "NEW:BEST Flags=V3Auth Port=80,17600 ClientAuthV3=\(client.dropLast())",
            "a ClientAuthV3 is not a key of 52 base32 digits"
        ),
        (
            "NEW:BEST Flags=V3Auth Port=80,17600 ClientAuthV3=\(client.dropLast())1",
            "a ClientAuthV3 is not a key of 52 base32 digits"
        ),
        (
            "NEW:BEST Flags=V3Auth Port=80,17600 ClientAuthV3=\(client) ClientAuthV3=\(client.lowercased())",
            "it has the same ClientAuthV3 twice"
        ),
    ]

    @Test(arguments: refused)
    func whatIsNotListedIsFilteredAndTheReasonSaysWhat(arguments: String, why: String) {
        let verdict = Self.policy.decide(command("ADD_ONION \(arguments)"), facts: .remote)
        #expect(verdict.summary == "! `onions` does not allow it: \(why)")
        #expect(verdict.reason.rule?.file == "onions")
    }

    @Test(arguments: [
        "NEW:BEST Port=80,17600 Evil=1", "NEW:BEST Port=80,17600 Flags=Evil", "NEW:BEST Port=\"80,17600\"",
        "NEW:BEST Port=80,17600 \"Flags=Detach\"", "NEW:BEST Port=80,localhost:17600", "NEW:BEST Port=80,017600",
        "NEW:BEST", "", "Port=80,17600 NEW:BEST", "NEW:BEST Port=80,17600 MaxStreams=\"5\\ Port=22\"",
        "NEW:BEST Port=80,17600 MaxStreams=99999",
    ])
    func whatCannotBeReadIsFiltered(arguments: String) {
        let verdict = Self.policy.decide(command("ADD_ONION \(arguments)"), facts: .remote)
        #expect(verdict.summary.hasPrefix("! ADD_ONION is refused: "))
        #expect(verdict.reason.rule?.file == "onions")
    }

    static let clients: [(transport: Client.Transport, target: String)] = [
        (.unix(socket: nil), "127.0.0.1"), (.unix(socket: "app"), "127.0.0.1"),
        (.loopback(ip("127.0.0.1"), port: 1), "127.0.0.1"), (.loopback(ip("127.0.0.2"), port: 1), "127.0.0.1"),
        (.loopback(ip("::1"), port: 1), "127.0.0.1"),
        (.remote(ip("10.152.152.11"), port: 1), "10.152.152.11"),
        (.remote(ip("::ffff:10.152.152.11"), port: 1), "10.152.152.11"),
        (.remote(ip("fd00::11"), port: 1), "[fd00::11]"),
        (.ownAddress(ip("10.152.152.10"), port: 1), "10.152.152.10"),
    ]

    @Test(arguments: clients)
    func aPortIsOneOfTheClientsMachine(transport: Client.Transport, target: String) {
        let policy = Policy([CompiledProfile(onions: OnionsRule())])
        let facts = SessionFacts.facts(of: Client(transport: transport))
        for asked in ["17600", "0.0.0.0:17600", "[::1]:17600"] {
            let outcome = policy.outcome("ADD_ONION NEW:BEST Port=80,\(asked)", facts: facts)
            #expect(outcome == "> ADD_ONION NEW:BEST Port=80,\(target):17600")
        }
    }

    @Test(
        arguments: [
            ([.new], "ED25519-V3:\(blob)", "`keys` does not list `own`, a key that the client brings"),
            ([.own], "NEW:BEST", "`keys` does not list `new`, a key that tor makes"),
        ] as [(Set<OnionsRule.Key>, String, String)]
    )
    func aKeyMustBeOfAListedKind(keys: Set<OnionsRule.Key>, key: String, why: String) {
        let policy = Policy([CompiledProfile(onions: OnionsRule(keys: keys))])
        #expect(policy.outcome("ADD_ONION \(key) Port=80,17600") == "! `onions` does not allow it: \(why)")
    }

    @Test(arguments: [
        "ClientAuthV3=\(client)", "MaxStreams=1", "PoWDefensesEnabled=1", "PoWQueueRate=1", "PoWQueueBurst=1",
    ])
    func aParameterThatIsNotListedIsFiltered(parameter: String) {
        let name = parameter.prefix { $0 != "=" }
        let others = OnionsRule.Parameter.allCases.filter { $0.rawValue != name }
        let policy = Policy([CompiledProfile(onions: OnionsRule(parameters: Set(others)))])
        let outcome = policy.outcome("ADD_ONION NEW:BEST Port=80,17600 \(parameter)")
        #expect(outcome == "! `onions` does not allow it: \(name) is not in `parameters`")
    }

    // MARK: Which `onions`

    /// The first profile is the one that decides first.
    private static func outcome(_ rules: OnionsRule?..., line: String, commands: [CommandRule] = []) -> Verdict {
        var profiles = rules.map { CompiledProfile(onions: $0) }
        profiles.append(CompiledProfile("last", commands: ["ADD_ONION": commands]))
        return Policy(profiles).decide(command(line), facts: .remote)
    }

    @Test func oneRuleMustAllowTheWholeByItself() {
        let http = OnionsRule("http", ports: [80...80])
        let https = OnionsRule("https", ports: [443...443])
        #expect(Self.outcome(http, https, line: "ADD_ONION NEW:BEST Port=443,17600").reason.rule?.file == "https")
        let both = Self.outcome(http, nil, https, line: "ADD_ONION NEW:BEST Port=443,17600 Port=80,17600")
        #expect(both.summary == "! `onions` does not allow it: the virtual port 443 is not in `ports`")
        #expect(both.reason.rule?.file == "http")
    }

    @Test func rulesOfAnEarlierFileStillCount() {
        let line = "ADD_ONION NEW:BEST Port=443,1"
        let verdict = Self.outcome(OnionsRule(), line: line, commands: [.allow("NEW:BEST Port=443,1")])
        #expect(verdict.summary == "> ADD_ONION NEW:BEST Port=443,127.0.0.1:1")
    }

    @Test func withinAProfileCommandsComeFirst() {
        let rule = CommandRule.replace(".*", by: "NEW:BEST Port=80,192.0.2.1:1")
        let policy = Policy([CompiledProfile(commands: ["ADD_ONION": [rule]], onions: OnionsRule())])
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=80,17600") == "> ADD_ONION NEW:BEST Port=80,192.0.2.1:1")
    }

    @Test func aDenyRuleComesBefore() {
        let policy = Policy([CompiledProfile(denies: ["ADD_ONION": [".*PORT=443.*"]], onions: OnionsRule())])
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=443,17600") == denied)
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=80,17600").hasPrefix("> "))
    }

    @Test func aDataBlockIsNoPartOfIt() {
        let policy = Policy([CompiledProfile(onions: OnionsRule())])
        let block = command("+ADD_ONION NEW:BEST Port=80,17600", body: ["x"])
        #expect(policy.decide(block, facts: .remote).summary == noRule)
    }
}
