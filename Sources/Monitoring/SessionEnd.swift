// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Sessions

/// Why a session ended, as it is counted: ``CloseReason`` without what differs from one to the next.
package enum SessionEnd: String, Hashable, Sendable, CaseIterable {
    case quit
    case clientClosed = "client-closed"
    case notAuthenticated = "not-authenticated"
    case authenticationFailed = "authentication-failed"
    case handshakeTimeout = "handshake-timeout"
    case lineTooLong = "line-too-long"
    case clientTooSlow = "client-too-slow"
    case torNotAvailable = "tor-not-available"
    case torLost = "tor-lost"
    case torStalled = "tor-stalled"
    case eventsLost = "events-lost"
    case violation
    case auditFailed = "audit-failed"
    case tooManyRecords = "too-many-records"
    case shutdown

    package init(_ reason: CloseReason) {
        self =
            switch reason {
            case .quit: .quit
            case .clientClosed: .clientClosed
            case .notAuthenticated: .notAuthenticated
            case .authenticationFailed: .authenticationFailed
            case .handshakeTimeout: .handshakeTimeout
            case .lineTooLong: .lineTooLong
            case .clientTooSlow: .clientTooSlow
            case .torNotAvailable: .torNotAvailable
            case .torLost: .torLost
            case .torStalled: .torStalled
            case .eventsLost: .eventsLost
            case .violation: .violation
            case .auditFailed: .auditFailed
            case .tooManyRecords: .tooManyRecords
            case .shutdown: .shutdown
            }
    }
}
