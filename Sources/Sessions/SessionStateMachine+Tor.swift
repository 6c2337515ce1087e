// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies
package import TorLink

package import struct NIOCore.ByteBuffer

extension SessionStateMachine {
    // MARK: Reaching tor

    mutating func connectToTor() {
        guard case .none = link else { return }
        lastTorFailure = nil
        link = .connecting(ReconnectSchedule(limit: SessionTimer.tor.duration), waited: .zero)
        start(.tor)
        request(.connectToTor(after: .zero))
    }

    /// - Parameter nonce: 32 random bytes.
    package mutating func torConnected(_ configuration: LinkConfiguration, nonce: [UInt8]) {
        guard case .connecting(let schedule, let waited) = link else { return }
        replies = ReplyFramer()
        var machine = LinkStateMachine(configuration: configuration, nonce: nonce)
        let actions = machine.connected()
        link = .authenticating(machine, schedule, waited: waited)
        perform(actions)
    }

    package mutating func torConnectionFailed(_ failure: TorFailure) {
        switch link {
        case .none, .ready:
            break
        case .connecting(var schedule, let waited), .authenticating(_, var schedule, let waited):
            lastTorFailure = failure
            guard failure.isWorthRetrying, let delay = schedule.nextDelay(elapsed: waited) else {
                return giveUpOnTor(failure)
            }
            link = .connecting(schedule, waited: waited + delay)
            request(.connectToTor(after: delay))
        }
    }

    package mutating func cookieRead(_ result: Result<Secret, CookieFailure>) {
        guard case .authenticating(var machine, let schedule, let waited) = link else { return }
        let actions = machine.cookieRead(result)
        link = .authenticating(machine, schedule, waited: waited)
        perform(actions)
    }

    mutating func torTimedOut() {
        switch link {
        case .connecting, .authenticating:
            giveUpOnTor(lastTorFailure ?? .timeout)
        case .none, .ready:
            break
        }
    }

    /// A client that waits for tor is told so; one that does not may go on with what needs no tor.
    private mutating func giveUpOnTor(_ failure: TorFailure) {
        observe(.torFailed(failure))
        stop(.tor)
        link = .none
        request(.disconnectTor)
        guard held != nil else { return }
        abandonHeld()
        answer(CannedReply.torNotAvailable.encoded)
        end(.torNotAvailable)
    }

    /// Records that the command that waited for tor was not sent.
    private mutating func abandonHeld() {
        guard let command = held else { return }
        held = nil
        observe(.command(CommandObservation(subject: .command(command), outcome: .answer, reason: .torNotAvailable)))
    }

