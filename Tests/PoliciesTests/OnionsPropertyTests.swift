// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TestSupport
import Testing

/// What holds for every `onions` and every ADD_ONION: nothing leaves that is not listed, however it is written.
@Suite struct OnionsPropertyTests {
    private static let flags = ["Detach", "DiscardPK", "V3Auth", "NonAnonymous", "MaxStreamsCloseCircuit", "BasicAuth"]
    private static let blob = String(repeating: "A", count: 85) + "w=="
    private static let places = ["10.0.0.5:8080", "[fd00::5]:8080", "unix:/run/app/web"]
    private static let clients: [Client] = [
        .remote, .local, Client(transport: .remote(ip("fd00::11"), port: 1)),
        Client(transport: .loopback(ip("::1"), port: 1)),
    ]

    /// One `onions` in the words of a test, so that what leaves is held against them and not against the parsed rule.
    private struct Listed {
        var keys: Set<OnionsRule.Key> = []
        var ports: [ClosedRange<UInt16>] = []
        var targetPorts: [ClosedRange<UInt16>] = []
        var places: [String] = []
        var flags: [String] = []
        var added: [String] = []
        var parameters: [String] = []

        init(_ random: inout SplitMix64) {
            keys = random.pick([[.new], [.own], [.new, .own]])
            ports = random.pick([[80...80], [80...81, 443...443], [1...65535]])
            targetPorts = random.pick([[], [17600...17659], [17600...17600, 80...80], [1...65535]])
            places = OnionsPropertyTests.places.filter { _ in random.bool() }
            flags = OnionsPropertyTests.flags.filter { _ in random.int(0...2) > 0 }
            added = random.pick([[], ["DiscardPK"], ["Detach", "DiscardPK"]])
            parameters = OnionsRule.Parameter.allCases.map(\.rawValue).filter { _ in random.int(0...3) > 0 }
        }

        var policy: Policy {
            Policy([
                CompiledProfile(
                    onions: OnionsRule(
                        keys: keys,
                        ports: ports,
                        targetPorts: targetPorts,
                        places: places,
                        flags: Set(flags.compactMap(AddOnion.Flag.init)),
                        addedFlags: added.compactMap(AddOnion.Flag.init),
                        parameters: Set(parameters.compactMap(OnionsRule.Parameter.init))
                    )
                )
            ])
        }
    }

    private static func arguments(_ random: inout SplitMix64) -> [String] {
        (0..<random.int(1...4)).map { _ in
            switch random.int(0...9) {
            case 0...5:
                let virtual = random.pick(["80", "81", "443", "80", "80", "443", "22", "080"])
                let port = random.pick(["17600", "17600", "17600", "17659", "80", "9050", "9051", "951", "0"])
                let host = random.pick([
                    "", "", "", "127.0.0.1:", "0.0.0.0:", "[::]:", "10.0.0.5:", "localhost:", "[::ffff:127.0.0.1]:",
                ])
                return random.pick([
                    "Port=\(virtual)", "Port=\(virtual),\(host)\(port)", "Port=\(virtual),\(host)\(port)",
                    "Port=\(virtual),\(random.pick(places))", "Port=\(virtual),unix:/run/tor/control",
                ])
            case 6, 7:
                return "Flags=" + (0..<random.int(1...2)).map { _ in random.pick(flags) }.joined(separator: ",")
            case 8:
                let digit = random.pick(["A", "B"])
                return "ClientAuthV3=" + String(repeating: digit, count: random.pick([52, 52, 51]))
            default:
                return random.pick(["MaxStreams=1", "PoWDefensesEnabled=1", "PoWQueueRate=1", "PoWQueueBurst=2", "X=1"])
            }
        }
    }

    private static func key(_ random: inout SplitMix64) -> String {
        random.pick([
            "NEW:BEST", "NEW:ED25519-V3", "NEW:BEST", "ED25519-V3:\(blob)", "NEW:RSA1024", "NEW::BEST",
            "ED25519-V3:\(blob)", "RSA1024:\(blob)",
            "ED25519-V3:A\(blob)",
        ])
    }

