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
            guard isRejoining ? failure.mayEndByItself : failure.isWorthRetrying,
                let delay = schedule.nextDelay(elapsed: waited)
            else {
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
        guard !isRejoining else { return endWithTor() }
        stop(.tor)
        link = .none
        request(.disconnectTor)
        guard held != nil else { return }
        abandonHeld()
        answer(.torNotAvailable)
        end(.torNotAvailable)
    }

    /// Records that the command that waited for tor was not sent.
    mutating func abandonHeld() {
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
                if isRejoining { rejoined(version) } else { observe(.torReady(version)) }
                linkBecameReady()
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
        takeLines()
    }

    mutating func takeLines() {
        do throws(ProtocolViolation) {
            while isLinked, awaitedStream == nil {
                if takeDataRun() || takeKnownReply() || takeEventRun() { continue }
                guard let line = try replies.next() else { break }
                try take(line)
            }
        } catch {
            guard case .authenticating = link else { return close(.violation(error)) }
            request(.disconnectTor)
            torConnectionFailed(.link(.unexpectedLine))
        }
    }

    package mutating func torClosed() {
        guard awaitedStream == nil else {
            hasTorClosed = true
            return
        }
        switch link {
        case .none, .connecting:
            break
        case .authenticating(var machine, let schedule, let waited):
            let actions = machine.disconnected()
            link = .authenticating(machine, schedule, waited: waited)
            perform(actions)
        case .ready:
            torWasLost()
        }
    }

    /// Whether there is a connection whose bytes count: not after it failed, whatever came with the failure.
    var isLinked: Bool {
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
            try takeEvent(reply)
        } else {
            try takeReply(line)
        }
    }

    // MARK: Tor's listeners

    /// - Parameters:
    ///   - listeners: nil if tor could not be asked.
    ///   - realPaths: where the paths that were asked for, and those of all control sockets, lead; without those for which it
    ///     could not be found out.
    package mutating func listenersKnown(_ listeners: GuardedTargets.Listeners?, realPaths: [String: String]) {
        guard isAskingListeners, phase != .closed else { return }
        isAskingListeners = false
        guard let listeners else { return refuseHeld(.listenersUnknown) }
        facts.guarded.torListeners = listeners
        facts.guarded.realPaths = realPaths
        knowsListeners = true
        releaseHeld()
    }
}
