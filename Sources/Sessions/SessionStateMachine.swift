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
    /// Nil on a listener that asks for no secret.
    var cookie: CookieExchange?

    var phase = Phase.handshake(hasAskedProtocolInfo: false, hasChallenged: false)
    var link = Link.none
    var torVersion: TorVersion?
    /// Why the last attempt to reach tor failed.
    var lastTorFailure: TorFailure?
    /// Whether tor was there and is gone, and the session waits for it to come back.
    var isRejoining = false
    /// Whether tor has carried out what it will not know any more after its end.
    var hasChangedTor = false

    var commands = CommandFramer()
    var knownQuestions = KnownQuestions()
    var replies = ReplyFramer()
    /// A command that has come before the profile's `commands-per-second` lets it; nothing behind it is read.
    var frameAwaitingPermit: ClientFrame? { didSet { hasFrameAwaitingPermit = frameAwaitingPermit != nil } }
    /// Asked after every input, many times as often as it changes; so is the next.
    private(set) var hasFrameAwaitingPermit = false
    var isPermitted = false
    /// A command that is allowed and waits: for tor, or for what tor says of its listeners.
    var held: Command? { didSet { isHolding = held != nil } }
    private(set) var isHolding = false
    /// Whether what tor said of its listeners is as of now: good for one command, since they may change at any time.
    var knowsListeners = false
    var isAskingListeners = false
    var isAskingCredential = false
    var queue = ReplyQueue()
    var subscriptions: SubscriptionLedger
    /// Whether a SETEVENTS of ours is at tor: until its reply none of the client's leaves.
    var isSubscribing = false
    /// Whether tor has accepted it on this connection.
    var isFollowingOwn = false
    var event: EventPassage?
    /// The kind of event that came last.
    var lastEvent: KnownEvent?
    /// The first line of an event about a new stream, while it is being found out whose it is.
    var awaitedStream: ReplyLine?
    /// Tor has closed the connection, and what it said before is still to be looked at.
    var hasTorClosed = false

    var isClientWritable = true
    var hasClientClosed = false
    var hasTorProgressed = false
    /// Bytes given out for the client so far, and those of them that it had read when the stall timer was started.
    var sentBytes = 0
    var readBytesAtStall = 0
    var readBytesAtDrain = 0
    /// Bytes of events given out since the client stopped reading.
    var unreadEventBytes = 0

    var countedServices = CountedServices()

    private var armed: Set<SessionTimer> = []
    private var isClientPaused = false
    private var isTorPaused = false
    var clientOutput = ByteBuffer()
    var torOutput = ByteBuffer()
    /// ``SessionAction/observed(_:)``, in order.
    private var observations: [SessionAction] = []
    private var requests: [SessionAction] = []

    /// - Parameters:
    ///   - isComplaining: whether `--complain` is for this client; all its profiles may ask for it too. Never for clients from
    ///     other machines.
    ///   - torVersion: tor's version as last seen by any session.
    ///   - cookie: what the client must show that it knows before anything else; nil if it may authenticate with anything.
    package init(
        policy: Policy,
        facts: SessionFacts,
        isComplaining: Bool,
        torVersion: TorVersion?,
        cookie: ListenerCookie? = nil
    ) {
        self.policy = policy
        self.facts = facts
        self.isComplaining = (isComplaining || policy.complains) && facts.client.isLocal
        self.torVersion = torVersion
        subscriptions = SubscriptionLedger(own: policy.tracksOwnership ? [.stream, .circuit, .serviceDescriptor] : [])
        self.cookie = cookie.map { CookieExchange($0) }
        start(.handshake)
    }

    /// The actions since the last call, in the order in which they are to be carried out.
    ///
    /// To be called again if there is more (``hasMore``).
    package mutating func takeActions() -> [SessionAction] {
        takeFrames()
        settle()
        let services = changedServices()
        hasMore = clientOutput.readableBytes >= Limits.unreadBytes
        // Most turns have one or two, so that no list is copied into another.
        var actions: [SessionAction] = []
        swap(&actions, &observations)
        // Before what makes them leaves: other sessions of the client must know.
        if let services { actions.append(.countServices(services)) }
        if torOutput.readableBytes > 0 {
            actions.append(.sendToTor(torOutput))
            torOutput = ByteBuffer()
        }
        if clientOutput.readableBytes > 0 {
            sentBytes += clientOutput.readableBytes
            actions.append(.sendToClient(clientOutput))
            clientOutput = ByteBuffer()
        }
        if !requests.isEmpty {
            actions += requests
            requests = []
        }
        return actions
    }

    /// Whether commands were left because too much was to be written: ``takeActions()`` has more once that is.
    package private(set) var hasMore = false

    package var isClosed: Bool { phase == .closed }

    /// Whether the client is owed a reply that tor has not given, or not to its end.
    package var awaitsReply: Bool { queue.inFlight > 0 }

    /// Whether tor owes a reply to anybody, ourselves included.
    package var awaitsTor: Bool { queue.awaitsTor }

    // MARK: What both directions use

    mutating func observe(_ observation: Observation) { observations.append(.observed(observation)) }

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
        guard mustAnswerWait else {
            clientOutput.writeImmutableBuffer(bytes)
            return
        }
        queue.append(.ready(bytes))
        flushAnswers()
    }

    mutating func answer(_ reply: CannedReply) {
        if mustAnswerWait { answer(reply.encoded) } else { reply.encode(into: &clientOutput) }
    }

    /// Whether a reply or an event of tor's may stand between the client and an answer.
    private var mustAnswerWait: Bool { !queue.isEmpty || event?.isPassing == true }

    /// Hands over the answers at the head of the queue, unless a reply or an event of tor's is half passed on.
    mutating func flushAnswers() {
        guard event?.isPassing != true else { return }
        while let bytes = queue.takeAnswer() { clientOutput.writeImmutableBuffer(bytes) }
    }

    /// Ends the session at once: what tor still says is not to be trusted, or there is nobody to tell.
    mutating func close(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        link = .none
        isRejoining = false
        held = nil
        frameAwaitingPermit = nil
        event = nil
        awaitedStream = nil
        queue = ReplyQueue()
        for timer in armed { stop(timer) }
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
        if case .ending(let reason) = phase, !queue.owesClient, !isHolding, event?.isPassing != true { close(reason) }
        guard phase != .closed else { return }
        setClientPaused(!canTakeFrames)
        // A reply of any length waits in tor, which holds it whole anyway. Events must not: tor's queue for them has no bound.
        // While it is looked up whose a stream is, no more is taken in than is looked at at once otherwise.
        let isBehind = awaitedStream != nil && replies.pendingBytes > Limits.unreadBytes
        let isClientBehind = !isClientWritable && (queue.isPassingReply || queue.inFlight > 0 && subscriptions.isEmpty)
        setTorPaused(isReady && (isBehind || isClientBehind))
    }

    /// Whether tor has let us in.
    var isReady: Bool { if case .ready = link { true } else { false } }

    /// Whether another frame of the client's may be looked at.
    var canTakeFrames: Bool {
        switch phase {
        case .ending, .closed: false
        case .handshake, .open:
            !isHolding && !isAwaitingPermit && isClientWritable && queue.inFlight < Limits.commandsInFlight
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
        case .rejoin:
            rejoinTimedOut()
        case .reply:
            guard queue.awaitsTor else { return }
            // A client that does not read keeps tor waiting, not the other way round.
            guard hasTorProgressed || isTorPaused else { return close(.torStalled) }
            hasTorProgressed = false
            start(.reply)
        case .stall:
            guard !isClientWritable else { return }
            let read = sentBytes - unreadBytes
            // Events pile up in tor while it is paused, and nothing there bounds them: a client for which tor sends some
            // must not trickle.
            guard read > readBytesAtStall, subscriptions.isEmpty || !isTorPaused else { return close(.clientTooSlow) }
            readBytesAtStall = read
            start(.stall)
        case .drain:
            guard case .ending(let reason) = phase else { return }
            let read = sentBytes - unreadBytes
            guard read > readBytesAtDrain else { return close(reason) }
            readBytesAtDrain = read
            start(.drain)
        case .fetch(let fetch):
            facts.ownership.fetchEnded(fetch)
        }
    }

    package mutating func shutDown() { close(.shutdown) }
}
