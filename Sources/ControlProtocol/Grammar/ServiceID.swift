// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The address of a version 3 onion service as control commands and events write it: 56 base32 digits without `.onion`
/// (control-spec section 2.4, rend-spec-v3 section 6), compared without regard to case.
package struct ServiceID: Hashable, Sendable, CustomStringConvertible {
    /// In small letters.
    package let description: String

    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        let lower: String? = text.withBytes { digits in
            digits.count == 56 && digits.allSatisfy(Self.isDigit) ? String(lowercasing: digits) : nil
        }
        guard let lower else { return nil }
        description = lower
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte.isLetter || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
    }
}
