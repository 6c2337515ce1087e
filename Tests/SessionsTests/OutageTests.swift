// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing
import TorLink

@Suite struct OutageTests {
    private static func stage(asking command: String = "GETINFO a") throws -> Stage {
        var stage = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client)
        stage.authenticate()
        stage.clientSends(command)
        return stage
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Trying again

    private static let cookie = CookieFailure.unreadable(path: "/c", error: "No such file or directory", access: nil)

    @Test(
        arguments: [
            .unreachable("refused"), .timeout, .link(.connectionClosed), .link(.cookieUnreadable(cookie)),
            .link(.cookieOfWrongLength(0)), .link(.impostor), .link(.rejected(.safeCookie)), .link(.rejected(.cookie)),
        ] as [TorFailure])
    func `what a tor that is starting may cause is tried again`(failure: TorFailure) throws {
        var stage = try Self.stage()
        stage.happens(.torGoes)
        for _ in 0..<5 { stage.failToConnect(failure) }
        #expect(stage.closed == nil && stage.isTorWanted && stage.toClient.isEmpty)
        stage.toTor = []
        stage.happens(.torReturns)
        #expect(Self.text(stage.toTor) == "GETINFO a\r\n")
    }

    @Test(
        arguments: [
            .untrusted("uid 1000 listens there"), .link(.malformedReply(.protocolInfo)), .link(.unexpectedLine),
            .link(.rejected(.password)), .link(.noPassword), .link(.notOffered(.cookie, offered: [])),
            .link(.noUsableMethod(offered: [], .tcp)), .link(.tooManyLines), .link(.misuse),
        ] as [TorFailure])
    func `what nobody but a person can mend ends the session`(failure: TorFailure) throws {
        var stage = try Self.stage()
        stage.happens(.torGoes)
        stage.clientSends("GETINFO b")
        stage.failToConnect(failure)
        #expect(Self.text(stage.toClient) == "551 Tor connection lost\r\n551 Tor connection lost\r\n")
        #expect(stage.closed == .torLost)
    }

    @Test func `a tor that is not reached within the limit is waited for no longer`() throws {
        var stage = try Self.stage()
        stage.happens(.torGoes)
        for _ in 0..<200 { stage.failToConnect(.unreachable("refused")) }
        #expect((60...64).contains(stage.connections))
        #expect(Self.text(stage.toClient) == "551 Tor connection lost\r\n")
        #expect(stage.closed == .torLost && stage.timers.isEmpty)
    }

    // MARK: Clocks and back-pressure

    @Test func `while tor is away one clock runs, and none when it is back`() throws {
        var stage = try Self.stage()
        #expect(stage.timers == [.reply])
        stage.happens(.torGoes)
        #expect(stage.timers == [.rejoin])
        stage.happens(.torReturns)
        #expect(stage.timers == [.reply])
        stage.torSends("551 No")
        stage.fire(.reply)
        #expect(stage.timers.isEmpty && stage.closed == nil)
    }

    @Test func `what needs tor is not read while it is away`() throws {
        var stage = try Self.stage(asking: "GETINFO address")
        stage.happens(.torGoes)
        #expect(!stage.isClientPaused)
        stage.clientSends("GETINFO a")
        #expect(stage.isClientPaused)
        stage.happens(.torReturns)
        #expect(!stage.isClientPaused)
    }

    @Test func `a client that does not read keeps no new tor from letting us in`() throws {
        var stage = try Self.stage(asking: "GETINFO config-text")
        stage.happens(.clientStopsReading)
        stage.clientSends(Array(repeatElement(Array("X\r\n".utf8), count: 9000).joined()))
        #expect(stage.isClientPaused)
        stage.happens(.torGoes)
        #expect(!stage.isTorPaused)
        stage.toTor = []
        stage.happens(.torReturns)
        #expect(Self.text(stage.toTor) == "GETINFO config-text\r\n")
    }

    // MARK: What may be told

    /// Commands that can be told apart, each with what tor says to it.
    private struct Command {
        let line: String
        let reply: String
        var isLocal = false
    }

    private static func command(_ number: Int, _ random: inout SplitMix64) -> Command {
        switch random.int(0...11) {
        case 0...3: Command(line: "GETINFO k\(number)", reply: "250-k\(number)=\(number)\r\n250 OK\r\n")
        case 4: Command(line: "GETINFO k\(number)", reply: "250+k\(number)=\r\n650 BW 0 0\r\n250 OK\r\n.\r\n250 OK\r\n")
        case 5: Command(line: "GETINFO k\(number)", reply: "552 Unrecognized key \"k\(number)\"\r\n")
        case 6...7: Command(line: "HSFETCH h\(number)", reply: "250 OK \(number)\r\n")
        case 8: Command(line: "SETEVENTS BW", reply: "250 OK\r\n")
        case 9: Command(line: "TAKEOWNERSHIP", reply: "250 OK\r\n", isLocal: true)
        default: Command(line: "GETINFO \(number)", reply: "510 Command filtered\r\n", isLocal: true)
        }
    }

