// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The name of an application's socket: `[a-z0-9][a-z0-9-]*`, so that it is the name of a directory, too.
package enum SocketName {
    /// Bytes of a name: below the default runtime directory the path of its socket still fits into an address (108 bytes, unix(7)).
    package static let limit = 64

    package static func isValid(_ text: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            byte.isDecimalDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= limit else { return false }
        return text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    }
}
