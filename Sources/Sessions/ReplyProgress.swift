// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Policies

/// How far a reply of tor's to the client has come.
package struct ReplyProgress: Sendable {
    /// Nil before its first line.
    private var matcher: ReplyMatcher?
    /// Set when a rule made the reply unfit to show: `551 Reply filtered` was sent, the rest goes nowhere.
    package var isFiltered = false
    package var cut = ReplyCut()

    package init() {}

    /// Whether a part of the reply has been seen, and its end not.
    package var isInside: Bool { matcher?.isInside ?? false }

    package mutating func accept(
        _ line: TorLine, of awaited: AwaitedReply
    ) throws(ProtocolViolation) -> ReplyMatcher.Match {
        if !isInside { matcher = ReplyMatcher(keyword: awaited.command.keyword, shape: awaited.plan.shape) }
        guard let match = try matcher?.accept(line) else { throw .unexpectedReply }
        return match
    }

    /// The key that the data block which is open belongs to.
    package var keyOfData: Int? { matcher?.dataMatch.key }
}
