// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TorLink

import struct NIOCore.ByteBuffer

/// What tor answers, and what it says of the services, circuits and credentials that the session's commands have made.
extension SessionStateMachine {
    mutating func takeReply(_ line: TorLine) throws(ProtocolViolation) {
        switch queue.head {
        case .ready, nil:
            throw .unexpectedReply
        case .awaitingTor(let awaited):
            hasTorProgressed = true
            let isFirst = !queue.progress.isInside
            let match = try queue.progress.accept(line, of: awaited)
            if awaited.passesUnseen {
                line.encode(into: &clientOutput)
                takeNote(ofReply: line, isFirst: isFirst, awaited)
            } else {
                take(line, match, awaited)
            }
            guard match.isLast else { return }
            if let reply = queue.progress.noted { knownQuestions.keep(reply, to: awaited) }
            queue.removeHead()
            if let subscription = awaited.subscription, case .reply(let end) = line, end.status.isSuccess {
                subscriptions.accepted(subscription)
                facts.ownership.subscribed(toContents: subscription.contains(.serviceDescriptorContent))
            }
            flushAnswers()
            takeFrames()
        case .ours(var query):
            hasTorProgressed = true
            guard query.accept(line) else { return queue.replaceHead(with: .ours(query)) }
            queue.removeHead()
            answered(query)
            flushAnswers()
            takeFrames()
        }
    }

    /// So that the same reply is known when it comes again.
    private mutating func takeNote(ofReply line: TorLine, isFirst: Bool, _ awaited: AwaitedReply) {
        guard isFirst else { return queue.progress.note(line) }
        if knownQuestions.knows(awaited) { queue.progress.startNote(line) }
    }

    private mutating func take(_ line: TorLine, _ match: ReplyMatcher.Match, _ awaited: AwaitedReply) {
        if awaited.changesTor, case .reply(let reply) = line, reply.status.isSuccess { hasChangedTor = true }
        takeNote(of: line, match, awaited)
        guard let cut = awaited.plan.cut(forKey: match.key) else { return pass(line, match, awaited) }
        for line in queue.progress.cut.take(line, cut, &facts.ownership) { pass(line, match, awaited) }
    }

    /// A reply that is, byte for byte, the one that came last to the same question and passed as it came: it would be accepted again, and
    /// is not looked at.
    ///
    /// - Returns: false if the next line has to be looked at.
    mutating func takeKnownReply() -> Bool {
        guard !knownQuestions.isEmpty, case .ready = link, event == nil, case .awaitingTor(let awaited) = queue.head,
            !queue.progress.isInside, let reply = knownQuestions.reply(to: awaited), replies.skip(reply)
        else { return false }
        hasTorProgressed = true
        clientOutput.writeBytes(reply)
        queue.removeHead()
        flushAnswers()
        takeFrames()
        return true
    }

    /// Lines of tor's that pass as they came, at once: those of a data block that nothing cuts or rewrites.
    ///
    /// - Returns: false if the next line has to be looked at by itself.
    mutating func takeDataRun() -> Bool {
        guard replies.isInData, passesData, let run = replies.nextDataRun() else { return false }
        if event == nil { hasTorProgressed = true }
        clientOutput.append(run)
        return true
    }

    /// Whether the lines of the data block that is open go to the client as they came.
    private var passesData: Bool {
        guard case .ready = link else { return false }
        // What a client that does not read leaves of events is counted line by line.
        if let event { return event.isPassing && isClientWritable }
        guard case .awaitingTor(let awaited) = queue.head, !queue.progress.isFiltered else { return false }
        let key = queue.progress.keyOfData
        return awaited.plan.cut(forKey: key) == nil && awaited.plan.rewriting(forKey: key) == nil
    }

    private mutating func pass(_ line: TorLine, _ match: ReplyMatcher.Match, _ awaited: AwaitedReply) {
        guard !queue.progress.isFiltered else { return }
        guard let rewriting = awaited.plan.rewriting(forKey: match.key) else { return line.encode(into: &clientOutput) }
        switch rewriting.rewrite(line, facts: facts) {
        case .pass(let rewritten):
            rewritten.encode(into: &clientOutput)
        case .omit:
            break
        case .invalid:
            queue.progress.isFiltered = true
            observe(.replyFiltered(awaited.command.keyword))
            // A data block that has been opened is closed before another line may stand.
            if case .data = line { DataBlock.encodeEnd(into: &clientOutput) }
            CannedReply.replyFiltered.encode(into: &clientOutput)
        }
    }

    // MARK: What becomes the session's own

    /// Takes note of what a command of the client's has made or ended.
    private mutating func takeNote(of line: TorLine, _ match: ReplyMatcher.Match, _ awaited: AwaitedReply) {
        guard let effect = awaited.effect, case .reply(let reply) = line else { return }
        switch effect {
        case .publish(let isDetached):
            let prefix = "ServiceID="
            if reply.status.isSuccess, reply.textHasPrefix(prefix),
                let service = ServiceID(String(decoding: reply.text.dropFirst(prefix.utf8.count), as: UTF8.self))
            {
                facts.ownership.serviceCreated(service)
                request(.remember(.published(service, isDetached: isDetached)))
            }
            if match.isLast { facts.ownership.serviceRequestEnded(isDetached: isDetached) }
        case .unpublish(let service):
            // 552: tor knows of none such, or not any more.
            guard reply.status.isSuccess || reply.status.value == 552 else { return }
            facts.ownership.serviceDeleted(service)
            request(.remember(.deleted(service)))
        case .fetch(let fetch):
            guard !reply.status.isSuccess else { return }
            facts.ownership.fetchEnded(fetch)
            stop(.fetch(fetch))
        case .extendCircuit:
            let words = String(decoding: reply.text, as: UTF8.self).words
            guard reply.status.isSuccess, words.count == 2, words[0] == "EXTENDED", let id = CircuitID(words[1]) else {
                return
            }
            facts.ownership.streams.extended(id)
        case .addCredential(let credential):
            request(.remember(reply.status.isSuccess ? .added(credential) : .notAdded(credential.service)))
        case .removeCredential(let service):
            if reply.status.isSuccess { request(.remember(.removed(service))) }
        }
    }
}