    private mutating func perform(_ actions: [LinkStateMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                torOutput.writeImmutableBuffer(bytes)
            case .readCookie:
                request(.readCookie)
            case .ready(let version):
                link = .ready
                torVersion = version ?? torVersion
                stop(.tor)
                observe(.torReady(version))
                releaseHeld()
            case .failed(let failure):
                request(.disconnectTor)
                torConnectionFailed(.link(failure))
            }
        }
    }

    // MARK: What tor says

    package mutating func torReceived(_ bytes: ByteBuffer) {
        guard isLinked else { return }
        replies.append(bytes)
        do throws(ProtocolViolation) {
            while isLinked, let line = try replies.next() { try take(line) }
        } catch {
            guard case .authenticating = link else { return close(.violation(error)) }
            request(.disconnectTor)
            torConnectionFailed(.link(.unexpectedLine))
        }
    }

    package mutating func torClosed() {
        switch link {
        case .none, .connecting:
            break
        case .authenticating(var machine, let schedule, let waited):
            let actions = machine.disconnected()
            link = .authenticating(machine, schedule, waited: waited)
            perform(actions)
        case .ready:
            loseTor()
        }
    }

    /// Commands in flight get a reply of ours, so that a client knows which of its commands tor may have carried out; but
    /// not behind half a reply of tor's.
    private mutating func loseTor() {
        link = .none
        if !queue.isPassingReply, event?.isPassing != true {
            while let slot = queue.removeHead() {
                switch slot {
                case .ready(let bytes): clientOutput.writeImmutableBuffer(bytes)
                case .awaitingTor: CannedReply.torLost.encode(into: &clientOutput)
                }
            }
            if held != nil {
                abandonHeld()
                CannedReply.torLost.encode(into: &clientOutput)
            }
        }
        close(.torLost)
    }

    /// Whether there is a connection whose bytes count: not after it failed, whatever came with the failure.
    private var isLinked: Bool {
        switch link {
        case .none, .connecting: false
        case .authenticating, .ready: true
        }
    }

    private mutating func take(_ line: TorLine) throws(ProtocolViolation) {
        switch link {
        case .none, .connecting:
            break
        case .authenticating(var machine, let schedule, let waited):
            let actions = machine.received(line)
            link = .authenticating(machine, schedule, waited: waited)
            perform(actions)
        case .ready:
            try takeReady(line)
        }
    }

    private mutating func takeReady(_ line: TorLine) throws(ProtocolViolation) {
        if var passage = event {
            event = nil
            try advance(&passage, line)
        } else if case .reply(let reply) = line, reply.status.isEvent {
            var passage = begin(reply)
            try advance(&passage, line)
        } else {
            try takeReply(line)
        }
    }

    // MARK: Replies

    private mutating func takeReply(_ line: TorLine) throws(ProtocolViolation) {
        switch queue.head {
        case .ready, nil:
            throw .unexpectedReply
        case .awaitingTor(var awaited):
            hasTorProgressed = true
            let match = try awaited.matcher.accept(line)
            pass(line, match, &awaited)
            guard match.isLast else { return queue.replaceHead(with: .awaitingTor(awaited)) }
            queue.removeHead()
            if let subscription = awaited.subscription, case .reply(let end) = line, end.status.isSuccess {
                self.subscription = subscription
            }
            flushAnswers()
            takeFrames()
        }
    }

    private mutating func pass(_ line: TorLine, _ match: ReplyMatcher.Match, _ awaited: inout ReplyQueue.AwaitedReply) {
        guard !awaited.isFiltered else { return }
        guard let rewriting = awaited.plan.rewriting(forKey: match.key) else { return line.encode(into: &clientOutput) }
        switch rewriting.rewrite(line, facts: facts) {
        case .pass(let rewritten):
            rewritten.encode(into: &clientOutput)
        case .omit:
            break
        case .invalid:
            awaited.isFiltered = true
            observe(.replyFiltered(awaited.keyword))
            // A data block that has been opened is closed before another line may stand.
            if case .data = line { DataBlock.encodeEnd(into: &clientOutput) }
            CannedReply.replyFiltered.encode(into: &clientOutput)
        }
    }

    // MARK: Tor's listeners

    /// - Parameter listeners: nil if tor could not be asked.
    package mutating func listenersKnown(_ listeners: GuardedTargets.Listeners?) {
        guard isAskingListeners, phase != .closed else { return }
        isAskingListeners = false
        guard let listeners else { return refuseHeld(.listenersUnknown) }
        facts.guarded.torListeners = listeners
        knowsListeners = true
        releaseHeld()
        knowsListeners = false
    }

    // MARK: Events

    private mutating func begin(_ line: ReplyLine) -> EventPassage {
        guard let name = EventName(line.key), subscription.contains(name) else {
            return EventPassage(name: EventName(line.key), manner: .discard)
        }
        switch policy.decide(name, complaining: isComplaining) {
        case .deliver(nil): return EventPassage(name: name, manner: .passThrough)
        case .deliver(let rewriting?): return EventPassage(name: name, manner: .hold(rewriting))
        case .suppress, .refuse: return EventPassage(name: name, manner: .discard, drop: .notSubscribed)
        }
    }

    private mutating func advance(_ passage: inout EventPassage, _ line: TorLine) throws(ProtocolViolation) {
        let before = clientOutput.readableBytes
        switch try passage.accept(line, facts: facts, into: &clientOutput) {
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
