// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A stream's number, as tor writes it: up to 20 digits (control-spec section 2.4 allows letters, too, and 16 of either). Tor begins
/// again with 1 when it is started.
package struct StreamID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        guard let text = TorIdentifier.parse(text) else { return nil }
        description = text
    }
}

/// A circuit's number, written like a stream's. 0 is no circuit.
package struct CircuitID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        guard let text = TorIdentifier.parse(text), text != "0" else { return nil }
        description = text
    }
}

private enum TorIdentifier {
    static func parse(_ text: Substring) -> String? {
        let isIdentifier = text.withBytes { bytes in
            (1...20).contains(bytes.count) && bytes.allSatisfy { $0.isDecimalDigit || $0.isLetter }
        }
        return isIdentifier ? String(text) : nil
    }
}
