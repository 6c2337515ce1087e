// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

extension LinkStateMachine {
    /// What the owner of the connection has to do.
    ///
    /// The bytes to send may hold a cookie or a password: no description shows more than their number.
    package enum Action: Hashable, Sendable {
        case send(ByteBuffer)
        /// Read tor's cookie file and call ``LinkStateMachine/cookieRead(_:)``.
        case readCookie
        /// Tor has accepted us: from here on lines go to the session. The version is nil if tor gave none.
        case ready(version: TorVersion?)
        /// Close the connection; nothing follows.
        case failed(LinkFailure)
    }
}

extension LinkStateMachine.Action: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        switch self {
        case .send(let bytes): "send(\(bytes.readableBytes) bytes)"
        case .readCookie: "readCookie"
        case .ready(let version): "ready(\(version?.text ?? "no version"))"
        case .failed(let failure): "failed(\(failure))"
        }
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
