// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import Patterns
import Policies
import TestSupport
import Testing

import struct NIOCore.ByteBuffer

/// What holds for every policy and every command.
@Suite struct PolicyPropertyTests {
    private static let rounds = 5000
    /// Profiles of a test, compiled once: what varies is which of them meet, and in which order.
    private static let poolSize = 30

    private static let clients: [Client] = [
        .remote, .local, Client(transport: .remote(ip("fd00::11"), port: 1)),
        Client(transport: .ownAddress(ip("10.152.152.10"), port: 1)),
        Client(transport: .loopback(ip("::1"), port: 1)),
    ]

    /// Runs a body with a random policy and command, and reports the round in which an expectation fails.
    private func everyRound(
        seed: UInt64,
        of keywords: [String]? = nil,
        _ body: (_ random: inout SplitMix64, _ profiles: [CompiledProfile], _ command: Command, _ facts: SessionFacts)
            -> Void
    ) {
        var random = SplitMix64(seed: seed)
        let pool = (0..<Self.poolSize).map { random.profile("p\($0)") }
        for _ in 0..<sized(Self.rounds / 4, Self.rounds) {
            let profiles = (0..<random.int(1...3)).map { _ in random.pick(pool) }
            let facts = SessionFacts.facts(of: random.pick(Self.clients))
            body(&random, profiles, command(random.commandLine(of: keywords)), facts)
        }
    }

    private func bothWays(_ profiles: [CompiledProfile], _ command: Command, _ facts: SessionFacts) -> [Command] {
        let policy = Policy(profiles)
        let verdict = policy.decide(command, facts: facts)
        return [verdict.sent, policy.complain(verdict, command, facts: facts).sent].compactMap(\.self)
    }

    @Test func whatIsForwardedIsReadAgainAsTheSameCommand() {
        var forwarded = 0
        everyRound(seed: 1) { _, profiles, command, facts in
            for sent in bothWays(profiles, command, facts) {
                forwarded += 1
                var buffer = ByteBuffer()
                sent.encode(into: &buffer)
                #expect(buffer.readableBytesView.dropLast(2).allSatisfy { (0x20...0x7E).contains($0) })
                #expect(sent.keyword == command.keyword)
                var framer = CommandFramer()
                framer.append(buffer)
                #expect(framer.next() == .command(sent))
                #expect(framer.next() == nil)
                #expect(framer.pendingBytes == 0)
            }
        }
        #expect(forwarded > sized(Self.rounds / 16, Self.rounds / 4))
    }

    @Test func aCommandThatWasForwardedIsForwardedAgainAsItLeft() {
        everyRound(seed: 2) { _, profiles, command, facts in
            guard let sent = Policy(profiles).decide(command, facts: facts).sent else { return }
            switch sent.keyword {
            case .setEvents, .setConf, .resetConf: break
            default: return
            }
            // Rules under `commands` look at the text as sent; entries of `confs` and `events` at its meaning alone.
            let entries = profiles.map {
                CompiledProfile(
                    name: $0.name, origin: $0.origin, selector: $0.selector, confs: $0.confs, events: $0.events,
                    isTorBrowserMode: $0.isTorBrowserMode
                )
            }
            guard let once = Policy(entries).decide(command, facts: facts).sent else { return }
            #expect(Policy(entries).decide(once, facts: facts).sent == once)
        }
    }

    /// The forwarded text is read by another parser than the filter's own, as tor reads it.
    @Test func noOptionThatIsNotListedIsEverSet() throws {
        var checked = 0
        everyRound(seed: 3, of: ["SETCONF", "RESETCONF"]) { _, profiles, command, facts in
            let confs = profiles.map {
                CompiledProfile(name: $0.name, origin: $0.origin, selector: $0.selector, confs: $0.confs)
            }
            guard let sent = Policy(confs).decide(command, facts: facts).sent else { return }
            checked += 1
            guard let read = TorKeyValueLine.parse(sent.arguments) else {
                Issue.record("tor cannot read \(sent.line)")
                return
            }
            #expect(!read.isEmpty)
            for (key, value) in read {
                let entries = confs.compactMap { profile in ConfOption(key).flatMap { profile.confs[$0] } }
                let text = String(decoding: value ?? [], as: UTF8.self)
                let isListed = entries.contains { entry in
                    entry.values?.contains { $0.matches(text) || $0.matches(QuotedString.encode(text)) } ?? false
                }
                #expect(isListed, "\(command.line) -> \(sent.line): \(key)=\(text)")
                #expect(value?.allSatisfy { (0x20...0x7E).contains($0) } ?? true)
            }
        }
        #expect(checked > sized(25, 100))
    }

    /// Targets of the forwarded text are read by the C library.
    @Test func noServiceLeadsToAGuardedPlace() throws {
        var checked = 0
        everyRound(seed: 4, of: ["ADD_ONION"]) { _, profiles, command, facts in
            for sent in bothWays(profiles, command, facts) {
                for word in sent.arguments.split(separator: " ") where word.hasPrefix("Port=") {
                    checked += 1
                    #expect(isUnguarded(word.dropFirst(5)), "\(command.line) -> \(sent.line)")
                }
                #expect(!sent.arguments.contains("unix:"))
            }
        }
        #expect(checked > sized(25, 100))
    }