    private static let policyKeys = """
        commands:
          GETINFO: ['k[0-9]+']
          HSFETCH: ['h[0-9]+']
          MAPADDRESS: ['.*']
        events: {BW: }
        """

    /// A tor that answers what it is asked, each connection for itself, and says events in between.
    private struct Tor {
        var replies: [String: String] = [:]
        var said: [UInt8] = []
        var heard: [String] = []

        mutating func hear(_ bytes: inout [UInt8]) {
            while let end = bytes.firstIndex(of: 0x0A) {
                let line = String(decoding: bytes[..<end].dropLast(), as: UTF8.self)
                bytes.removeFirst(end + 1)
                heard.append(line)
                said += Array((replies[line] ?? Self.reply(to: line)).utf8)
            }
        }

        private static func reply(to line: String) -> String {
            switch line {
            case "GETINFO stream-status": "250+stream-status=\r\n1 NEW 0 a:80\r\n.\r\n250 OK\r\n"
            case "GETINFO net/listeners/socks": "552 Unrecognized key\r\n"
            default: "250 OK\r\n"
            }
        }
    }

    @Test(arguments: seeds(400))
    func `wherever tor is lost, every command has one reply, its own, or the session ends`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let mode = seed % 3 == 0 ? "tor-browser-mode: true\n" : ""
        var stage = Stage(policy: try TestPolicies.policy(mode + Self.policyKeys), client: TestPolicies.client)
        stage.authenticate()
        var commands = (0..<60).map { Self.command($0, &random) }
        if seed % 5 == 0 {
            commands[random.int(0...59)] = Command(line: "MAPADDRESS a=b", reply: "250 a=b\r\n")
        }
        var tor = Tor(replies: Dictionary(commands.map { ($0.line, $0.reply) }) { first, _ in first })
        var sending = Array(commands.map { $0.line + "\r\n" }.joined().utf8)
        var losses = 0
        var isAway = false
        while stage.closed == nil {
            tor.hear(&stage.toTor)
            switch random.int(0...9) {
            case 0...3:
                let count = min(sending.count, random.int(0...60))
                stage.clientSends(Array(sending.prefix(count)))
                sending.removeFirst(count)
            case 4...7:
                guard !isAway else { break }
                let count = min(tor.said.count, random.int(0...80))
                stage.torSends(Array(tor.said.prefix(count)))
                tor.said.removeFirst(count)
            case 8 where losses < 6 && !isAway:
                losses += 1
                tor.said = []
                isAway = random.bool()
                stage.happens(isAway ? .torGoes : .torCloses)
            default:
                if isAway { stage.happens(.torReturns) }
                isAway = false
            }
            if sending.isEmpty, tor.said.isEmpty, stage.toTor.isEmpty, !isAway { break }
        }
        let (replies, rest) = Self.replies(stage.toClient)
        let isWhole = stage.closed == nil
        #expect(replies.count <= commands.count && (!isWhole || replies.count == commands.count))
        #expect(!isWhole || rest.isEmpty)
        for (command, reply) in zip(commands, replies) {
            let isOwn = reply == command.reply || !command.isLocal && reply == "551 Tor connection lost\r\n"
            #expect(isOwn, "\(command.line): \(visible(reply))")
        }
        // Only questions are asked twice.
        let acts = tor.heard.filter { $0.hasPrefix("HSFETCH") || $0.hasPrefix("MAPADDRESS") }
        #expect(Set(acts).count == acts.count)
        #expect(losses > 0 || isWhole)
        #expect(stage.actionsAfterClose == 0)
    }

    /// Whole replies, and what is left.
    private static func replies(_ bytes: [UInt8]) -> (replies: [String], rest: String) {
        var replies: [String] = []
        var reply = ""
        var isInData = false
        for line in text(bytes).split(separator: "\r\n", omittingEmptySubsequences: false).dropLast() {
            reply += line + "\r\n"
            if isInData {
                isInData = line != "."
            } else if line.dropFirst(3).first == "+" {
                isInData = true
            } else if line.dropFirst(3).first == " " {
                replies.append(reply)
                reply = ""
            }
        }
        return (replies, reply)
    }

    @Test func `many of those conversations go on to their end, and some do not`() throws {
        // What the property above says of sessions that end would hold for one that always does.
        var stage = try Self.stage()
        for _ in 0..<20 { stage.happens(.torCloses) }
        stage.torSends("250-a=1", "250 OK")
        #expect(Self.text(stage.toClient) == "250-a=1\r\n250 OK\r\n")
        #expect(stage.closed == nil)
        stage.clientSends("GETINFO b")
        stage.torSends("250-b=1")
        stage.happens(.torCloses)
        #expect(stage.closed == .torLost)
    }
}
