// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// Every ADD_ONION that leaves was read to its last argument, is written anew, and leads to no guarded place.
@Suite struct OnionServiceTests {
    private static let policy = Policy([CompiledProfile(commands: ["ADD_ONION": [.allow(".*")]])])

    private static let controlPort = "! the service would lead to a control port"
    private static let proxyPort = "! the service would lead to a SOCKS or DNS port of tor"
    private static let unixSocket = "! the service would lead to a Unix socket that no profile lists"
    private static let port =
        "! ADD_ONION is refused: a port or target is none: a port, or a literal address with a port, in plain decimal"

    static let ports: [(port: String, outcome: String)] = [
        // What is missing is written out.
        ("80", "80,127.0.0.1:80"),
        ("80,17600", "80,127.0.0.1:17600"),
        ("80,192.0.2.1", "80,192.0.2.1:80"),
        ("80,192.0.2.1:17600", "80,192.0.2.1:17600"),
        ("80,[2001:DB8::1]", "80,[2001:db8::1]:80"),
        ("80,[2001:db8::1]:17600", "80,[2001:db8::1]:17600"),
        // Control ports, by every name of this machine.
        ("9051", controlPort),
        ("951", controlPort),
        ("80,9051", controlPort),
        ("80,9151", controlPort),
        ("9051,127.0.0.1", controlPort),
        ("80,127.0.0.1:9051", controlPort),
        ("80,127.1.2.3:9051", controlPort),
        ("80,127.255.255.255:9051", controlPort),
        ("80,0.0.0.0:9051", controlPort),
        ("80,[::]:9051", controlPort),
        ("80,[::1]:9051", controlPort),
        ("80,[0:0:0:0:0:0:0:1]:9051", controlPort),
        ("80,[::ffff:127.0.0.1]:9051", controlPort),
        ("80,[::ffff:127.1.2.3]:9051", controlPort),
        ("80,[::FFFF:7f00:1]:9051", controlPort),
        ("80,[::ffff:0.0.0.0]:9051", controlPort),
        ("80,10.152.152.10:951", controlPort),
        ("80,[::ffff:10.152.152.10]:951", controlPort),
        ("80,[fd00::10]:951", controlPort),
        ("80,9050", proxyPort),
        ("80,127.0.0.1:5353", proxyPort),
        ("80,10.152.152.10:9050", proxyPort),
        // Ports that are guarded elsewhere.
        ("80,10.152.152.11:9051", "80,10.152.152.11:9051"),
        ("80,[fd00::11]:9050", "80,[fd00::11]:9050"),
        // What is no literal address and no plain port.
        ("80,localhost:9051", port),
        ("80,localhost", port),
        ("80,127.1:9051", port),
        ("80,2130706433:9051", port),
        ("80,0x7f.0.0.1:9051", port),
        ("80,0177.0.0.1:9051", port),
        ("80,127.0.0.1:09051", port),
        ("80,127.0.0.1:0x235B", port),
        ("80,127.0.0.1:+9051", port),
        ("80,127.0.0.1:0", port),
        ("80,127.0.0.1:74587", port),
        ("80,127.0.0.1:", port),
        ("80,127.0.0.1:9051:1", port),
        ("80,::1", port),
        ("80,[::1", port),
        ("80,[127.0.0.1]:9051", port),
        ("80,[fe80::1%eth0]:80", port),
        ("80,", port),
        ("80,80,80", port),
        ("0", port),
        ("080", port),
        ("", port),
        ("80,unix:/run/tor/control", unixSocket),
        ("80,UNIX:/run/x", unixSocket),
        ("80,unix:relative", port),
        ("80,unix:\"/run/x\"", "! ADD_ONION is refused: its arguments cannot be read for certain"),
    ]

    @Test(arguments: ports)
    func aTargetIsWrittenOutAndNeverGuarded(port: String, outcome: String) {
        let expected = outcome.hasPrefix("!") ? outcome : "> ADD_ONION NEW:BEST Port=\(outcome)"
        #expect(Self.policy.outcome("ADD_ONION NEW:BEST Port=\(port)") == expected)
        if outcome.hasPrefix("!") {
            // A good port beside a bad one changes nothing.
            let both = Policy([CompiledProfile(commands: ["ADD_ONION": [.allow("NEW:BEST .*")]])])
            #expect(both.outcome("ADD_ONION NEW:BEST Port=80,17600 pORT=\(port)") == expected)
        }
    }