    private func isUnguarded(_ port: Substring) -> Bool {
        guard let comma = port.firstIndex(of: ","), let colon = port.lastIndex(of: ":"),
            let number = Int(port[port.index(after: colon)...]), (1...65535).contains(number)
        else { return false }
        let host = port[port.index(after: comma)..<colon].filter { !"[]".contains($0) }
        var v4 = in_addr()
        var v6 = in6_addr()
        let octets: [UInt8]
        if inet_pton(AF_INET, host, &v4) == 1 {
            octets = withUnsafeBytes(of: v4) { Array($0) }
        } else if inet_pton(AF_INET6, host, &v6) == 1 {
            let all = withUnsafeBytes(of: v6) { Array($0) }
            let isMapped = all.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
            octets = isMapped ? Array(all.suffix(4)) : all
        } else {
            return false
        }
        let isGuardedPort = [951, 9051, 9151, 9050, 5353].contains(number)
        return !(isGuardedPort && isHere(octets))
    }

    private func isHere(_ octets: [UInt8]) -> Bool {
        switch octets.count {
        case 4: octets[0] == 127 || octets == [0, 0, 0, 0] || octets == [10, 152, 152, 10]
        default:
            octets.dropLast().allSatisfy { $0 == 0 } && octets[15] < 2
                || octets == [0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10]
        }
    }

    @Test func nothingIsForwardedForTheEmptyPolicy() {
        everyRound(seed: 5) { _, _, command, facts in
            let verdict = Policy.empty.decide(command, facts: facts)
            #expect(verdict.isFiltered)
            #expect(verdict.reason == .noProfile || verdict.reason == .hiddenControlCharacter)
        }
    }

    /// A GETCONF of no option passes as long as no profile names options, as with the Python filter; it tells nobody anything.
    private func asksForNothing(_ command: Command) -> Bool {
        command.keyword == .getConf && command.arguments.isEmpty
    }

    /// A profile that only allows, put anywhere, takes nothing away and, taken out again, leaves nothing wider. An ADD_ONION
    /// is another matter: a rule that lets it through as sent can come before one that would rewrite a target.
    @Test func aProfileThatOnlyAllowsNeverNarrows() {
        var others = SplitMix64(seed: 60)
        let pool = (0..<Self.poolSize).map { others.profile("more \($0)", allowsOnly: true) }
        everyRound(seed: 6) { random, profiles, command, facts in
            guard command.keyword != .addOnion, !asksForNothing(command) else { return }
            var more = profiles
            more.insert(random.pick(pool), at: random.int(0...profiles.count))
            let before = Policy(profiles).decide(command, facts: facts)
            let after = Policy(more).decide(command, facts: facts)
            if !before.isFiltered { #expect(!after.isFiltered, "\(command.line)") }
        }
    }

    /// Put before all other files, a profile without deny rules and modes is asked last: what was allowed stays allowed. A
    /// rule of its own for several keys at once is the exception, since one rule for all comes before one for each.
    @Test func aProfileThatIsAskedLastNeverNarrows() {
        var others = SplitMix64(seed: 70)
        let pool = (0..<Self.poolSize).map { others.profile("earliest \($0)", denies: false) }
        everyRound(seed: 7) { random, profiles, command, facts in
            let earliest = random.pick(pool)
            let before = Policy(profiles).decide(command, facts: facts)
            let after = Policy(profiles + [earliest]).decide(command, facts: facts)
            let names = [Keyword.getInfo, .getConf, .setConf, .resetConf]
            if names.contains(command.keyword), command.arguments.words.count > 1 { return }
            guard !before.isFiltered, !asksForNothing(command) else { return }
            #expect(!after.isFiltered, "\(command.line)")
            if command.keyword != .setEvents { #expect(after.sent == before.sent, "\(command.line)") }
        }
    }

    /// Deny rules and `tor-browser-mode` only ever close: without them a policy allows at least as much.
    @Test func denyRulesAndModesOnlyClose() {
        everyRound(seed: 8) { _, profiles, command, facts in
            let open = profiles.map {
                CompiledProfile(
                    name: $0.name, origin: $0.origin, selector: $0.selector, rules: $0.rules, confs: $0.confs,
                    events: $0.events
                )
            }
            if Policy(open).decide(command, facts: facts).isFiltered {
                #expect(Policy(profiles).decide(command, facts: facts).isFiltered, "\(command.line)")
            }
        }
    }

    /// What a deny rule hits is filtered with every policy around it, watched or not.
    @Test func whatADenyRuleHitsNeverPasses() {
        everyRound(seed: 9) { random, profiles, command, facts in
            let name = command.keyword.name
            let words = command.arguments.words.map(String.init)
            guard !words.isEmpty, !words.joined().contains(where: { !$0.isLetter && $0 != " " }) else { return }
            let denying = CompiledProfile("deny", denies: [name: [random.pick(words)]])
            var all = profiles
            all.insert(denying, at: random.int(0...profiles.count))
            guard [.getInfo, .getConf, .setEvents].contains(command.keyword) || words.count == 1 else { return }
            #expect(bothWays(all, command, facts).isEmpty, "\(command.line)")
        }
    }
}
