// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import Testing
import TorLink

import struct NIOCore.ByteBuffer

/// Every bound of a session, and what happens at it.
@Suite struct LimitTests {
    private static func stage(_ tor: Stage.TorPart = .ready) throws -> Stage {
        var stage = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client, tor: tor)
        stage.authenticate()
        return stage
    }

    private static let event = Array("650 BW 1000 1000\r\n".utf8)

    private static func events(_ bytes: Int) -> [UInt8] {
        Array(repeatElement(event, count: bytes / event.count).joined())
    }

    @Test func `a client that never reads again is closed when the stall timer fires`() throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO config-text")
        stage.happens(.clientStopsReading)
        stage.torSends(Array("250+config-text=\r\n".utf8) + Array(repeating: 0x78, count: 70_000) + [0x0D, 0x0A])
        #expect(stage.timers.contains(.stall))
        stage.fire(.stall)
        #expect(stage.closed == .clientTooSlow)
    }

    @Test func `a client that reads in bursts is not too slow, however often it pauses`() throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO config-text")
        stage.torSends(Array("250+config-text=\r\n".utf8))
        for _ in 0..<3 {
            stage.happens(.clientStopsReading)
            stage.torSends(Array(repeating: 0x78, count: 70_000) + [0x0D, 0x0A])
            #expect(stage.timers.contains(.stall))
            stage.happens(.clientReadsOn)
            // It has read all there was: the clock must not run on from a pause that is over.
            #expect(!stage.timers.contains(.stall))
        }
        #expect(stage.closed == nil)
    }

    @Test func `tor is not read from in the middle of a reply that the client does not read`() throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO config-text")
        stage.happens(.clientStopsReading)
        stage.torSends(Array("250+config-text=\r\n".utf8))
        for _ in 0..<1000 { stage.torSends(Array(repeating: 0x78, count: 1000) + [0x0D, 0x0A]) }
        #expect(stage.isTorPaused)
        #expect((Limits.unreadBytes...Limits.unreadBytes + 2000).contains(stage.toClient.count))
        stage.happens(.clientReadsOn)
        #expect(!stage.isTorPaused)
        #expect(stage.toClient.count > 1_000_000)
    }

    @Test func `events are read on for a client that does not read, up to the bound`() throws {
        var stage = try Self.stage()
        stage.clientSends("SETEVENTS BW")
        stage.torSends("250 OK")
        stage.happens(.clientStopsReading)
        stage.torSends(Self.events(Limits.unreadBytes + 1000))
        #expect(!stage.isTorPaused && stage.isClientPaused)
        stage.torSends(Self.events(Limits.unreadEvents - 1000))
        #expect(stage.closed == nil)
        stage.torSends(Self.events(2000))
        #expect(stage.closed == .clientTooSlow)
    }

    @Test func `a client that reads its events is never closed for them`() throws {
        var stage = try Self.stage()
        stage.clientSends("SETEVENTS BW")
        stage.torSends("250 OK")
        for _ in 0..<5 { stage.torSends(Self.events(Limits.unreadEvents)) }
        #expect(stage.closed == nil)
    }

    @Test func `no command is forwarded while too much is unread`() throws {
        var stage = try Self.stage()
        stage.happens(.clientStopsReading)
        stage.clientSends(Array(repeatElement(Array("X\r\n".utf8), count: 9000).joined()))
        stage.clientSends("SIGNAL NEWNYM")
        #expect(stage.isClientPaused)
        #expect(stage.toTor.isEmpty)
        #expect(stage.toClient.count < Limits.unreadBytes + 1000)
        stage.happens(.clientReadsOn)
        #expect(String(decoding: stage.toTor, as: UTF8.self) == "SIGNAL NEWNYM\r\n")
        #expect(stage.toClient.count == 9000 * "510 Command filtered\r\n".utf8.count)
    }

    @Test func `answers that wait behind a reply of tor's are bounded`() throws {
        var stage = try Self.stage()
        stage.clientSends("SIGNAL NEWNYM")
        stage.clientSends(Array(repeatElement(Array("X\r\n".utf8), count: 9000).joined()))
        #expect(stage.isClientPaused)
        #expect(stage.observations.count < 2 + Limits.unreadBytes / 20)
        stage.torSends("250 OK")
        #expect(stage.toClient.count == 8 + 9000 * 22)
    }

    @Test func `only so many commands await tor at a time`() throws {
        var stage = try Self.stage()
        for _ in 0..<100 { stage.clientSends("SIGNAL NEWNYM") }
        #expect(stage.toTor.count { $0 == 0x0A } == Limits.commandsInFlight)
        #expect(stage.isClientPaused)
        for number in 1...36 {
            stage.torSends("250 OK")
            #expect(stage.toTor.count { $0 == 0x0A } == Limits.commandsInFlight + number)
        }
        #expect(stage.isClientPaused)
        stage.torSends("250 OK")
        #expect(!stage.isClientPaused)
    }

    @Test func `tor is tried again and again, and then no more`() throws {
        var stage = try Self.stage(.absent)
        #expect(stage.connections > 5)
        #expect(stage.closed == nil && !stage.timers.contains(.tor))
        let before = stage.connections
        stage.clientSends("GETINFO address")
        #expect(stage.connections == before)
        stage.clientSends("SIGNAL NEWNYM")
        #expect(stage.connections > before)
        #expect(stage.closed == .torNotAvailable)
    }

    @Test func `a tor that says nothing is given up when its timer fires`() throws {
        var stage = try Self.stage(.shown)
        stage.clientSends("SIGNAL NEWNYM")
        #expect(stage.timers.contains(.tor))
        stage.fire(.tor)
        #expect(String(decoding: stage.toClient, as: UTF8.self) == "551 Tor is not available\r\n")
        #expect(stage.closed == .torNotAvailable)
    }

    @Test func `a tor that does not reply is given up`() throws {
        var stage = try Self.stage()
        stage.clientSends("SIGNAL NEWNYM")
        stage.fire(.reply)
        #expect(stage.closed == nil)
        stage.fire(.reply)
        #expect(stage.closed == .torStalled)
    }

    @Test func `a client that does not read is not tor's fault`() throws {
        var stage = try Self.stage()
        stage.clientSends("GETINFO config-text")
        stage.happens(.clientStopsReading)
        stage.torSends(Array("250+config-text=\r\n".utf8) + Array(repeating: 0x78, count: 70_000) + [0x0D, 0x0A])
        for _ in 0..<3 { stage.fire(.reply) }
        #expect(stage.closed == nil)
    }

    @Test func `an idle session has no clock running`() throws {
        var stage = try Self.stage()
        #expect(stage.timers.isEmpty)
        stage.clientSends("SIGNAL NEWNYM")
        stage.torSends("250 OK")
        stage.fire(.reply)
        #expect(stage.timers.isEmpty)
    }

    @Test func `what a client is owed at QUIT is not waited for without end`() throws {
        var stage = try Self.stage()
        stage.clientSends("SIGNAL NEWNYM")
        stage.clientSends("QUIT")
        #expect(stage.closed == nil)
        stage.fire(.drain)
        #expect(stage.closed == .quit)
        #expect(stage.toClient.isEmpty)
    }

    @Test func `nothing comes of anything after the close`() throws {
        for end in [Transcript.Happening.clientVanishes, .shutDown, .torCloses] {
            var stage = try Self.stage()
            stage.clientSends("MAPADDRESS a=b")
            stage.happens(end)
            let got = (stage.toClient, stage.toTor, stage.observations.count)
            var machine = stage.machine
            machine.clientReceived(.init(string: "AUTHENTICATE\r\nGETINFO version\r\n"))
            machine.torReceived(.init(string: "250 OK\r\n650 BW 1 2\r\n"))
            machine.torConnected(.init(transport: .unix), nonce: Array(repeating: 0, count: 32))
            machine.torConnectionFailed(.unreachable("x"))
            machine.cookieRead(.failure(.notRegularFile(path: "x")))
            machine.clientWritabilityChanged(false, unreadBytes: 100_000)
            machine.clientWritabilityChanged(true, unreadBytes: 0)
            machine.torClosed()
            machine.clientClosed()
            machine.clientLost()
            machine.shutDown()
            for timer in SessionTimer.allCases { machine.timerFired(timer, unreadBytes: 0) }
            #expect(machine.takeActions().isEmpty, "\(end)")
            #expect(got == (stage.toClient, stage.toTor, stage.observations.count))
        }
    }

    @Test func `no connection to tor is made before AUTHENTICATE, nor for a client without a profile`() throws {
        var waiting = Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client)
        waiting.clientSends("PROTOCOLINFO 1")
        #expect(waiting.connections == 0)
        var stranger = Stage(policy: .empty, client: TestPolicies.client)
        stranger.authenticate()
        stranger.clientSends("SIGNAL NEWNYM")
        #expect(stranger.connections == 0)
    }

    @Test func `each decision is recorded before its effect`() throws {
        var machine = try Self.stage().machine
        machine.clientReceived(.init(string: "SIGNAL NEWNYM\r\nGETINFO address\r\nTAKEOWNERSHIP\r\n"))
        let actions = machine.takeActions()
        let records = actions.prefix { if case .observed = $0 { true } else { false } }
        #expect(records.count == 3)
        let others = actions.dropFirst(3)
        #expect(!others.contains { if case .observed = $0 { true } else { false } })
    }
}
