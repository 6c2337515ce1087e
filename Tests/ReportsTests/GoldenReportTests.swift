// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import NIOCore
import TestSupport
import Testing

@testable import Reports

/// What a whole trail is shown as, held against files that people have read; `Tests/Browser` has Chromium show the pages.
struct GoldenReportTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let text: @Sendable (TrailSummary) -> String
        let isEmpty: Bool
    }

    private static let forms: [(String, @Sendable (TrailSummary) -> String)] = [
        ("txt", { SummaryText($0, width: nil, isColoured: false).text }),
        ("80.txt", { SummaryText($0, width: 80, isColoured: false).text }),
        (
            "json",
            { summary in
                var buffer = ByteBuffer()
                JSONLine.write(SummaryJSON(summary).fields, to: &buffer)
                return String(buffer: buffer)
            }
        ),
        ("html", { ReportPage($0).text }),
    ]

    private static let cases = forms.flatMap { ending, text in
        [("week", false), ("empty", true)].map { name, isEmpty in
            Case(testDescription: "\(name).\(ending)", text: text, isEmpty: isEmpty)
        }
    }

    private static func summary(of lines: [TrailLine]) -> TrailSummary {
        var summary = TrailSummary()
        for line in lines { summary.add(line) }
        if !lines.isEmpty { summary.addCut() }
        return summary
    }

    @Test("The report is the one that was read", arguments: cases)
    func golden(of sample: Case) throws {
        let text = sample.text(Self.summary(of: sample.isEmpty ? [] : SampleTrail.week.lines))
        #expect(try text == GoldenFile(sample.testDescription).text(expecting: text))
    }

    @Test("The order of records makes no difference to a report")
    func order() {
        let lines = SampleTrail.week.lines
        let page = ReportPage(Self.summary(of: lines)).text
        var summary = TrailSummary()
        // The trail cut into files, the last one first.
        let size = lines.count / 5 + 1
        for start in stride(from: 0, to: lines.count, by: size).reversed() {
            summary.beginFile()
            for line in lines[start..<min(start + size, lines.count)] { summary.add(line) }
        }
        summary.addCut()
        #expect(ReportPage(summary).text == page)
    }
}
