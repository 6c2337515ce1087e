// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Rehearsal
import Testing

/// Entries of `tests`, and what is said of them, each failure as one line without the file's name and its hint behind an arrow.
struct Play: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tests: String
    let failures: [String]

    init(_ name: String, _ tests: String, _ failures: String...) {
        testDescription = name
        self.tests = tests
        self.failures = failures
    }
}

/// Plays the tests of one file; what the file says must load without an error.
func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    let source = SourceFile(path: "a.yml", name: "a.yml", content: .bytes(Array(text.utf8)))
    let loaded = ProfileLoader().load([source])
    #expect(loaded.count(of: .error) == 0, "\(loaded.diagnostics)", sourceLocation: sourceLocation)
    return Rehearsal(of: loaded.files[0]).failures.map { failure in
        failure.description.replacing("a.yml:", with: "").replacing(#/error: test of `.*?` failed: /#, with: "")
            + (failure.hint.map { " -> \($0)" } ?? "")
    }
}

/// The same with the tests indented below a profile.
func play(_ profile: String, tests: String, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
    let lines = tests.split(separator: "\n").map { "    \($0)\n" }.joined()
    return play("\(profile)  tests:\n\(lines)", sourceLocation: sourceLocation)
}
