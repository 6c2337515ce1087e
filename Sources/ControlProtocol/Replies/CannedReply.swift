// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// Every fixed reply that we give in tor's place. None carries a word of the client's.
package enum CannedReply: String, Hashable, Sendable, CaseIterable {
    case done = "250 OK"
    case closing = "250 closing connection"
    case lineTooLong = "500 Line too long."
    /// Replies to an AUTHENTICATE or AUTHCHALLENGE that a listener with a cookie refuses, in tor's words.
    case challengeArguments = "512 Wrong number of arguments for AUTHCHALLENGE"
    case challengeMethod = "513 AUTHCHALLENGE only supports SAFECOOKIE authentication"
    case challengeNonce = "513 Invalid base16 client nonce"
    case cookieLength = "515 Authentication failed: Wrong length on authentication cookie."
    case cookieMismatch = "515 Authentication failed: Authentication cookie did not match expected value."
    case proofLength = "515 Authentication failed: Wrong length for safe cookie response."
    case proofMismatch = "515 Authentication failed: Safe cookie response did not match expected value."
    case secretArguments = "515 Authentication failed: Bad arguments to AUTHENTICATE."
    case secretEncoding = """
        515 Authentication failed: Invalid hexadecimal encoding.  Maybe you tried a plain text password?  If so, the standard \
        requires that you put it in double quotes.
        """
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
