// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@testable import Reports

/// When tor was away, as sessions met it.
struct OutagesTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// `L` lost, `F` failed, `B` back; then the second.
        let trail: String
        /// First, end (or `?`), losses, failures.
        let outages: [String]
    }

    private static let cases = [
        Case(testDescription: "lost and back", trail: "L10 B50", outages: ["10 50 1 0"]),
        Case(testDescription: "several sessions", trail: "L10 L11 F20 B50 B51", outages: ["10 51 2 1"]),
        Case(testDescription: "in any order", trail: "B51 F20 L10 B50 L11", outages: ["10 51 2 1"]),
        Case(testDescription: "two of them", trail: "L10 B50 L5000 B5001", outages: ["10 50 1 0", "5000 5001 1 0"]),
        Case(testDescription: "joined by what lies between", trail: "F10 F600 F305", outages: ["10 ? 0 3"]),
        Case(testDescription: "never back", trail: "B5 L10 F20", outages: ["5 ? 1 1"]),
        Case(testDescription: "begun before the trail", trail: "B5", outages: ["5 5 0 0"]),
    ]

    @Test("Losses and returns are one absence", arguments: cases)
    func outages(of sample: Case) throws {
        let lines = try sample.trail.split(separator: " ").map { word in
            let kinds: [Character: TrailRecord.Kind] = ["L": .torLost, "F": .torFailed, "B": .torBack]
            return Records.of(kinds[word.first!]!, at: try #require(Int64(word.dropFirst())))
        }
        func second(_ time: Timestamp) -> Int64 { time.microseconds / 1_000_000 - SampleTrail.beginning }
        let outages = Records.summary(lines).outages.map {
            "\(second($0.first)) \($0.end.map { "\(second($0))" } ?? "?") \($0.losses) \($0.failures)"
        }
        #expect(outages == sample.outages)
    }

    @Test("More than are kept apart are counted")
    func bound() {
        let summary = Records.summary((0..<Outages.most + 10).map { Records.of(.torLost, at: Int64($0) * 1000) })
        #expect(summary.outages.count == Outages.most)
        #expect(summary.outagesBeyond == 10)
    }
}
