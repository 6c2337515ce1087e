// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// Every fixed reply that we give in tor's place. None carries a word of the client's.
package enum CannedReply: String, Hashable, Sendable, CaseIterable {
    case done = "250 OK"
    case closing = "250 closing connection"
    case lineTooLong = "500 Line too long."
    case filtered = "510 Command filtered"
    case unknownProtocolVersion = "513 No such version"
    case authenticationRequired = "514 Authentication required."
    case cookieDisabled = "515 Cookie authentication is disabled"
    case replyFiltered = "551 Reply filtered"
    case torLost = "551 Tor connection lost"
    case torNotAvailable = "551 Tor is not available"

    package func encode(into buffer: inout ByteBuffer) {
        buffer.writeString(rawValue)
        buffer.writeStaticString("\r\n")
    }

    package var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        encode(into: &buffer)
        return buffer
    }
}

extension Reply {
    package init?(_ canned: CannedReply) { self.init([canned.rawValue]) }
}
