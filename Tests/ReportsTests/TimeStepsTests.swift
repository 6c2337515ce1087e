// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@testable import Reports

/// Decisions by steps of time.
struct TimeStepsTests {
    /// Seconds of a trail, and the minutes of a step.
    private static let lengths: [(Int64, Int64)] = [
        (60, 1), (7200, 1), (14_400, 5), (86_400, 15), (604_800, 60), (950_400, 180), (3_456_000, 360),
        (15_552_000, 1440), (94_608_000, 10_080), (1_892_160_000, 524_160),
    ]

    @Test("Steps are as fine as the length allows, and lose nothing when they become coarser", arguments: lengths)
    func steps(seconds: Int64, minutes: Int64) throws {
        for moments in [[0, seconds / 2, seconds - 1], [seconds - 1, seconds / 2, 0]] {
            let summary = Records.summary(moments.map { Records.command(.forward, at: $0) })
            #expect(summary.timeSteps.step == minutes * 60_000_000)
            let range = try #require(summary.timeSteps.range)
            #expect(range.upperBound - range.lowerBound < TimeSteps.most)
            let application = try #require(summary.applications.first)
            #expect(application.activity.values.reduce(0) { $0 + $1.forward } == 3)
            #expect(application.activity.keys.allSatisfy(range.contains))
        }
    }

    @Test("Times of a clock that was not set are left out, and said")
    func untimed() throws {
        let unset = [Timestamp("1970-01-01T00:00:10Z"), Timestamp("9999-12-31T00:00:00Z")].compactMap(\.self)
        var summary = Records.summary([Records.command(.forward)])
        for time in unset {
            var record = TrailRecord(time: time, kind: .command)
            (record.session, record.decision, record.profiles) = (1, .forward, ["onionshare"])
            summary.add(.record(record))
        }
        #expect(summary.untimedCommands == 2)
        #expect(summary.timeSteps.step == 60_000_000)
        #expect(summary.decisions.forward == 3)
        #expect(SummarySentences(summary).untimedCommands?.hasPrefix("2 commands") == true)
        #expect(ReportPage(summary).text.contains("a clock that was not set?</p>"))
    }

    @Test("An axis has as many marks as can be read", arguments: lengths.map(\.0).dropFirst())
    func ticks(seconds: Int64) {
        let axis = AxisTicks(from: Records.time(0), to: Records.time(seconds))
        #expect((2...9).contains(axis.ticks.count))
        #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count)
    }
}
