// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Monitoring
import Testing

@Suite struct StatusReportTests {
    @Test("what a daemon says is what is understood, whatever stands in its texts")
    func roundTrip() {
        #expect(StatusReport(parsing: Examples.busy.encoded) == Examples.busy)
        let idle = StatusReport(version: "", process: 1, started: Timestamp(microseconds: 5))
        #expect(StatusReport(parsing: idle.encoded) == idle)
    }

    @Test("half an answer is none")
    func incomplete() {
        let whole = Array(Examples.busy.encoded.unicodeScalars)
        for count in 0..<whole.count {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: whole.prefix(count))
            #expect(StatusReport(parsing: String(text)) == nil, "\(count) characters")
        }
    }

    @Test(
        "what is no answer of this version is none",
        arguments: [
            "", "\n", "250 OK\r\n", "onion-sieve-status\t2\ndaemon\t1\t1\t1\t1\t1\nend\n",
            "onion-sieve-status\t1\nend\n",
        ]
    )
    func foreign(text: String) { #expect(StatusReport(parsing: text) == nil) }

    @Test("a later version may say more")
    func later() {
        var lines = Examples.busy.encoded.split(separator: "\n").map { $0 + "\tmore" }
        lines[0] = "onion-sieve-status\t1"
        lines[lines.count - 1] = "news\tof\tsomething"
        let text = (lines + ["ended\tby-magic\t7", "end", ""]).joined(separator: "\n")
        #expect(StatusReport(parsing: text) == Examples.busy)
    }

    @Test("no text is longer than its bound")
    func bounded() {
        var report = Examples.busy
        report.tor.reason = String(repeating: "\n", count: 1_000_000)
        #expect(report.encoded.utf8.count < 10_000)
        #expect(StatusReport(parsing: report.encoded)?.tor.reason?.unicodeScalars.count == 1001)
    }

    @Test("as many clients, names and mistakes as there may be fit into what is read of an answer")
    func largest() {
        var report = Examples.busy
        let long = String(repeating: "\u{1F9C5}", count: 2000)
        for number in 0..<2 * Activity.mostPolicies { _ = report.activity.place(of: ["\(number)\(long)"]) }
        report.profiles.mistakes = Array(
            repeating: StatusReport.Profiles.Mistake(text: long, isKept: true), count: StatusReport.mostMistakes)
        let encoded = report.encoded
        #expect(encoded.utf8.count < StatusReport.mostBytes)
        #expect(StatusReport(parsing: encoded)?.activity == report.activity)
    }

    @Test("tor's state has the moment of its last change")
    func torChanges() {
        func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds) }
        var tor = StatusReport.Tor()
        #expect(tor.since == nil)
        tor.isAway("never seen", time(1))
        tor.isAway("nor now", time(2))
        #expect((tor.since, tor.reason) == (time(1), "nor now"))
        tor.isThere(at: "x", version: "0.4.9.11", time(3))
        tor.isThere(at: "x", version: nil, time(4))
        #expect((tor.since, tor.version) == (time(3), "0.4.9.11"))
        #expect(tor.reason == nil)
        tor.isAway("gone", time(5))
        #expect((tor.since, tor.version) == (time(5), "0.4.9.11"))
    }

    @Test("what is not fine is a problem")
    func problems() {
        #expect(Examples.busy.problems == [.profiles(9), .profilesUnreadable, .trail])
        var report = StatusReport(version: "1", process: 1, started: Timestamp(microseconds: 1))
        #expect(report.problems == [.torAway])
        report.tor.isThere(at: "x", version: nil, report.started)
        #expect(report.problems.isEmpty)
    }
}
