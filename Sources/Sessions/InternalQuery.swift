// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Policies

import struct NIOCore.ByteBuffer

/// A command of ours on a session's own connection: its reply has a place among those to the client's commands and never reaches
/// the client.
///
/// Tor may not know the command, or answer something else: that is no answer, and nothing is shown that would need one. The
/// client's replies stay in their places, since any reply ends with its first end line.
package struct InternalQuery: Sendable {
    package enum Purpose: Hashable, Sendable {
        /// The events that tor is to send, the client's among them.
        case subscription
        /// Streams that are older than the session, and nobody's.
        case existingStreams
        /// Circuits that are older, for the Conflux sets that they belong to.
        case existingCircuits
    }

    package let purpose: Purpose
    package let command: Command
    private let key: String
    private var matcher: ReplyMatcher
    private var values: [String] = []
    private var byteCount = 0
    private var isUnanswered = false

    package static func subscription(_ events: SetEvents) -> InternalQuery? {
        InternalQuery(.subscription, .setEvents, events.encoded, key: "")
    }

    package static var existingStreams: InternalQuery? { information(.existingStreams, "stream-status") }

    package static var existingCircuits: InternalQuery? { information(.existingCircuits, "circuit-status") }

    private static func information(_ purpose: Purpose, _ key: String) -> InternalQuery? {
        InternalQuery(purpose, .getInfo, key, key: key)
    }

    private init?(_ purpose: Purpose, _ keyword: Keyword, _ arguments: String, key: String) {
        guard let command = Command(keyword: keyword, arguments: arguments) else { return nil }
        self.purpose = purpose
        self.command = command
        self.key = key
        matcher = ReplyMatcher(keyword: keyword, shape: ReplyPlan(for: command).shape)
    }

    /// - Returns: whether the reply is complete.
    package mutating func accept(_ line: TorLine) -> Bool {
        if !isUnanswered {
            do throws(ProtocolViolation) {
                take(line, try matcher.accept(line))
            } catch {
                refuse()
            }
        }
        guard case .reply(let reply) = line else { return false }
        return reply.kind == .end
    }

    /// The lines of the value that was asked for; none for a command that has none. Nil if tor refused, or gave no reply to it.
    package var answer: [String]? { isUnanswered ? nil : values }

    private mutating func take(_ line: TorLine, _ match: ReplyMatcher.Match) {
        switch line {
        case .dataEnd:
            return
        case .data(let text):
            add(String(decoding: text.readableBytesView, as: UTF8.self))
        case .reply(let reply):
            guard reply.status.isSuccess else { return refuse() }
            guard reply.kind == .mid, match.key != nil else { return }
            add(String(decoding: reply.text.dropFirst(key.utf8.count + 1), as: UTF8.self))
        }
    }

    private mutating func add(_ value: String) {
        byteCount += value.utf8.count
        guard byteCount <= Limits.ownReply else { return refuse() }
        if !value.isEmpty { values.append(value) }
    }

    private mutating func refuse() {
        isUnanswered = true
        values = []
    }
}
