// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing

@Suite struct PropertyTests {
    // MARK: Nothing without a slot

    /// Bytes that tor's lines are made of.
    private static let torPieces = [
        "250 OK\r\n", "250-a=1\r\n", "250-version=1\r\n", "250+a=\r\n", ".\r\n", "650 BW 1 2\r\n",
        "650-CONF_CHANGED\r\n",
        "650 OK\r\n", "551 no\r\n", "552-no\r\n", "x", "\r\n", "\n", "250", " ", "-", "+", "\u{0}", "650+A\r\n",
        "..\r\n",
    ]

    @Test(arguments: seeds(400))
    func `no bytes of tor's reach a client that awaits none`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client)
        stage.authenticate()
        for _ in 0..<random.int(1...20) {
            stage.torSends(seed % 2 == 0 ? Array(random.pick(Self.torPieces).utf8) : random.bytes(1...30))
        }
        #expect(stage.toClient.isEmpty)
        #expect(stage.actionsAfterClose == 0)
    }

    @Test(arguments: seeds(400))
    func `of a reply only lines that belong to it reach the client`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client)
        stage.authenticate()
        stage.clientSends("GETINFO a")
        for _ in 0..<random.int(1...20) { stage.torSends(Array(random.pick(Self.torPieces).utf8)) }
        let got = String(decoding: stage.toClient, as: UTF8.self)
        let isReply = ["250-a=1\r\n", "250+a=\r\n", "551 no\r\n", "552-no\r\n"].contains { got.hasPrefix($0) }
        #expect(got.isEmpty || isReply, "\(visible(got))")
        // One key, one end line: what comes behind it never leaves.
        #expect(
            got.split(separator: "\r\n").count { $0.hasPrefix("250 ") || $0.hasPrefix("551 ") } <= 1
                || got.hasPrefix("250+"))
    }

    // MARK: Order

    /// A command with the whole reply that its client must get, from tor or from us.
    private struct Exchange {
        let command: String
        /// Nil if we answer.
        let fromTor: String?
        let toClient: String
    }

    private static func exchange(_ random: inout SplitMix64, _ number: Int) -> Exchange {
        switch random.int(0...6) {
        case 0: Exchange(command: "GETINFO address", fromTor: nil, toClient: "510 Command filtered\r\n")
        case 1: Exchange(command: "TAKEOWNERSHIP", fromTor: nil, toClient: "250 OK\r\n")
        case 2: Exchange(command: "RESOLVE here", fromTor: nil, toClient: "250-here\r\n250 OK\r\n")
        case 3: Exchange(command: "\u{1}", fromTor: nil, toClient: "510 Command filtered\r\n")
        case 4: same("SIGNAL NEWNYM", "250 OK \(number)\r\n")
        case 5: same("GETINFO a b", "250-a=\(number)\r\n250+b=\r\n650 BW \(number) 1\r\n.\r\n250 OK\r\n")
        default: same("GETCONF UseBridges", "552 Unrecognized configuration key \(number)\r\n")
        }
    }

    private static func same(_ command: String, _ reply: String) -> Exchange {
        Exchange(command: command, fromTor: reply, toClient: reply)
    }

    @Test(arguments: seeds(60))
    func `replies come in the order of their commands, however both sides are cut and mixed`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let exchanges = (0..<200).map { Self.exchange(&random, $0) }
        var stage = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client)
        stage.authenticate()
        var commands = Array(exchanges.map { $0.command + "\r\n" }.joined().utf8)[...]
        var replies = exchanges.compactMap(\.fromTor)[...]
        var torBytes: [UInt8] = []
        while !commands.isEmpty || !replies.isEmpty || !torBytes.isEmpty {
            if random.bool() {
                let portion = commands.prefix(random.int(0...40))
                commands = commands[portion.endIndex...]
                stage.clientSends(Array(portion))
            } else {
                // A reply to each command that has arrived at tor, in portions of their own.
                while let end = stage.toTor.firstIndex(of: 0x0A), let reply = replies.popFirst() {
                    stage.toTor.removeFirst(end + 1)
                    torBytes += Array(reply.utf8)
                }
                let count = min(torBytes.count, random.int(0...60))
                stage.torSends(Array(torBytes.prefix(count)))
                torBytes.removeFirst(count)
            }
        }
        #expect(stage.closed == nil)
        #expect(String(decoding: stage.toClient, as: UTF8.self) == exchanges.map(\.toClient).joined())
    }

    // MARK: Robustness

    @Test(arguments: seeds(300))
    func `any bytes and happenings leave the session in order`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = Stage(
            policy: try TestPolicies.ordinary(), client: TestPolicies.client,
            tor: seed % 5 == 0 ? .shown : seed % 7 == 0 ? .absent : .ready, isComplaining: seed % 3 == 0
        )
        if random.bool() { stage.authenticate() }
        for _ in 0..<40 {
            switch random.int(0...9) {
            case 0...3: stage.clientSends(RandomCommands.line(&random))
            case 4: stage.clientSends(random.bytes(0...50))
            case 5...6: stage.torSends(Array(random.pick(Self.torPieces).utf8))
            case 7: stage.happens(random.pick([.clientStopsReading, .clientReadsOn, .authenticated]))
            case 8:
                if random.int(0...5) == 0 {
                    stage.happens(random.pick([.torCloses, .torGoes, .torReturns, .clientCloses, .clientVanishes]))
                }
            default: if let timer = stage.timers.sorted(by: { "\($0)" < "\($1)" }).first { stage.fire(timer) }
            }
            #expect(stage.actionsAfterClose == 0)
            #expect(stage.closed == nil || stage.timers.isEmpty)
        }
    }

    @Test(arguments: seeds(100))
    func `a client gets one reply for each of its lines, and never hangs`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = Stage(policy: .empty, client: TestPolicies.client)
        stage.authenticate()
        let lines = (0..<100).map { _ in
            random.bool()
                ? Array(RandomCommands.line(&random).utf8).filter { $0 != 0x2B }
                : random.bytes(0...20).filter { $0 != 0x0A && $0 != 0x2B }
        }
        for line in lines where !Self.isLong(line) { stage.clientSends(line + [0x0D, 0x0A]) }
        let text = String(decoding: stage.toClient, as: UTF8.self)
        let replies = text.split(separator: "\r\n").count { $0.utf8.dropFirst(3).first == 0x20 }
        #expect(replies == lines.count { !Self.isLong($0) }, "\(visible(text))")
        #expect(stage.closed == nil)
    }

    /// QUIT is the one line after which nothing is read.
    private static func isLong(_ line: [UInt8]) -> Bool { line.starts(with: "QUIT".utf8) }
}