    private static func everyRound(
        seed: UInt64,
        _ body: (_ random: inout SplitMix64, Listed, _ key: String, _ arguments: [String], SessionFacts) -> Void
    ) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<sized(3_000, 12_000) {
            let listed = Listed(&random)
            let key = key(&random)
            let arguments = arguments(&random)
            body(&random, listed, key, arguments, SessionFacts.facts(of: random.pick(clients)))
        }
    }

    private static func line(_ key: String, _ arguments: [String]) -> String {
        (["ADD_ONION", key] + arguments).joined(separator: " ")
    }

    // MARK: Nothing that is not listed

    @Test func whatLeavesIsListed() {
        var forwarded = 0
        Self.everyRound(seed: 1) { _, listed, key, arguments, facts in
            let line = Self.line(key, arguments)
            guard let sent = listed.policy.decide(command(line), facts: facts).sent else { return }
            forwarded += 1
            let words = sent.arguments.split(separator: " ").map(String.init)
            #expect(Self.isListed(key: words[0], listed), "\(line) -> \(sent.line)")
            #expect(Self.areListed(Array(words.dropFirst()), listed, facts), "\(line) -> \(sent.line)")
        }
        #expect(forwarded > sized(25, 200))
    }

    private static func isListed(key: String, _ listed: Listed) -> Bool {
        switch key {
        case "NEW:BEST", "NEW:ED25519-V3": listed.keys.contains(.new)
        default: key == "ED25519-V3:\(blob)" && listed.keys.contains(.own)
        }
    }

    /// Reads what leaves without our own parser.
    private static func areListed(_ words: [String], _ listed: Listed, _ facts: SessionFacts) -> Bool {
        var names: [String] = []
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { return false }
            let name = String(word[..<equals])
            let value = String(word[word.index(after: equals)...])
            switch name {
            case "Port":
                let parts = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2, let virtual = UInt16(parts[0]), String(virtual) == parts[0],
                    listed.ports.contains(where: { $0.contains(virtual) }), isListed(target: parts[1], listed, facts)
                else { return false }
                names.append(word.prefix { $0 != "," } + "")
            case "Flags":
                let flags = value.split(separator: ",").map(String.init)
                guard Set(flags).count == flags.count, Set(listed.added).isSubset(of: flags),
                    flags.allSatisfy({ listed.flags.contains($0) || listed.added.contains($0) })
                else { return false }
                names.append(name)
            default:
                guard listed.parameters.contains(name) else { return false }
                names.append(name == "ClientAuthV3" ? word : name)
            }
        }
        // Each once; what is added is always there.
        return Set(names).count == names.count && (listed.added.isEmpty || names.contains("Flags"))
    }

    private static func isListed(target: String, _ listed: Listed, _ facts: SessionFacts) -> Bool {
        if target.hasPrefix("unix:") { return listed.places.contains(target) }
        guard let colon = target.lastIndex(of: ":"), let port = UInt16(target[target.index(after: colon)...]),
            target.hasSuffix(":\(port)")
        else { return false }
        let host = String(target[..<colon])
        let isHere = ["127.0.0.1", "[::1]", "10.152.152.10"].contains(host)
        guard !isHere || ![951, 9051, 9151, 9050, 5353].contains(port) else { return false }
        if listed.places.contains(target) { return true }
        let own = facts.client.isLocal ? "127.0.0.1" : facts.client == .remote ? "10.152.152.11" : "[fd00::11]"
        return host == own && listed.targetPorts.contains { $0.contains(port) }
    }

    // MARK: No spelling changes what is decided

    @Test func orderAndCaseChangeNothing() {
        var forwarded = 0
        Self.everyRound(seed: 2) { random, listed, key, arguments, facts in
            let policy = listed.policy
            let first = policy.decide(command(Self.line(key, arguments)), facts: facts)
            var other = arguments
            other.shuffle(using: &random)
            // What stands before a value, and flags, in any case; a path and a key of 64 bytes are what they are.
            other = other.map { argument in
                let name = argument.prefix { $0 != "=" }
                let value = argument.dropFirst(name.count)
                return (random.bool() ? name.uppercased() : name.lowercased())
                    + (name == "Flags" && random.bool() ? value.uppercased() : String(value))
            }
            let isNew = key.hasPrefix("NEW:")
            let otherKey = isNew && random.bool() ? key.lowercased() : key
            let second = policy.decide(command(Self.line(otherKey, other)), facts: facts)
            // ClientAuth apart, to which tor's own order matters, and which is in none of these.
            #expect(first.isFiltered == second.isFiltered, "\(arguments) \(other)")
            guard let one = first.sent, let two = second.sent else { return }
            forwarded += 1
            #expect(Self.parts(of: one) == Self.parts(of: two), "\(one.line) \(two.line)")
        }
        #expect(forwarded > sized(25, 200))
    }

    /// The arguments without their order, flags apart.
    private static func parts(of command: Command) -> [String] {
        command.arguments.split(whereSeparator: { " ".contains($0) }).flatMap { word in
            word.hasPrefix("Flags=") ? word.dropFirst(6).split(separator: ",").map(String.init) : [String(word)]
        }.sorted()
    }

    @Test func oneArgumentMoreNeverOpens() {
        var refused = 0
        Self.everyRound(seed: 3) { random, listed, key, arguments, facts in
            let policy = listed.policy
            guard arguments.contains(where: { $0.hasPrefix("Port=") }),
                policy.decide(command(Self.line(key, arguments)), facts: facts).isFiltered
            else { return }
            refused += 1
            let more = arguments + Self.arguments(&random)
            #expect(policy.decide(command(Self.line(key, more)), facts: facts).isFiltered, "\(arguments) \(more)")
        }
        #expect(refused > sized(25, 200))
    }
}
