// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Policies

import struct NIOCore.ByteBuffer

/// How far a reply of tor's to the client has come.
package struct ReplyProgress: Sendable {
    /// Nil before its first line.
    private var matcher: ReplyMatcher?
    /// Set when a rule made the reply unfit to show: `551 Reply filtered` was sent, the rest goes nowhere.
    package var isFiltered = false
    package var cut = ReplyCut()
    /// What has come of it, as it travels, if note is taken of all of it.
    private(set) var noted: ByteBuffer?

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

    /// Takes note of the reply, of which this is the first line.
    mutating func startNote(_ line: TorLine) {
        noted = ByteBuffer()
        note(line)
    }

    /// Takes note of a line that was accepted, if of those before it. What is long or has a data block is let go.
    mutating func note(_ line: TorLine) {
        guard var all = noted else { return }
        noted = nil
        guard case .reply(let reply) = line, reply.kind != .data,
            all.readableBytes + reply.bytes.readableBytes + 2 <= KnownQuestions.longestReply
        else { return }
        reply.encode(into: &all)
        noted = all
    }

    /// The key that the data block which is open belongs to.
    package var keyOfData: Int? { matcher?.dataMatch.key }
}
