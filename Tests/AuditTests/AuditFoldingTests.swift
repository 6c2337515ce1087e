// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing

/// The folding behind a reference: a condition of `#expect` changes nothing that is a value.
private final class Folding {
    private var folding = AuditFolding()

    var isPending: Bool { folding.isPending }

    func admit(_ record: AuditRecord, at now: Duration) -> Bool { admission(record, at: now) == .write }

    func admission(_ record: AuditRecord, at now: Duration, times: Int = 1) -> AuditFolding.Admission {
        folding.admit(record, at: now, times: times)
    }

    func delay(of session: AuditedSession, at now: Duration) -> Duration { folding.delay(of: session, at: now) }

    func due(at now: Duration) -> [AuditRecord] { folding.due(at: now) }

    func ended(_ session: AuditedSession, at now: Duration = .zero) -> [AuditRecord] {
        folding.ended(session, at: now)
    }
}

@Suite struct AuditFoldingTests {
    private static func session(_ number: UInt64, uid: UInt32 = 1000) -> AuditedSession {
        var client = AuditedClient(transport: .unix)
        client.uid = uid
        client.user = "user\(uid)"
        return AuditedSession(number: number, client: client)
    }

    private static func command(_ arguments: String, _ outcome: CommandObservation.Outcome = .filter)
        -> AuditRecord.Event
    {
        let command = Command(keyword: .getInfo, arguments: arguments)
        return .command(
            AuditedCommand(
                CommandObservation(
                    subject: command.map { .command($0) } ?? .malformed(keyword: nil, length: 0), outcome: outcome,
                    reason: .noRule)))
    }

    @Test func `the first of equal refusals is written, and the others counted`() throws {
        let folding = Folding()
        let record = AuditRecord(Self.session(1), Self.command("address"))
        let admitted = (0..<100_000).count { _ in folding.admit(record, at: .zero) }
        #expect(admitted == 1)
        #expect(folding.isPending)
        let due = folding.due(at: AuditFolding.interval)
        #expect(due.map(\.repeated) == [99_999])
        #expect(due.first?.event == record.event)
    }

    @Test func `a run that goes on is counted on, and one that has ended begins anew`() {
        let folding = Folding()
        let record = AuditRecord(Self.session(1), Self.command("address"))
        #expect(folding.admit(record, at: .zero))
        #expect(!folding.admit(record, at: .zero))
        #expect(folding.due(at: .seconds(10)).map(\.repeated) == [1])
        #expect(!folding.admit(record, at: .seconds(11)))
        #expect(folding.due(at: .seconds(20)).map(\.repeated) == [1])
        #expect(folding.due(at: .seconds(30)).isEmpty)
        #expect(!folding.isPending)
        #expect(folding.admit(record, at: .seconds(31)))
    }

    @Test func `different refusals are kept apart, up to a bound`() {
        let folding = Folding()
        let count = 20_000
        let admitted = (0..<count).count {
            folding.admit(AuditRecord(Self.session(1), Self.command("ns/id/\($0)")), at: .zero)
        }
        #expect(admitted == AuditFolding.refusals.capacity)
        let due = folding.due(at: .seconds(10))
        #expect(due.map(\.repeated) == [count - admitted])
        #expect(due.first?.line.hasPrefix("session 1: folded: command filter GETINFO") == true)
    }

    @Test func `what a client does beyond its bounds takes nothing from others`() {
        let folding = Folding()
        for number in 0..<2_000 {
            _ = folding.admit(AuditRecord(Self.session(UInt64(number)), Self.command("ns/id/\(number)")), at: .zero)
            _ = folding.admit(AuditRecord(Self.session(UInt64(number)), .connected), at: .zero)
        }
        let other = Self.session(20_000, uid: 1001)
        #expect(folding.admit(AuditRecord(other, .connected), at: .zero))
        #expect(folding.admit(AuditRecord(other, Self.command("address")), at: .zero))
        #expect(folding.admit(AuditRecord(other, .disconnected(reason: "")), at: .zero))
    }

