// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Learning
import Policies
import Profiles

/// What holds for a profile that is made of any trail: it has no mistake, strictly taken, and gives nobody what no profile gives.
enum SuggestionProperties {
    /// Of each trail so many applications; a profile of each is proven, which takes its time.
    private static let mostApplications = 3

    static func check(_ input: [UInt8]) throws(Violation) {
        var lessons = Lessons()
        for line in input.split(separator: 0x0A) {
            if case .record(let record) = TrailLine(line) { lessons.take(record) }
        }
        for application in lessons.applications.prefix(mostApplications) {
            guard let suggestion = try? Suggestion(for: application) else { continue }
            try check(suggestion)
        }
    }

    private static func check(_ suggestion: Suggestion) throws(Violation) {
        let text = suggestion.text
        try require(
            text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A }, "a profile that does not show: \(text)")
        let file = SourceFile(path: "suggested.yml", name: "suggested.yml", content: .bytes(Array(text.utf8)))
        let loaded = ProfileLoader(isStrict: true, lints: true).load([file])
        try require(loaded.diagnostics.isEmpty, "a suggestion with mistakes: \(loaded.diagnostics) in \(text)")
        try require(loaded.profileCount == 1, "a suggestion of \(loaded.profileCount) profiles")
        for client in SessionSubject.everyClient {
            try PolicyProperties.check(loaded.policySet.policy(for: client), client)
        }
    }
}