    @Test(
        arguments: [
            ("NEW:BEST  Flags=detach,DISCARDPK port=80 ", "NEW:BEST Flags=Detach,DiscardPK Port=80,127.0.0.1:80"),
            ("NEW:ED25519-V3 MaxStreams=5 Port=80", "NEW:ED25519-V3 MaxStreams=5 Port=80,127.0.0.1:80"),
            ("NEW:BEST Port=80 Evil=1", nil), ("NEW:BEST Port=80 Evil", nil), ("NEW:BEST Port=80 Flags=Evil", nil),
            ("NEW:BEST Port=80 \"Port=81\"", nil), ("NEW:BEST", nil), ("NEW Port=80", nil), ("", nil),
            ("Port=80 NEW:BEST", nil), ("NEW:BEST Port=\"80\"", nil), ("NEW:BEST Port=80 MaxStreams=05", nil),
        ]
    )
    func whatCannotBeReadToTheEndDoesNotLeave(arguments: String, sent: String?) {
        let outcome = Self.policy.outcome("ADD_ONION " + arguments)
        if let sent {
            #expect(outcome == "> ADD_ONION " + sent)
        } else {
            #expect(outcome.hasPrefix("! ADD_ONION is refused: "))
        }
    }

    static let clients: [(transport: Client.Transport, target: String)] = [
        (.unix(socket: nil), "127.0.0.1"),
        (.unix(socket: "onionshare"), "127.0.0.1"),
        (.loopback(ip("127.0.0.1"), port: 1), "127.0.0.1"),
        (.loopback(ip("127.8.8.8"), port: 1), "127.8.8.8"),
        (.loopback(ip("::1"), port: 1), "[::1]"),
        (.remote(ip("10.152.152.11"), port: 1), "10.152.152.11"),
        (.remote(ip("::ffff:10.152.152.11"), port: 1), "10.152.152.11"),
        (.remote(ip("FD00:0::11"), port: 1), "[fd00::11]"),
        (.ownAddress(ip("10.152.152.10"), port: 1), "10.152.152.10"),
    ]

    @Test(arguments: clients)
    func aServiceIsRewrittenToTheClientsAddress(transport: Client.Transport, target: String) {
        let rule = CommandRule.replace("NEW:(\\S+) Port=80,(176[0-9][0-9])", by: "NEW:{} Port=80,{client-address}:{}")
        let policy = Policy([CompiledProfile(commands: ["ADD_ONION": [rule]])])
        let facts = SessionFacts.facts(of: Client(transport: transport))
        let outcome = policy.outcome("ADD_ONION NEW:BEST Port=80,17600", facts: facts)
        #expect(outcome == "> ADD_ONION NEW:BEST Port=80,\(target):17600")
    }

    @Test func aReplacementThatLeadsToAControlPortIsFiltered() {
        let rule = CommandRule.replace("(.*),(.*)", by: "{},{client-address}:{}")
        let policy = Policy([CompiledProfile(commands: ["ADD_ONION": [rule]])])
        let own = Client(transport: .ownAddress(ip("10.152.152.10"), port: 1))
        #expect(policy.outcome("ADD_ONION NEW:BEST Port=80,9051") == "> ADD_ONION NEW:BEST Port=80,10.152.152.11:9051")
        for client in [own, .local] {
            let facts = SessionFacts.facts(of: client)
            #expect(policy.outcome("ADD_ONION NEW:BEST Port=80,9051", facts: facts) == Self.controlPort)
        }
    }

    @Test func aRefusedServiceNamesTheRuleThatWouldAllowIt() {
        let verdict = Self.policy.decide(command("ADD_ONION NEW:BEST Port=80,9051"), facts: .remote)
        #expect(verdict.reason.rule?.file == ".*")
    }
}
