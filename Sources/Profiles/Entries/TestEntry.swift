// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import YAML

/// One entry of `tests`: what happens, and what has to come of it.
package struct TestEntry: Sendable {
    /// What may become of a command, as `explain` says it.
    package enum Decision: String, CaseIterable, Sendable {
        case forward
        case rewrite
        case answer
        case filter
    }

    package var mark: Mark
    /// Nil for a client that the profile is for.
    package var client: TestClient?
    /// What happens before, in the same session.
    package var before: [TestStep] = []
    package var step: TestStep
    package var decision: Decision?
    /// The command as tor gets it.
    package var forwards: WrittenText?
    /// The lines that the client gets.
    package var gives: [WrittenText]?
}