    private static func allowed(_ arguments: String) -> AuditRecord.Event {
        command(arguments, Command(keyword: .getInfo, arguments: arguments).map { .forward($0) } ?? .filter)
    }

    @Test func `what was allowed is written each time, until there is too much of it and equal ones are counted`() {
        let folding = Folding()
        let record = AuditRecord(Self.session(1), Self.allowed("version"))
        let admissions = (0..<30_000).map { _ in folding.admission(record, at: .zero) }
        let written = AuditFolding.decisions.capacity - AuditFolding.decisionsToFold + 1
        #expect(admissions.count { $0 == .write } == written)
        #expect(!admissions.contains(.refuse))
        #expect(folding.delay(of: Self.session(1), at: .zero) == .zero)
        #expect(folding.due(at: .seconds(10)).map(\.repeated) == [30_000 - written])
        #expect(folding.admit(record, at: .seconds(1000)))
    }

    @Test func `who has ever different things allowed waits, and is refused rather than only counted`() {
        let folding = Folding()
        let session = Self.session(1)
        let prefix = String(repeating: "A", count: 35)
        for index in 0..<AuditFolding.decisions.capacity {
            let record = AuditRecord(session, Self.allowed("ns/id/\(prefix)\(10_000 + index)"))
            #expect(folding.admission(record, at: .zero) == .write)
            let waits = index >= AuditFolding.decisions.capacity - AuditFolding.decisionsToWait
            #expect((folding.delay(of: session, at: .zero) > .zero) == waits)
        }
        #expect(folding.admission(AuditRecord(session, Self.allowed("ns/all")), at: .zero) == .refuse)
        #expect(folding.due(at: .zero).map(\.repeated) == [1])
        #expect(folding.delay(of: session, at: .zero) == AuditFolding.longestWait)
        #expect(folding.delay(of: Self.session(2, uid: 1001), at: .zero) == .zero)
    }

    @Test func `equal ones of sessions that come and go are one run, told with the last session`() {
        let folding = Folding()
        var told: [AuditRecord] = []
        var written = 0
        for number in 1...2_000 as ClosedRange<UInt64> {
            let session = Self.session(number)
            if folding.admit(AuditRecord(session, Self.command("address")), at: .zero) { written += 1 }
            told += folding.ended(session)
        }
        told += folding.due(at: .seconds(10))
        #expect(written == 1)
        #expect(told.count <= AuditFolding.refusals.capacity)
        #expect(told.reduce(0) { $0 + $1.repeated } == 1_999)
        #expect(told.last?.session?.number == 2_000)
    }

    static let multiplications: [@Sendable (inout AuditedClient, Int) -> Void] = [
        // User namespaces, units of the user's own, addresses of one network.
        { $0.uid = UInt32(100_000 + $1) },
        { ($0.uid, $0.user, $0.unit) = (1000, "a", "user:\($1).scope") },
        { ($0.transport, $0.address) = (.remote, "2001:db8::\(String($1, radix: 16))") },
    ]

    @Test(arguments: multiplications.indices)
    func `who makes himself many has no more written`(index: Int) {
        let folding = Folding()
        var written = 0
        for number in 0..<2_000 {
            var client = AuditedClient(transport: .unix)
            Self.multiplications[index](&client, number)
            let session = AuditedSession(number: UInt64(number), client: client)
            if folding.admit(AuditRecord(session, Self.command("ns/id/\(number)")), at: .zero) { written += 1 }
        }
        #expect(written <= AuditFolding.refusals.capacity * 2)
    }

