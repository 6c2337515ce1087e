// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TorLink

import struct NIOCore.ByteBuffer
import struct NIOCore.ByteBufferView

/// A question of the client's that was allowed and sent to tor.
final class KnownQuestion: Sendable {
    /// What the client has sent, without its end.
    fileprivate let line: [UInt8]
    /// What tor was sent for it.
    let sent: ByteBuffer
    let awaited: AwaitedReply
    let observation: CommandObservation

    fileprivate init(
        _ line: [UInt8], _ sent: Command, _ awaited: AwaitedReply, _ observation: CommandObservation
    ) {
        self.line = line
        var encoded = ByteBuffer()
        sent.encode(into: &encoded)
        self.sent = encoded
        self.awaited = awaited
        self.observation = observation
    }
}

/// The last questions of a session, since most programs ask the same again and again: the same line is the same question, and is not
/// read and judged anew. Nor is a reply, if it is the one that came last.
///
/// Only GETINFO and GETCONF are kept. What becomes of them depends on the policy, the client and the ends of its connection, which
/// stay as they are for as long as the session lasts; and what they change of tor or of what is the session's own is nothing. Whether a
/// reply fits depends on its bytes and the question.
struct KnownQuestions: Sendable {
    static let most = 4
    /// Bytes of arguments: a session that says little is to take little memory.
    static let longest = 128
    /// Bytes of a reply with its ends of lines.
    static let longestReply = 256

    private struct Entry {
        let question: KnownQuestion
        /// The last reply that went to the client as it came, as it travels; empty if there was none.
        var reply: [UInt8] = []
    }

    private var entries: [Entry] = []
    /// The place of the one that goes next.
    private var oldest = 0

    var isEmpty: Bool { entries.isEmpty }

    /// - Parameters:
    ///   - command: as it was asked.
    ///   - sent: as tor was sent it.
    mutating func keep(
        _ command: Command, as sent: Command, _ awaited: AwaitedReply, _ observation: CommandObservation
    ) {
        guard command.isQuestion, sent.isQuestion,
            max(command.arguments.utf8.count, sent.arguments.utf8.count) <= Self.longest
        else { return }
        let line = Array(command.line.utf8)
        // It may have been written otherwise, or have waited for tor.
        guard line.withUnsafeBytes({ find($0) }) == nil else { return }
        let known = Entry(question: KnownQuestion(line, sent, awaited, observation))
        if entries.count < Self.most {
            entries.append(known)
        } else {
            entries[oldest] = known
            oldest = (oldest + 1) % Self.most
        }
    }

    func find(_ line: UnsafeRawBufferPointer) -> KnownQuestion? {
        for entry in entries where entry.question.line.count == line.count && line.begins(with: entry.question.line) {
            return entry.question
        }
        return nil
    }

    /// Keeps a reply that was accepted and went to the client as it came, if the question is known.
    mutating func keep(_ reply: ByteBuffer, to awaited: AwaitedReply) {
        guard let place = place(of: awaited) else { return }
        entries[place].reply = Array(reply.readableBytesView)
    }

    func knows(_ awaited: AwaitedReply) -> Bool { place(of: awaited) != nil }

    /// What tor may say again.
    func reply(to awaited: AwaitedReply) -> [UInt8]? {
        guard let place = place(of: awaited), !entries[place].reply.isEmpty else { return nil }
        return entries[place].reply
    }

    private func place(of awaited: AwaitedReply) -> Int? { entries.firstIndex { $0.question.awaited === awaited } }
}
