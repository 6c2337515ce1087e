// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A peer did what the control protocol does not allow, so that nothing it says later can be trusted: the session ends.
package enum ProtocolViolation: Error, Hashable, Sendable {
    /// A line longer than ``Limits/torLine``.
    case lineTooLong
    /// A line from tor that is no reply line (control-spec section 2.3).
    case malformedReplyLine
    /// A reply line although no command awaits one.
    case unexpectedReply
    /// A reply that cannot be the reply to its command.
    case replyDoesNotFit(Keyword)
    /// An event inside a data block's reply line sequence that is not the event's own.
    case malformedEvent

    package var reason: String {
        switch self {
        case .lineTooLong: "tor sent a line longer than \(Limits.torLine) bytes"
        case .malformedReplyLine: "tor sent a line that is no reply line"
        case .unexpectedReply: "tor sent a reply that no command awaits"
        case .replyDoesNotFit(let keyword): "tor's reply does not fit the command \(keyword)"
        case .malformedEvent: "tor sent an event that is malformed"
        }
    }
}
