// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import YAML

/// Something that happens in the session of a test.
package struct TestStep: Sendable {
    package enum Happening: Sendable {
        /// The client sends a command, and tor, if it gets it, answers with these lines; nil if the test does not say.
        case command(WrittenText, reply: [WrittenText]?)
        /// Tor sends an event; whether the stream that it announces is the client's.
        case event([WrittenText], isOwn: Bool)
    }

    package var mark: Mark
    package var happening: Happening
}
