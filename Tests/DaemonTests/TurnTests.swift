// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Daemon
import Logging
import NIOCore
import NIOPosix
import Sessions
import Testing

/// A trail that tells what is written to it, in which order with what takes effect.
private final class Log: AuditSink {
    var lines: [String] = []
    var failures = 0
    private var kept: [String] = []

    let name = "a log"

    func keep(_ record: AuditRecord, at time: Timestamp) { kept.append("\(record.session?.number ?? 0)") }

    func writeKept() throws(TrailFailure) {
        defer { discardKept() }
        guard failures == 0 else {
            failures -= 1
            throw TrailFailure("full", missing: kept.count)
        }
        lines.append("write \(kept.joined(separator: " "))")
    }

    func discardKept() { kept = [] }

    func writeAhead(_ record: AuditRecord, at time: Timestamp) throws(TrailFailure) {
        lines.append("missing \(record.repeated)")
    }

    func reopen() throws(TrailFailure) {}
}

/// A session, as far as a turn is concerned: each decision is a record and an effect.
private final class Member: TurnMember {
    let number: UInt64
    private let turn: Turn
    private let trail: AuditTrail
    private let log: Log
    private var pending = PendingActions()
    private var batch = PendingActions()
    private var isInTurn = false
    /// What it decides when it carries something out.
    var then: () -> Void = {}

    init(_ number: UInt64, _ turn: Turn, _ trail: AuditTrail, _ log: Log) {
        self.number = number
        self.turn = turn
        self.trail = trail
        self.log = log
    }

    func decide(_ text: String, isRecorded: Bool = true) {
        if isRecorded {
            let session = AuditedSession(number: number, client: nil)
            if trail.record(AuditRecord(session, .torLost)) == .waits { pending.recorded(lapses: trail.lapses) }
        }
        pending.append([.sendToClient(ByteBuffer(string: text))])
        if !isInTurn { turn.add(self) }
        isInTurn = true
        turn.count(text.utf8.count)
    }

    func takeUp() {
        isInTurn = false
        batch = pending
        pending = PendingActions()
    }

    func carryOut() {
        let (permitted, areAll) = batch.permitted(lapses: trail.lapses)
        for case .sendToClient(let bytes) in permitted { log.lines.append("\(number) \(String(buffer: bytes))") }
        if !areAll { log.lines.append("\(number) severed") }
        let then = then
        self.then = {}
        then()
    }
}

@Suite struct TurnTests {
    /// What is written and what takes effect, in order, when two sessions decide on a loop as `decide` says.
    private func lines(
        onFailure: AuditConfiguration.Failure = .close,
        _ decide: @escaping @Sendable (Turn, AuditTrail, Log, Member, Member) -> Void
    ) async throws -> [String] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let log = try await loop.submit {
            let log = Log()
            let configuration = AuditConfiguration(destination: .log, failure: onFailure)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let trail = AuditTrail(configuration, log, logger: logger, on: loop)
            let turn = Turn(trail, on: loop)
            decide(turn, trail, log, Member(1, turn, trail, log), Member(2, turn, trail, log))
            return NIOLoopBound(log, eventLoop: loop)
        }.get()
        // The turn ends before anything else that the loop is given to do later.
        return try await loop.submit { log.value.lines }.get()
    }

    @Test func `the records of all sessions go out in one write, before any effect`() async throws {
        let lines = try await lines { _, _, log, first, second in
            first.decide("a")
            second.decide("b")
            first.decide("c")
            log.lines.append("decided")
        }
        #expect(lines == ["decided", "write 1 2 1", "1 a", "1 c", "2 b"])
    }

    @Test func `what comes of an effect is recorded in a further round before it has effects itself`() async throws {
        let lines = try await lines { _, _, _, first, second in
            first.decide("a")
            second.decide("b")
            // While this is carried out the record of what the other decides now is not written.
            first.then = { second.decide("c") }
        }
        #expect(lines == ["write 1 2", "1 a", "2 b", "write 2", "2 c"])
    }

    @Test func `a trail that fails severs every session that has something on it, and no other`() async throws {
        let lines = try await lines { _, _, log, first, second in
            log.failures = 1
            first.decide("a", isRecorded: false)
            first.decide("b")
            first.decide("c", isRecorded: false)
            second.decide("d", isRecorded: false)
        }
        #expect(lines == ["1 a", "1 severed", "2 d"])
    }

    @Test func `what was recorded before the trail failed has no effect either where another write succeeds meanwhile`()
        async throws
    {
        let lines = try await lines { _, trail, log, first, second in
            log.failures = 1
            first.decide("a")
            // Somebody else writes what there is, as a reload does.
            trail.flush()
            second.decide("b")
        }
        #expect(lines == ["missing 1", "write 2", "1 severed", "2 b"])
    }

    @Test func `where sessions go on unrecorded nobody is severed`() async throws {
        let lines = try await lines(onFailure: .continue) { _, _, log, first, second in
            log.failures = 1
            first.decide("a")
            second.decide("b")
        }
        #expect(lines == ["1 a", "2 b"])
    }

    @Test func `a record that stands for several is missing as so many`() async throws {
        let lines = try await lines { _, trail, log, _, _ in
            log.failures = 1
            var count = AuditRecord(AuditedSession(number: 3, client: nil), .torLost)
            count.repeated = 5
            for record in [AuditRecord(AuditedSession(number: 2, client: nil), .torBack(version: nil)), count] {
                trail.record(record)
            }
            trail.flush()
            trail.record(AuditRecord(AuditedSession(number: 4, client: nil), .torLost))
            trail.flush()
        }
        #expect(lines == ["missing 6", "write 4"])
    }

    @Test func `each of several equal records is written, and missing if it cannot be`() async throws {
        let lines = try await lines { _, trail, log, _, _ in
            let record = AuditRecord(AuditedSession(number: 7, client: nil), .torLost)
            trail.record(record, times: 3)
            trail.flush()
            log.failures = 1
            trail.record(record, times: 2)
            trail.flush()
            trail.record(record)
            trail.flush()
        }
        #expect(lines == ["write 7 7 7", "missing 2", "write 7"])
    }

    @Test func `a turn in which much is decided ends between two reads`() async throws {
        let lines = try await lines { turn, _, log, first, second in
            first.decide("a")
            turn.endIfLarge()
            log.lines.append("read")
            turn.count(Turn.mostBytes)
            turn.endIfLarge()
            log.lines.append("read")
            second.decide("b")
            turn.endIfLarge()
            log.lines.append("read")
        }
        #expect(lines == ["read", "write 1", "1 a", "read", "read", "write 2", "2 b"])
    }
}