    @Test func `programs of one user that are confined differently do not silence each other`() {
        let folding = Folding()
        var client = AuditedClient(transport: .unix)
        (client.uid, client.user, client.label) = (1000, "amnesia", "flooder")
        let flooder = AuditedSession(number: 1, client: client)
        for number in 0..<2_000 { _ = folding.admit(AuditRecord(flooder, Self.command("ns/id/\(number)")), at: .zero) }
        client.label = "onionshare"
        let other = AuditedSession(number: 2, client: client)
        #expect(folding.admit(AuditRecord(other, Self.command("address")), at: .zero))
    }

    @Test func `what is remembered is bounded, whoever comes`() {
        let folding = Folding()
        let commands = (0..<210).map { Self.command("ns/id/\($0)") }
        var written = 0
        for uid in 1...400 as ClosedRange<UInt32> {
            let session = Self.session(UInt64(uid), uid: uid)
            for command in commands where folding.admit(AuditRecord(session, command), at: .zero) { written += 1 }
        }
        let accounts = AuditFolding.mostPrincipals + AuditFolding.sharedAccounts
        #expect(written <= accounts * AuditFolding.refusals.capacity)
        #expect(written + folding.due(at: .zero).reduce(0) { $0 + $1.repeated } == 84_000)
    }

    @Test func `every record is written or counted, whoever makes how many`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<sized(4, 10) {
            let folding = Folding()
            var (made, told) = (0, 0)
            var now = Duration.zero
            for _ in 0..<2_000 {
                now += .milliseconds(Int.random(in: 0...20, using: &generator))
                let session = Self.session(
                    .random(in: 1...40, using: &generator), uid: .random(in: 1...3, using: &generator))
                let events: [AuditRecord.Event] = [
                    Self.command("ns/id/\(Int.random(in: 0...300, using: &generator))"), .connected,
                    Self.allowed("ns/id/\(Int.random(in: 0...300, using: &generator))"),
                    .disconnected(reason: "x"),
                    .torFailed(reason: "x"),
                ]
                made += 1
                if folding.admit(AuditRecord(session, events.randomElement(using: &generator) ?? .connected), at: now) {
                    told += 1
                }
                if Int.random(in: 0...99, using: &generator) == 0 {
                    told += folding.due(at: now).reduce(0) { $0 + $1.repeated }
                }
                if Int.random(in: 0...99, using: &generator) == 0 {
                    told += folding.ended(session, at: now).reduce(0) { $0 + $1.repeated }
                }
            }
            told += folding.due(at: now).reduce(0) { $0 + $1.repeated }
            #expect(made == told)
        }
    }

    @Test func `so many at once are written and counted like so many one after the other`() {
        let records = [
            AuditRecord(Self.session(1), Self.allowed("version")),
            AuditRecord(Self.session(1), Self.command("address")),
            AuditRecord(Self.session(2), .connected), AuditRecord(Self.session(2), Self.allowed("ns/all")),
        ]
        let (together, oneByOne) = (Folding(), Folding())
        for (index, times) in [1, 2, 9_990, 3, 250, 12_000, 1, 7].enumerated() {
            let record = records[index % records.count]
            var left = times
            while left > 0, together.admission(record, at: .zero, times: left) == .write { left -= 1 }
            let written = (0..<times).count { _ in oneByOne.admit(record, at: .zero) }
            #expect(times - left == written, "\(record) \(times) times")
        }
        #expect(together.due(at: .zero).map(\.repeated) == oneByOne.due(at: .zero).map(\.repeated))
    }

    @Test func `the counts of a session are told when it ends`() {
        let folding = Folding()
        let record = AuditRecord(Self.session(1), Self.command("address"))
        for _ in 0..<5 { _ = folding.admit(record, at: .zero) }
        #expect(folding.ended(Self.session(2)).isEmpty)
        #expect(folding.ended(Self.session(1)).map(\.repeated) == [4])
        #expect(folding.ended(Self.session(1)).isEmpty)
        #expect(folding.due(at: .seconds(10)).isEmpty)
        #expect(!folding.isPending)
    }
}
