// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

import struct NIOCore.ByteBuffer

/// One asynchronous event on its way to the client, from its first line to its end line (control-spec section 4.1).
///
/// An event that a rule may rewrite or drop is held until it is whole; another passes line by line.
struct EventPassage: Sendable {
    enum Manner: Sendable {
        case passThrough
        case hold(ReplyRewriting)
        case discard
    }

    enum Progress: Sendable {
        case open
        case done(Observation.EventDrop?)
    }

    let name: EventName?
    private(set) var manner: Manner
    private var held = ByteBuffer()
    private var drop: Observation.EventDrop?

    init(name: EventName?, manner: Manner, drop: Observation.EventDrop? = nil) {
        self.name = name
        self.manner = manner
        self.drop = drop
    }

    /// Whether lines of the event have been sent, and more are to come: nothing may stand between them.
    var isPassing: Bool {
        if case .passThrough = manner { true } else { false }
    }

    mutating func accept(
        _ line: TorLine,
        facts: SessionFacts,
        into client: inout ByteBuffer
    ) throws(ProtocolViolation) -> Progress {
        if case .reply(let reply) = line, !reply.status.isEvent { throw .malformedEvent }
        switch manner {
        case .passThrough: line.encode(into: &client)
        case .hold(let rewriting):
            let isWhole = held.readableBytes == 0 && line.endsEvent
            guard let rewritten = rewritten(line, rewriting, facts) else { break }
            // Most events are one line.
            if isWhole { add(rewritten, to: &client) } else { hold(rewritten) }
        case .discard: break
        }
        guard line.endsEvent else { return .open }
        client.writeImmutableBuffer(held)
        return .done(drop)
    }

    /// The same for an event that passes line by line, for which no facts are needed.
    static func pass(_ line: TorLine, into client: inout ByteBuffer) throws(ProtocolViolation) -> Progress {
        if case .reply(let reply) = line, !reply.status.isEvent { throw .malformedEvent }
        line.encode(into: &client)
        return line.endsEvent ? .done(nil) : .open
    }

    /// The line as it may be shown; nil if it is left out, or the event is.
    private mutating func rewritten(_ line: TorLine, _ rewriting: ReplyRewriting, _ facts: SessionFacts) -> TorLine? {
        let result: RewrittenLine
        if held.readableBytes == 0, case .reply(let reply) = line {
            guard let first = rewriting.rewrite(first: reply, facts: facts) else {
                discard(.rewriting)
                return nil
            }
            result = first
        } else {
            result = rewriting.rewrite(line, facts: facts)
        }
        switch result {
        case .pass(let rewritten):
            if case .data(let text) = rewritten, text.readableBytes == 0, rewritten != line { break }
            return rewritten
        case .omit:
            return nil
        case .invalid:
            break
        }
        discard(.rewriting)
        return nil
    }

    private mutating func hold(_ line: TorLine) {
        line.encode(into: &held)
        if held.readableBytes > Limits.heldEvent { discard(.tooLarge) }
    }

    private mutating func add(_ line: TorLine, to client: inout ByteBuffer) {
        let start = client.writerIndex
        line.encode(into: &client)
        guard client.writerIndex - start > Limits.heldEvent else { return }
        client.moveWriterIndex(to: start)
        discard(.tooLarge)
    }

    private mutating func discard(_ reason: Observation.EventDrop) {
        manner = .discard
        held = ByteBuffer()
        drop = reason
    }
}

extension TorLine {
    fileprivate var endsEvent: Bool {
        if case .reply(let reply) = self { reply.kind == .end } else { false }
    }
}
