// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TestSupport
import Testing

/// Which profiles are for a client is the same whether all are looked at or the few that an index names.
@Suite struct SelectorIndexTests {
    private static let texts = [
        "a", "b", "0", "1000", "/usr/bin/a", "/usr/bin/b", "unconfined", "caf\u{E9}", "cafe\u{301}", "",
    ]
    private static let addresses = [
        "10.0.0.1", "10.0.0.2", "10.1.0.1", "127.0.0.1", "::1", "fd00::1", "fd00::2", "::ffff:10.0.0.1",
    ]
    private static let hosts = [
        "*", "10.0.0.1", "10.0.0.0/8", "10.0.0.0/24", "0.0.0.0/0", "::/0", "fd00::/64", "fd00::1", "::ffff:10.0.0.1",
        "10.1.0.1/32", "::ffff:10.0.0.0/104",
    ]

    private static func values(_ generator: inout SplitMix64) -> ClientSelector.Values? {
        switch generator.int(0...3) {
        case 0: nil
        case 1: .any
        default: .these(Set((0...generator.int(0...2)).map { _ in generator.pick(texts) }))
        }
    }

    private static func maybe<Value>(
        _ generator: inout SplitMix64,
        _ make: (inout SplitMix64) -> Value
    ) -> Value? {
        generator.bool() ? make(&generator) : nil
    }

    private static func selector(_ generator: inout SplitMix64) -> ClientSelector {
        ClientSelector(
            appArmorProfiles: values(&generator),
            executables: values(&generator),
            users: values(&generator),
            groups: generator.int(0...3) == 0 ? values(&generator) : nil,
            hosts: maybe(&generator) { generator in
                (0...generator.int(0...2)).compactMap { _ in HostEntry(generator.pick(hosts)) }
            },
            units: maybe(&generator) { [UnitPattern($0.pick(["*", "a.service", "user:*", "b*"]))] },
            sockets: generator.int(0...3) == 0 ? Set([generator.pick(["one", "two"])]) : nil
        )
    }

    private static func account(_ generator: inout SplitMix64) -> Client.Account {
        Client.Account(
            id: generator.pick([0, 1000, 1001]), name: maybe(&generator) { $0.pick(["a", "b", "0", "caf\u{E9}", ""]) })
    }

    private static func client(_ generator: inout SplitMix64) -> Client {
        let address = IPAddress(generator.pick(addresses))!
        let transport: Client.Transport =
            switch generator.int(0...4) {
            case 0: .unix(socket: nil)
            case 1: .unix(socket: generator.pick(["one", "two", "three"]))
            case 2: .loopback(address, port: 1)
            case 3: .ownAddress(address, port: 1)
            default: .remote(address, port: 1)
            }
        return Client(
            transport: transport,
            user: maybe(&generator, account),
            groups: (0..<generator.int(0...2)).map { _ in account(&generator) },
            processID: 1,
            executable: maybe(&generator) { $0.pick(["/usr/bin/a", "/usr/bin/b", "caf\u{E9}", "cafe\u{301}"]) },
            label: maybe(&generator) {
                Client.SecurityLabel(name: $0.pick(texts), mode: $0.pick([nil, "enforce", "unconfined"]))
            },
            unit: maybe(&generator) {
                $0.pick([.system("a.service"), .user("b.scope", uid: 1000), .user("a.service", uid: 0)])
            }
        )
    }

    @Test(arguments: 0..<200)
    func `the profiles that an index names are those that match`(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let selectors = (0..<generator.int(0...40)).map { _ in Self.selector(&generator) }
        let policies = PolicySet(selectors.enumerated().map { CompiledProfile("\($0)", selector: $1) })
        var found = 0
        for _ in 0..<200 {
            let client = Self.client(&generator)
            let matching = policies.profiles.indices.filter { policies.profiles[$0].selector.matches(client) }
            found += matching.count
            #expect(policies.places(for: client) == matching)
            #expect(policies.policy(for: client).profiles.map(\.name) == matching.map { policies.profiles[$0].name })
        }
        #expect(found > 0 || selectors.count < 5)
    }
}
