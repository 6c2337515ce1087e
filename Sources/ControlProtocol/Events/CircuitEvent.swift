// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A circuit's change of state, or its line in the reply to `GETINFO circuit-status` (control-spec sections 4.1.1 and 3.9).
///
///     650 CIRC 5 BUILT $AAAA…~one,$BBBB…~two BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL
package struct CircuitEvent: Hashable, Sendable {
    package enum Status: Hashable, Sendable {
        /// LAUNCHED: whatever had its number before is gone.
        case launched
        case closed
        /// FAILED: closed before it was built.
        case failed
        case other
    }

    package let id: CircuitID
    package let status: Status
    /// Set if the circuit is, or is meant to be, a leg of a Conflux set, whose streams may go over any of its legs.
    package let conflux: Conflux?

    package enum Conflux: Hashable, Sendable {
        /// The set's name (CONFLUX_ID).
        case set(String)
        /// Not linked to one yet, or the event does not say.
        case unknown
    }

    /// - Parameter text: what stands behind `CIRC ` or `CIRC_MINOR `.
    package init?(_ text: some StringProtocol) {
        let words = text.words
        guard words.count >= 2, let id = CircuitID(words[0]) else { return nil }
        self.id = id
        status =
            switch words[1] {
            case "LAUNCHED": .launched
            case "CLOSED": .closed
            case "FAILED": .failed
            default: .other
            }
        // Tor writes both before what a client chose (SOCKS_USERNAME in quotes).
        let name = words.first { $0.hasPrefix("CONFLUX_ID=") }
        if let name {
            conflux = .set(String(name.dropFirst("CONFLUX_ID=".count)))
        } else {
            conflux = words.contains { $0.hasPrefix("PURPOSE=CONFLUX_") } ? .unknown : nil
        }
    }
}
