// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Daemon
import Testing

@Suite struct ReloadReportTests {
    @Test("what a daemon writes is what is read")
    func roundTrip() {
        var report = ReloadReport()
        report.begun = 4
        report.ended = 3
        report.summary = "2 profiles loaded from /etc/a b; sessions that keep theirs: 1"
        report.directories = ["/etc/a b", "/x"]
        report.leftOut = ["/etc/a b/c.yml"]
        #expect(ReloadReport(parsing: report.encoded) == report)
    }

    @Test("a line break in a text cannot make another line")
    func lineBreaks() {
        var report = ReloadReport()
        report.summary = "x\nended 9"
        report.directories = ["/a\nended 9"]
        #expect(ReloadReport(parsing: report.encoded) == ReloadReport())
    }

    @Test(
        "without both counts there is no report",
        arguments: ["", "begun 1\n", "ended 1\n", "begun x\nended 1\n", "begun\nended 1\n", "nonsense"]
    )
    func incomplete(text: String) {
        #expect(ReloadReport(parsing: text) == nil)
    }

    @Test("words of another version are passed over")
    func unknownWords() {
        #expect(ReloadReport(parsing: "later thing\nbegun 2\nended 1\n")?.begun == 2)
    }
}
