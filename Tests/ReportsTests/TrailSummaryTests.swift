// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import TestSupport
import Testing

@testable import Reports

/// What is counted, for whom, and within which bounds.
struct TrailSummaryTests {
    @Test("What a record stands for is counted everywhere")
    func repeated() throws {
        let summary = Records.summary([
            Records.command(.forward, times: 3), Records.command(.filter, "GETINFO", "address", times: 5),
            Records.of(.rejected) { $0.repeated = 7 }, Records.of(.replyFiltered) { $0.repeated = 11 },
            Records.of(.eventDropped) { $0.repeated = 13 }, Records.of(.folded) { $0.repeated = 17 },
            Records.of(.auditFailed, session: nil, profiles: []) { $0.repeated = 19 },
        ])
        let application = try #require(summary.applications.first)
        #expect(summary.applications.count == 1)
        #expect(application.decisions.forward == 3)
        #expect(application.decisions.filter == 5)
        #expect(application.refusedCommands.map(\.count) == [5])
        #expect(application.rejections == 7)
        #expect(application.filteredReplies == 11)
        #expect(application.droppedEvents == 13)
        #expect(application.folded == 17)
        #expect(summary.missingRecords == 19)
    }

    @Test("Commands that were folded are decisions, too, and starts are told from reloads")
    func folded() {
        let summary = Records.summary([
            Records.of(.folded) { ($0.folded, $0.decision, $0.repeated) = (.command, .filter, 100) },
            Records.of(.folded) { ($0.folded, $0.repeated) = (.connected, 10) },
            Records.of(.reloaded, session: nil, profiles: []) { $0.isStart = true },
            Records.of(.reloaded, session: nil, profiles: []),
        ])
        #expect(summary.decisions.filter == 100)
        #expect(summary.folded == 110)
        #expect(summary.sessions == 0)
        #expect((summary.starts, summary.reloads) == (1, 1))
    }

    @Test("Sums of whatever a trail claims do not overflow", arguments: [0, UInt64.max])
    func greatestNumbers(times: UInt64) {
        let line = Records.command(.filter, times: times)
        var summary = Records.summary([line, line, line])
        for kind in [TrailRecord.Kind.connected, .rejected, .torLost, .torFailed, .auditFailed, .folded] {
            for _ in 0..<2 { summary.add(Records.of(kind) { $0.repeated = times }) }
        }
        let moments = [Int64.min, -1, 0, .max].map { Timestamp(microseconds: $0) }
        for moment in moments {
            for kind in [TrailRecord.Kind.command, .torLost, .torBack, .connected] {
                var record = TrailRecord(time: moment, kind: kind)
                (record.session, record.decision, record.repeated) = (9, .forward, times)
                summary.add(.record(record))
            }
        }
        #expect(summary.decisions.filter == (times == 0 ? 3 : .max))
        #expect(!ReportPage(summary).text.isEmpty)
        #expect(!SummaryText(summary, width: 40, isColoured: true).text.isEmpty)
    }

