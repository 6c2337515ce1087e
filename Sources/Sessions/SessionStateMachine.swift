// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies
package import TorLink

import struct NIOCore.ByteBuffer

/// One client joined to one connection of its own to tor: bytes and happenings in, actions out.
///
/// Inputs are methods named for what happened; each may leave actions that ``takeActions()`` hands over. There is no clock, no
/// socket and no log in here, so that the same machine serves the daemon, the tests and the fuzzers.
///
/// The life of a command: `clientReceived` -> `CommandFramer` -> `Judgement` -> `ReplyQueue` -> tor -> `ReplyMatcher` ->
/// `ReplyRewriting` -> client.
package struct SessionStateMachine: Sendable {
    /// What the client is allowed to say.
    enum Phase: Hashable, Sendable {
        /// Nothing but PROTOCOLINFO and AUTHCHALLENGE, each once, AUTHENTICATE and QUIT.
        case handshake(hasAskedProtocolInfo: Bool, hasChallenged: Bool)
        case open
        /// No frame is read any more; the session closes when the replies that are owed have been given.
        case ending(CloseReason)
        case closed
    }

    /// The connection to tor.
    enum Link: Sendable {
        case none
        /// Being made, or waiting for the next attempt.
        case connecting(ReconnectSchedule, waited: Duration)
        case authenticating(LinkStateMachine, ReconnectSchedule, waited: Duration)
        case ready
    }

    let policy: Policy
    var facts: SessionFacts
    let isComplaining: Bool

    var phase = Phase.handshake(hasAskedProtocolInfo: false, hasChallenged: false)
    var link = Link.none
    var torVersion: TorVersion?
    /// Why the last attempt to reach tor failed.
    var lastTorFailure: TorFailure?

    var commands = CommandFramer()
    var replies = ReplyFramer()
    /// A command that is allowed and waits: for tor, or for what tor says of its listeners.
    var held: Command?
    /// Whether what tor said of its listeners is as of now; good for one command.
    var knowsListeners = false
    var isAskingListeners = false
    var queue = ReplyQueue()
    var subscription: Set<EventName> = []
    var event: EventPassage?

    var isClientWritable = true
    var hasClientClosed = false
    var hasTorProgressed = false
    /// Bytes given out for the client so far, and those of them that it had read when the stall timer was started.
    var sentBytes = 0
    var readBytesAtStall = 0
    var readBytesAtDrain = 0
    /// Bytes of events given out since the client stopped reading.
    var unreadEventBytes = 0

    private var armed: Set<SessionTimer> = []
    private var isClientPaused = false
    private var isTorPaused = false
    var clientOutput = ByteBuffer()
    var torOutput = ByteBuffer()
    private var observations: [Observation] = []
    private var requests: [SessionAction] = []

    /// - Parameters:
    ///   - isComplaining: whether `--complain` is for this client; all its profiles may ask for it too. Never for clients from
    ///     other machines.
    ///   - torVersion: tor's version as last seen by any session.
    package init(policy: Policy, facts: SessionFacts, isComplaining: Bool, torVersion: TorVersion?) {
        self.policy = policy
        self.facts = facts
        self.isComplaining = (isComplaining || policy.complains) && facts.client.isLocal
        self.torVersion = torVersion
        start(.handshake)
    }

    /// The actions since the last call, in the order in which they are to be carried out.
    ///
    /// To be called until there are none: commands that were left because too much was to be written are taken up then.
    package mutating func takeActions() -> [SessionAction] {
        takeFrames()
        settle()
        var actions = observations.map(SessionAction.observed)
        if torOutput.readableBytes > 0 { actions.append(.sendToTor(torOutput)) }
        if clientOutput.readableBytes > 0 { actions.append(.sendToClient(clientOutput)) }
        sentBytes += clientOutput.readableBytes
        actions += requests
        observations = []
        requests = []
        torOutput = ByteBuffer()
        clientOutput = ByteBuffer()
        return actions
    }

    package var isClosed: Bool { phase == .closed }

    // MARK: What both directions use

    mutating func observe(_ observation: Observation) { observations.append(observation) }

    mutating func request(_ action: SessionAction) { requests.append(action) }

    mutating func start(_ timer: SessionTimer) {
        guard armed.insert(timer).inserted else { return }
        requests.append(.startTimer(timer))
    }

    mutating func stop(_ timer: SessionTimer) {
        guard armed.remove(timer) != nil else { return }
        requests.append(.stopTimer(timer))
    }

    /// Gives an answer of ours, in its place among tor's replies.
    mutating func answer(_ bytes: ByteBuffer) {
        queue.append(.ready(bytes))
        flushAnswers()
    }

    /// Hands over the answers at the head of the queue, unless a reply or an event of tor's is half passed on.
    mutating func flushAnswers() {
        guard event?.isPassing != true else { return }
        while case .ready(let bytes)? = queue.head {
            clientOutput.writeImmutableBuffer(bytes)
            queue.removeHead()
        }
    }

    /// Ends the session at once: what tor still says is not to be trusted, or there is nobody to tell.
    mutating func close(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        link = .none
        held = nil
        event = nil
        queue = ReplyQueue()
        for timer in SessionTimer.allCases { stop(timer) }
        requests.append(.close(reason))
    }

    /// Reads no more from the client; the session closes when the replies that are owed have been given.
    mutating func end(_ reason: CloseReason) {
        switch phase {
        case .ending, .closed: return
        case .handshake, .open: phase = .ending(reason)
        }
        readBytesAtDrain = sentBytes
        start(.drain)
    }

    /// After every input: close what has nothing left to do, and say who is to be read from.
    private mutating func settle() {
        // Whole commands were taken, so that what is left is a part of one whose rest will not come.
        if hasClientClosed, canTakeFrames { end(.clientClosed) }
        if case .ending(let reason) = phase, queue.isEmpty, held == nil, event?.isPassing != true { close(reason) }
        guard phase != .closed else { return }
        setClientPaused(!canTakeFrames)
        // A reply of any length waits in tor, which holds it whole anyway. Events must not: tor's queue for them has no bound.
        setTorPaused(!isClientWritable && (queue.isPassingReply || queue.inFlight > 0 && subscription.isEmpty))
    }

    /// Whether another frame of the client's may be looked at.
    var canTakeFrames: Bool {
        switch phase {
        case .ending, .closed: false
        case .handshake, .open:
            held == nil && isClientWritable && queue.inFlight < Limits.commandsInFlight
                && queue.waitingBytes < Limits.unreadBytes && clientOutput.readableBytes < Limits.unreadBytes
        }
    }

    private mutating func setClientPaused(_ isPaused: Bool) {
        guard isPaused != isClientPaused else { return }
        isClientPaused = isPaused
        requests.append(isPaused ? .pauseClient : .resumeClient)
    }

    private mutating func setTorPaused(_ isPaused: Bool) {
        guard isPaused != isTorPaused else { return }
        isTorPaused = isPaused
        requests.append(isPaused ? .pauseTor : .resumeTor)
    }

    // MARK: Clocks

    /// - Parameter unreadBytes: what was sent to the client and it has not taken yet.
    package mutating func timerFired(_ timer: SessionTimer, unreadBytes: Int) {
        guard armed.remove(timer) != nil else { return }
        switch timer {
        case .handshake:
            if case .handshake = phase { close(.handshakeTimeout) }
        case .tor:
            torTimedOut()
        case .reply:
            guard queue.inFlight > 0 else { return }
            // A client that does not read keeps tor waiting, not the other way round.
            guard hasTorProgressed || isTorPaused else { return close(.torStalled) }
            hasTorProgressed = false
            start(.reply)
        case .stall:
            guard !isClientWritable else { return }
            let read = sentBytes - unreadBytes
            // Events pile up in tor while it is paused, and nothing there bounds them: a client that has asked for some
            // must not trickle.
            guard read > readBytesAtStall, subscription.isEmpty || !isTorPaused else { return close(.clientTooSlow) }
            readBytesAtStall = read
            start(.stall)
        case .drain:
            guard case .ending(let reason) = phase else { return }
            let read = sentBytes - unreadBytes
            guard read > readBytesAtDrain else { return close(reason) }
            readBytesAtDrain = read
            start(.drain)
        }
    }

    package mutating func shutDown() { close(.shutdown) }
}
