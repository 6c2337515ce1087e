// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Sessions
import Testing

import struct NIOCore.ByteBuffer

/// What `limits` of a profile does to a session.
@Suite struct ProfileLimitTests {
    private static let keys = """
        commands:
          GETINFO: ['version']
          SIGNAL: ['NEWNYM']
          ADD_ONION: ['.*']
          DEL_ONION: ['.*']
        events: {BW: }
        """
    private static let profile = ProfileID(file: "test.yml", name: "test")
    private static let add = "ADD_ONION NEW:BEST Port=80"
    private static let serviceID = String(repeating: "a", count: 56)

    /// - Parameter limits: as a profile has them; commands are let through by `permit` alone if they are limited.
    private static func stage(_ limits: String) throws -> Stage {
        var stage = Stage(
            policy: try TestPolicies.policy(limits.isEmpty ? keys : "limits: {\(limits)}\n" + keys),
            client: TestPolicies.client
        )
        stage.permit(0)
        stage.authenticate()
        return stage
    }

    private func taken(_ stage: inout Stage) -> [String] {
        defer { stage.toTor = [] }
        return String(decoding: stage.toTor, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    // MARK: commands-per-second

    @Test func `a command waits unread until it is let through, and so do those behind it`() throws {
        var stage = try Self.stage("commands-per-second: 1")
        stage.clientSends("SIGNAL NEWNYM")
        stage.clientSends("GETINFO address")
        stage.clientSends("GETINFO version")
        #expect(stage.isAwaitingPermit && stage.isClientPaused)
        #expect(stage.toTor.isEmpty && stage.toClient.isEmpty)
        #expect(stage.observations.count { if case .command = $0 { true } else { false } } == 1)
        stage.permit(1)
        #expect(taken(&stage) == ["SIGNAL NEWNYM"])
        stage.permit(1)
        #expect(taken(&stage).isEmpty)
        stage.torSends("250 OK")
        #expect(String(decoding: stage.toClient, as: UTF8.self) == "250 OK\r\n510 Command filtered\r\n")
        stage.permit(1)
        #expect(taken(&stage) == ["GETINFO version"])
        // Nothing waits any more.
        #expect(!stage.isAwaitingPermit && !stage.isClientPaused)
    }

    @Test(arguments: [1, 3, 1000])
    func `none is lost, and they keep their order`(step: Int) throws {
        var stage = try Self.stage("commands-per-second: 1")
        let commands = (0..<100).map { $0.isMultiple(of: 3) ? "SIGNAL NEWNYM" : "SIGNAL X\($0)" }
        stage.clientSends(commands.flatMap { Array(($0 + "\r\n").utf8) })
        var replies = 0
        while replies < 100 {
            stage.permit(step)
            for _ in taken(&stage) { stage.torSends("250 OK") }
            replies = String(decoding: stage.toClient, as: UTF8.self).split(separator: "\r\n").count
            #expect(stage.closed == nil)
        }
        let expected = commands.map { $0 == "SIGNAL NEWNYM" ? "250 OK" : "510 Command filtered" }
        #expect(String(decoding: stage.toClient, as: UTF8.self).split(separator: "\r\n").map(String.init) == expected)
    }

    @Test func `a session without the limit asks for no permit`() throws {
        var stage = try Self.stage("sessions: 1, onions: 1")
        for _ in 0..<10 { stage.clientSends("SIGNAL NEWNYM") }
        #expect(!stage.isAwaitingPermit)
        #expect(taken(&stage).count == 10)
    }

    @Test func `QUIT, a close and a line too long need no permit`() throws {
        var stage = try Self.stage("commands-per-second: 1")
        stage.clientSends("QUIT")
        #expect(stage.closed == .quit)
        stage = try Self.stage("commands-per-second: 1")
        stage.happens(.clientCloses)
        #expect(stage.closed == .clientClosed)
        stage = try Self.stage("commands-per-second: 1")
        stage.clientSends(Array(repeating: 0x78, count: Limits.clientFrame + 1))
        #expect(stage.closed == .lineTooLong)
    }

    @Test func `what came before a QUIT or a close is still answered in its time`() throws {
        for end in ["QUIT", nil] {
            var stage = try Self.stage("commands-per-second: 1")
            stage.clientSends("GETINFO address")
            if let end { stage.clientSends(end) } else { stage.happens(.clientCloses) }
            #expect(stage.closed == nil)
            stage.permit(1)
            #expect(String(decoding: stage.toClient, as: UTF8.self).hasPrefix("510 Command filtered\r\n"))
            #expect(stage.closed == (end == nil ? .clientClosed : .quit))
        }
    }

    @Test func `a command that waits is forgotten with its session`() throws {
        for end in [Transcript.Happening.clientVanishes, .shutDown] {
            var stage = try Self.stage("commands-per-second: 1")
            stage.clientSends("SIGNAL NEWNYM")
            stage.happens(end)
            #expect(stage.closed != nil)
            let observed = stage.observations.count
            stage.permit(10)
            #expect(stage.toTor.isEmpty && stage.actionsAfterClose == 0)
            #expect(stage.observations.count == observed)
        }
    }

    @Test func `a permit that comes while the client does not read is kept for when it does`() throws {
        var stage = try Self.stage("commands-per-second: 1")
        stage.permit(1)
        stage.clientSends("SETEVENTS BW")
        stage.torSends("250 OK")
        stage.clientSends("SIGNAL NEWNYM")
        stage.happens(.clientStopsReading)
        stage.torSends(Array(repeatElement(Array("650 BW 1 2\r\n".utf8), count: 7000).joined()))
        stage.permit(1)
        #expect(taken(&stage) == ["SETEVENTS BW"])
        stage.happens(.clientReadsOn)
        #expect(taken(&stage) == ["SIGNAL NEWNYM"])
    }

    @Test func `events come while a command waits`() throws {
        var stage = try Self.stage("commands-per-second: 1")
        stage.permit(1)
        stage.clientSends("SETEVENTS BW")
        stage.torSends("250 OK")
        stage.clientSends("SIGNAL NEWNYM")
        #expect(stage.isAwaitingPermit)
        stage.torSends("650 BW 1 2")
        #expect(String(decoding: stage.toClient, as: UTF8.self) == "250 OK\r\n650 BW 1 2\r\n")
    }

    // MARK: onions

    @Test func `a service counts from its ADD_ONION to its end`() throws {
        var stage = try Self.stage("onions: 1")
        func counted() -> String {
            stage.counted.last.map { "\($0.services.count)+\($0.inFlight)/\($0.detachedInFlight)" } ?? "-"
        }
        #expect(counted() == "-")
        stage.clientSends(Self.add)
        #expect(counted() == "0+1/0")
        stage.clientSends(Self.add)
        #expect(taken(&stage).count == 1)
        stage.torSends("512 No")
        #expect(counted() == "0+0/0")
        stage.clientSends("ADD_ONION NEW:BEST Flags=Detach Port=80")
        #expect(counted() == "0+1/1")
        stage.torSends("250-ServiceID=\(Self.serviceID)", "250 OK")
        #expect(counted() == "1+0/0")
        stage.clientSends(Self.add)
        #expect(taken(&stage).count == 1)
        stage.clientSends("DEL_ONION \(Self.serviceID)")
        stage.torSends("250 OK")
        #expect(counted() == "0+0/0")
        stage.clientSends(Self.add)
        #expect(taken(&stage).count == 2)
    }

    @Test func `what is counted is told before what makes it leaves`() throws {
        var machine = try Self.stage("onions: 1").machine
        machine.clientReceived(.init(string: Self.add + "\r\n"))
        _ = machine.takeActions()
        machine.listenersKnown(GuardedTargets.Listeners(control: [], proxies: []), realPaths: [:])
        let actions = machine.takeActions()
        let counts = try #require(actions.firstIndex { if case .countServices = $0 { true } else { false } })
        let sends = try #require(actions.firstIndex { if case .sendToTor = $0 { true } else { false } })
        #expect(counts < sends)
    }

    @Test func `services of other sessions count, also those that come while tor is asked for its listeners`() throws {
        var stage = Stage(
            policy: try TestPolicies.policy("limits: {onions: 2}\n" + Self.keys),
            client: TestPolicies.client,
            listeners: .later
        )
        stage.authenticate()
        stage.servicesElsewhereChanged([Self.profile: 1])
        stage.clientSends(Self.add)
        stage.servicesElsewhereChanged([Self.profile: 2])
        stage.happens(.torTellsListeners)
        #expect(taken(&stage).isEmpty)
        #expect(String(decoding: stage.toClient, as: UTF8.self) == "510 Command filtered\r\n")
        stage.servicesElsewhereChanged([Self.profile: 1])
        stage.clientSends(Self.add)
        stage.happens(.torTellsListeners)
        #expect(taken(&stage).count == 1)
    }

    @Test func `a detached service that another session deletes is no longer this session's`() throws {
        var stage = try Self.stage("onions: 1")
        stage.clientSends("ADD_ONION NEW:BEST Flags=Detach Port=80")
        stage.torSends("250-ServiceID=\(Self.serviceID)", "250 OK")
        let service = try #require(ServiceID(Self.serviceID))
        stage.sharedOwnershipChanged(SharedOwnership(services: [service]))
        #expect(stage.counted.last?.services == [service])
        stage.sharedOwnershipChanged(SharedOwnership())
        #expect(stage.counted.last?.services == [])
    }
}
