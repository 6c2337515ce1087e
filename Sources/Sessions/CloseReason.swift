// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Why a session ended.
package enum CloseReason: Hashable, Sendable {
    case quit
    case clientClosed
    case notAuthenticated
    /// A secret or a challenge that a listener with a cookie of its own refuses.
    case authenticationFailed
    case handshakeTimeout
    case lineTooLong
    case clientTooSlow
    /// Tor could not be reached, or did not let us in.
    case torNotAvailable
    case torLost
    case torStalled
    /// Tor has come back, and does not send the events any more that the client has asked for.
    case eventsLost
    case violation(ProtocolViolation)
    /// What it asks for cannot be recorded.
    case auditFailed
    /// It asks for more different things than are recorded of one client.
    case tooManyRecords
    case shutdown

    package var text: String {
        switch self {
        case .quit: "the client said QUIT"
        case .clientClosed: "the client closed the connection"
        case .notAuthenticated: "the client sent something before AUTHENTICATE"
        case .authenticationFailed: "the client did not authenticate by the listener's cookie"
        case .handshakeTimeout: "no AUTHENTICATE within \(SessionTimer.handshake.duration)"
        case .lineTooLong: "the client sent more than \(Limits.clientFrame) bytes for one command"
        case .clientTooSlow: "the client did not read what was sent to it"
        case .torNotAvailable: "tor is not available"
        case .torLost: "the connection to tor was lost"
        case .torStalled: "tor did not reply for \(SessionTimer.reply.duration) or more"
        case .eventsLost: "tor came back and does not send the events that the client asked for"
        case .violation(let violation): violation.reason
        case .auditFailed: "the audit trail cannot be written"
        case .tooManyRecords: "the client asked for more different things than are recorded of one"
        case .shutdown: "onion-sieve is stopping"
        }
    }
}
