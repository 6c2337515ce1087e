// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@testable import Reports

/// How sessions are counted whose numbers come again.
struct SessionCensusTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// `C` begins, `D` ends, anything else goes on; then the session's number and the second. `/` begins another file.
        let trail: String
        let sessions: UInt64
    }

    private static let cases = [
        Case(testDescription: "a whole session", trail: "C1@1 x1@2 D1@3", sessions: 1),
        Case(testDescription: "two at once", trail: "C1@1 C2@2 x1@3 x2@4 D1@5 D2@6", sessions: 2),
        Case(testDescription: "counts that are told after the end", trail: "C1@1 D1@3 x1@10", sessions: 1),
        Case(testDescription: "a trail that begins in the middle", trail: "x7@1 x7@2 D7@3 C8@4", sessions: 2),
        Case(testDescription: "a number again after another start", trail: "C1@1 D1@2 C1@100 x1@101", sessions: 2),
        Case(
            testDescription: "a number again after a start, begun before the trail", trail: "x1@1 C1@100 x1@101",
            sessions: 2),
        Case(testDescription: "a daemon that was killed", trail: "C1@1 x1@2 C1@100 D1@101", sessions: 2),
        Case(testDescription: "a clock that is set back", trail: "C1@100 x1@50 D1@60", sessions: 1),
        Case(testDescription: "newer file first", trail: "x1@50 D1@60 / C1@10 x1@20", sessions: 1),
        Case(testDescription: "older file first", trail: "C1@10 x1@20 / x1@50 D1@60", sessions: 1),
        Case(
            testDescription: "newer file first, with a start between", trail: "C1@50 D1@60 / x1@10 x1@20", sessions: 2),
        Case(testDescription: "three files in any order", trail: "x1@30 x1@31 / D1@50 C2@51 / C1@10", sessions: 2),
        Case(testDescription: "folded, rejected and reloaded are none", trail: "F1@1 R2@2 L@3", sessions: 0),
    ]

    @Test("Sessions are counted once", arguments: cases)
    func count(of sample: Case) throws {
        var summary = TrailSummary()
        for word in sample.trail.split(separator: " ") {
            guard word != "/" else {
                summary.beginFile()
                continue
            }
            let parts = word.dropFirst().split(separator: "@", omittingEmptySubsequences: false)
            let kinds: [Character: TrailRecord.Kind] = [
                "C": .connected, "D": .disconnected, "F": .folded, "R": .rejected, "L": .reloaded,
            ]
            let second = try #require(Int64(parts[1]))
            var record = TrailRecord(
                time: Timestamp(microseconds: 1_800_000_000_000_000 + second * 1_000_000),
                kind: kinds[word.first!] ?? .command
            )
            record.session = UInt64(parts[0])
            record.profiles = ["onionshare"]
            if record.kind == .command { record.decision = .forward }
            summary.add(.record(record))
        }
        #expect(summary.sessions == sample.sessions)
        #expect(summary.isSessionCountExact)
    }
}
