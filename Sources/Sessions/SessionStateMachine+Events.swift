// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TorLink

import struct NIOCore.ByteBuffer

/// What tor says unasked.
extension SessionStateMachine {
    mutating func takeEvent(_ line: ReplyLine) throws(ProtocolViolation) {
        let name = eventName(of: line)
        guard name == .stream, policy.followsStreams, let event = StreamEvent(line.eventText), event.status == .new,
            let source = event.source
        else { return try takeEvent(line, name, isOwnSource: false) }
        guard facts.client.isLocal else {
            return try takeEvent(line, name, isOwnSource: source.address == facts.client.address)
        }
        // A local client's socket is looked for at the SOCKS ports; another may have the same port towards a DNSPort.
        guard event.mayBeSocks else { return try takeEvent(line, name, isOwnSource: false) }
        awaitedStream = line
        request(.findStreamSource(source))
    }

    /// Events of the kind that came last that pass as they came, at once.
    ///
    /// - Returns: false if the next line has to be looked at by itself.
    mutating func takeEventRun() -> Bool {
        // What a client that does not read leaves of events is counted line by line.
        guard let known = lastEvent, let beginning = known.beginning, case .ready = link, event == nil,
            isClientWritable, subscriptions.client.contains(known.name),
            let run = replies.nextRun(beginning: beginning)
        else { return false }
        clientOutput.append(run)
        return true
    }

    /// Whether the connection that the new stream comes from is the client's; goes on with what tor has said since.
    package mutating func streamSourceKnown(isOwn: Bool) {
        guard let line = awaitedStream else { return }
        awaitedStream = nil
        do throws(ProtocolViolation) {
            try takeEvent(line, .stream, isOwnSource: isOwn)
        } catch {
            return close(.violation(error))
        }
        takeLines()
        if awaitedStream == nil, hasTorClosed {
            hasTorClosed = false
            torClosed()
        }
    }

    private mutating func takeEvent(_ line: ReplyLine, _ name: EventName?, isOwnSource: Bool) throws(ProtocolViolation)
    {
        var relation = EventRelation()
        if let name, policy.tracksOwnership {
            relation = facts.ownership.took(name, line.eventText, isOwnSource: isOwnSource)
            for fetch in facts.ownership.takeCompletedFetches() { stop(.fetch(fetch)) }
        }
        var (passage, first) = begin(line, name, relation)
        try advance(&passage, .reply(first))
    }

    /// How the event passes, and the line that it begins with.
    private mutating func begin(
        _ line: ReplyLine,
        _ name: EventName?,
        _ relation: EventRelation
    ) -> (EventPassage, ReplyLine) {
        guard let name, subscriptions.client.contains(name) else {
            return (EventPassage(name: name, manner: .discard), line)
        }
        guard case .deliver(let rewriting, let cut) = decide(name) else {
            return (EventPassage(name: name, manner: .discard, drop: .notSubscribed), line)
        }
        let manner = rewriting.map { EventPassage.Manner.hold($0) } ?? .passThrough
        switch cut {
        case .own where !relation.isOwn:
            return (EventPassage(name: name, manner: .discard, drop: .notOwn), line)
        case .closedCircuits:
            guard let circuit = relation.closedCircuit, line.kind == .end,
                let closed = ReplyLine("\(line.status) \(name) \(circuit) CLOSED")
            else { return (EventPassage(name: name, manner: .discard, drop: .notOwn), line) }
            return (EventPassage(name: name, manner: manner), closed)
        case .own, .none:
            if let circuit = relation.namedCircuit { facts.ownership.streams.shown(circuit) }
            return (EventPassage(name: name, manner: manner), line)
        }
    }

    private func eventName(of line: ReplyLine) -> EventName? {
        if let last = lastEvent?.name, line.keyIs(last.name) { return last }
        return line.eventName
    }

    private mutating func decide(_ name: EventName) -> EventDecision {
        if let lastEvent, lastEvent.name == name { return lastEvent.decision }
        let decision = policy.decide(name, complaining: isComplaining)
        lastEvent = KnownEvent(name, decision, under: policy)
        return decision
    }

    mutating func advance(_ passage: inout EventPassage, _ line: TorLine) throws(ProtocolViolation) {
        let before = clientOutput.readableBytes
        let progress =
            passage.isPassing
            ? try EventPassage.pass(line, into: &clientOutput)
            : try passage.accept(line, facts: facts, into: &clientOutput)
        switch progress {
        case .open:
            event = passage
        case .done(let drop):
            if let drop, let name = passage.name { observe(.eventDropped(name, drop)) }
            flushAnswers()
        }
        guard !isClientWritable else { return }
        unreadEventBytes += clientOutput.readableBytes - before
        if unreadEventBytes > Limits.unreadEvents { close(.clientTooSlow) }
    }
}
