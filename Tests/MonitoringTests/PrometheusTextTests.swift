// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Monitoring
import TestSupport
import Testing

@Suite struct PrometheusTextTests {
    @Test("a busy daemon's metrics are as in the golden file")
    func golden() throws {
        let text = PrometheusText.text(Examples.busy)
        #expect(try text == GoldenFile("busy.prom").text(expecting: text))
    }

    @Test("without a daemon there is one metric")
    func absent() {
        #expect(
            PrometheusText.text(nil)
                == "# HELP onion_sieve_up Whether the daemon runs and answers.\n# TYPE onion_sieve_up gauge\nonion_sieve_up 0\n"
        )
    }

    @Test("names and texts hold to the rules of the format", arguments: Metric.allCases)
    func rules(metric: Metric) {
        #expect(
            metric.rawValue.utf8.allSatisfy {
                $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            })
        #expect(
            !metric.help.isEmpty
                && metric.help.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
    }

    @Test(
        "a label is whole, and two names never become one",
        arguments: [
            ("", ""), ("a b", "a b"), ("a\"b", "a\\\"b"), ("ä", "ä"), ("a\nb", "a\\\\u{a}b"), ("\u{1B}", "\\\\u{1b}"),
            ("\\u{1b}", "\\\\\\\\u{1b}"), ("\\\u{301}", "\\\\\\\\\u{301}"), ("a\r\nb", "a\\\\u{d}\\\\u{a}b"),
        ]
    )
    func labels(name: String, written: String) {
        var report = StatusReport(version: "1", process: 1, started: Timestamp(microseconds: 1))
        report.activity.sessionBegan(at: report.activity.place(of: [name]))
        let lines = PrometheusText.text(report).unicodeScalars.split(separator: "\n").map { String($0) }
        #expect(lines.contains("onion_sieve_sessions_total{profile=\"\(written)\"} 1"))
    }
}