    @Test("Clients without a profile are told apart by what lasts, not by process or port")
    func strangers() {
        func client(_ change: (inout AuditedClient) -> Void) -> AuditedClient {
            var client = SampleTrail.local("guest", 1002, "/usr/bin/curl")
            change(&client)
            return client
        }
        let clients = [
            client { $0.pid = 1 }, client { $0.pid = 2 }, client { $0.user = "other" },
            client { $0.label = "curl" }, client { $0.label = "unconfined" },
            SampleTrail.remote("10.0.0.1"), SampleTrail.remote("10.0.0.2"),
        ]
        let summary = Records.summary(clients.map { Records.command(.filter, profiles: [], client: $0) })
        #expect(
            summary.applications.map(\.application.name).sorted() == [
                "/usr/bin/curl of guest", "/usr/bin/curl of other", "host 10.0.0.1", "host 10.0.0.2",
                "label curl of guest",
            ])
        #expect(summary.applications.first?.decisions.filter == 3)
    }

    @Test("Clients of one profile are told apart, and a probe is the one client's")
    func callers() throws {
        let probing = SampleTrail.local("mallory", 1003, "/usr/bin/python3.13")
        let lines =
            (0..<12).map {
                Records.command(.filter, "GETINFO", "key-\($0)", profiles: ["newnym-only"], client: probing)
            }
            + (0..<50).map { _ in
                Records.command(
                    .forward, profiles: ["newnym-only"], client: SampleTrail.local("alice", 1001, "/usr/bin/nc"))
            }
        let summary = Records.summary(lines)
        #expect(
            summary.applications.map(\.application.name) == [
                "newnym-only: /usr/bin/python3.13 of mallory", "newnym-only: /usr/bin/nc of alice",
            ])
        #expect(summary.applications.map { $0.probe != nil } == [true, false])
    }

    @Test("Whoever calls himself something else each time is counted together, and takes no other profile's place")
    func manyCallers() throws {
        var summary = TrailSummary()
        for number in 0..<1000 {
            let client = SampleTrail.local("mallory", 1003, "/tmp/\(number)")
            summary.add(Records.command(.filter, profiles: ["newnym-only"], client: client))
        }
        let honest = SampleTrail.local("alice", 1001, "/usr/bin/onionshare")
        summary.add(Records.command(.forward, profiles: ["onionshare"], client: honest))
        #expect(summary.applications.count == TrailSummary.mostCallers + 2)
        let others = try #require(summary.applications.first)
        #expect(others.application.name == "newnym-only: other clients")
        #expect(others.decisions.filter == 1000 - UInt64(TrailSummary.mostCallers))
        #expect(summary.applications.last?.application.name == "onionshare: /usr/bin/onionshare of alice")
    }

    @Test("Many different refused commands, or lines that are none, are a probe; often the same one is not")
    func probes() {
        func probe(_ lines: [TrailLine]) -> Probe? { Records.summary(lines).applications.first?.probe }
        func different(_ count: Int) -> [TrailLine] {
            (0..<count).map { Records.command(.filter, "GETINFO", "key-\($0)") }
        }
        #expect(probe([Records.command(.filter, times: 100_000)]) == nil)
        #expect(probe(different(11)) == nil)
        #expect(probe(different(12)) == .manyCommands(12, orMore: false))
        #expect(probe(different(200)) == .manyCommands(ApplicationSummary.mostRefusals, orMore: true))
        #expect(probe(different(8) + [Records.of(.folded)]) == .manyCommands(8, orMore: true))
        #expect(probe([Records.command(.filter, "?", nil, times: 11)]) == nil)
        #expect(probe([Records.command(.filter, "?", nil, times: 12)]) == .noCommands(12))
        let complaints = (0..<50).map { index in
            Records.of(.command) { record in
                (record.decision, record.command, record.arguments) = (.forward, "GETINFO", "key-\(index)")
                record.isComplaint = true
            }
        }
        #expect(probe(complaints) == nil)
    }

    @Test("Strangers take no place from what has a profile; what is beyond a bound is counted together")
    func bounds() throws {
        var summary = TrailSummary()
        for number in 0..<1000 {
            summary.add(Records.command(.filter, profiles: [], client: SampleTrail.remote("2001:db8::\(number)")))
        }
        for number in 0..<300 {
            summary.add(Records.command(.forward, profiles: ["profile-\(number)"], client: nil))
        }
        #expect(summary.applications.count == TrailSummary.mostApplications + TrailSummary.mostStrangers + 1)
        let others = try #require(summary.applications.first { $0.application == .others })
        #expect(others.decisions.filter == 1000 - UInt64(TrailSummary.mostStrangers))
        #expect(others.decisions.forward == 300 - UInt64(TrailSummary.mostApplications))
        #expect(summary.decisions.all == 1300)
    }

    @Test("A trail that is made to fill the page gives one of bounded size")
    func boundedPage() {
        var summary = TrailSummary()
        let long = String(repeating: "<\u{202E}>\"&'", count: 700)
        for number in 0..<sized(60, 300) {
            let client = SampleTrail.local("\(number)\(long)", UInt32(number), long, label: "\(number)\(long)")
            for key in 0..<6 {
                let text = "\(key)\(long)"
                summary.add(Records.command(.filter, text, text, at: Int64(key) * 3600, profiles: [], client: client))
                summary.add(
                    Records.command(
                        .forward, at: Int64(key) * 7200, profiles: Array(repeating: "\(number)\(long)", count: 40)))
                summary.add(Records.of(.torFailed, at: Int64(number * 6 + key) * 1000) { $0.reason = text })
                summary.add(Records.of(.auditFailed, at: Int64(key)) { $0.reason = text })
            }
        }
        #expect(ReportPage(summary).text.utf8.count < 8_000_000)
        #expect(SummaryText(summary, width: nil, isColoured: false).text.utf8.count < 8_000_000)
    }

    @Test("Who is new is told only if the trail goes back further")
    func newcomers() {
        let day: Int64 = 86_400
        let old = Records.command(.forward, at: 0, profiles: ["old"])
        func new(_ second: Int64) -> TrailLine { Records.command(.forward, at: second, profiles: ["new"]) }
        func names(_ lines: [TrailLine]) -> [String]? {
            Records.summary(lines).newcomers(days: 7)?.map(\.application.name)
        }
        #expect(names([]) == nil)
        #expect(names([old, new(day)]) == nil)
        #expect(names([old, new(7 * day)]) == nil)
        #expect(names([old, new(7 * day + 1)]) == ["new"])
        #expect(names([old, new(day), new(9 * day)]) == [])
        #expect(names([new(9 * day), old]) == ["new"])
    }

    @Test("What is not understood is counted, and takes part in nothing else")
    func notUnderstood() {
        var summary = Records.summary([
            .foreign, .foreign, .later(schema: 3), .later(schema: 2), Records.of(.other("later")),
            Records.command(nil),
        ])
        summary.addCut()
        #expect(summary.notUnderstood == NotUnderstood(foreign: 2, cut: 1, later: 2, latestSchema: 3, unknown: 2))
        #expect(summary.decisions.all == 0)
        #expect(!SummarySentences(summary).notUnderstood.isEmpty)
    }

    @Test("Of a refused command the last reason stands, with the first and the last time, in whatever order they come")
    func refusedCommands() throws {
        let lines = [(5, "old"), (20, "new"), (10, "middle")].map { second, reason in
            Records.of(.command, at: Int64(second)) { record in
                (record.decision, record.command, record.arguments) = (.filter, "GETINFO", "address")
                record.reason = reason
            }
        }
        let refused = try #require(Records.summary(lines).applications.first?.refusedCommands.first)
        #expect(refused.first == Records.time(5))
        #expect(refused.last == Records.time(20))
        #expect(refused.reason == "new")
        #expect(refused.count == 3)
    }

    @Test(
        "A command is shown as far as it was read",
        arguments: [
            ("GETINFO", "version", nil, "GETINFO version"), ("QUIT", nil, nil, "QUIT"),
            ("?", nil, 12, "? (no command that tor has)"), ("SETCONF", nil, 40, "SETCONF (could not be read)"),
            ("+LOADCONF", nil, 400, "+LOADCONF"),
        ] as [(String, String?, UInt64?, String)]
    )
    func commandText(command: String, arguments: String?, length: UInt64?, text: String) {
        let line = Records.of(.command) { record in
            record.decision = .filter
            (record.command, record.arguments, record.length) = (command, arguments, length)
        }
        #expect(Records.summary([line]).applications.first?.refusedCommands.first?.text == text)
    }
}
