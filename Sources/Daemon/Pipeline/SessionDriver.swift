// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Monitoring
import NIOCore
import NIOPosix
import Policies
import Sessions
import TorLink

/// Carries out what a session's state machine asks for, on the client's event loop; it decides nothing.
final class SessionDriver: TurnMember, ClockUser {
    let number: UInt64
    let client: Client
    let policy: Policy
    /// Nil for a client whose user is not known.
    let identity: ClientIdentity?
    let audited: AuditedSession
    /// Where its commands are counted.
    let place: Int
    private let shared: SharedState
    private let clientChannel: any Channel
    private var torChannel: (any Channel)?
    /// Where in the pipelines our handlers are: what is written from there has the shortest way.
    private var clientContext: ChannelHandlerContext?
    private var torContext: ChannelHandlerContext?
    private var torAddress: TorAddress?
    /// Counts attempts to reach tor, so that what comes of an abandoned one is told apart.
    private var attempt = 0
    private var machine: SessionStateMachine
    /// Those that run, and when each is due.
    private var timers: [(timer: SessionTimer, deadline: NIODeadline)] = []
    var placeOnClock: Int?
    /// The permit that the next command waits for.
    private var permit: Scheduled<Void>?
    /// What was decided and waits for the end of the turn; what is being carried out.
    private var pending = PendingActions()
    private var batch = PendingActions()
    private var isInTurn = false
    private var isDeciding = false
    /// Whether the machine was given something while actions were taken from it.
    private var isFedMeanwhile = false
    /// What goes out together.
    private var torOutput = ByteBuffer()
    private var clientOutput = ByteBuffer()
    /// Bytes that the machine has given out for the client and that are not written yet.
    private var unwrittenBytes = 0
    /// Whether a write to the client is under way, of which the kernel has not taken its part yet: what is left is what tells how
    /// much the client has read.
    private var isWriting = false
    private var hasWritabilityChanged = false
    private var isEnded = false
    private var isSevered = false
    /// Whether its end is recorded and the client still to be told.
    private var owesFarewell = false
    /// Whether something was asked for that is not even counted.
    private var isUnrecorded = false
    /// Who asks that nothing more is read from the client.
    private var isPausedByMachine = false
    private var isPausedByTrail = false
    private var isTorPaused = false
    /// What the channels were told last.
    private var isReadingClient = true
    private var isReadingTor = true

    init(
        number: UInt64,
        client: Client,
        policy: Policy,
        facts: SessionFacts,
        cookie: ListenerCookie?,
        shared: SharedState,
        channel: any Channel
    ) {
        self.number = number
        self.client = client
        self.policy = policy
        identity = ClientIdentity(client)
        audited = AuditedSession(
            number: number, client: AuditedClient(client), profiles: policy.profileNames, after: shared.lastAudited)
        shared.lastAudited = audited
        place = shared.status.activity.place(of: audited.profiles)
        self.shared = shared
        clientChannel = channel
        machine = SessionStateMachine(
            policy: policy,
            facts: facts,
            isComplaining: shared.isComplaining(for: client, with: policy),
            torVersion: shared.torVersion,
            cookie: cookie
        )
    }

    /// The session is there. Nothing comes of it before that is recorded.
    func start() {
        clientContext = clientChannel.context(of: ClientHandler.self)
        note(shared.trail.record(AuditRecord(audited, .connected)))
        feed { _ in }
    }

    func clientReceived(_ bytes: ByteBuffer) { feed { $0.clientReceived(bytes) } }

    /// Everything that was ready on one of the two connections was read.
    func readCompleted() { shared.turn.endIfLarge() }

    func clientClosed() { feed { $0.clientClosed() } }

    func clientLost() {
        clientContext = nil
        feed { $0.clientLost() }
    }

    func clientWritabilityChanged() {
        guard !isWriting else {
            hasWritabilityChanged = true
            return
        }
        hasWritabilityChanged = false
        let isWritable = clientChannel.isWritable
        let unread = unreadBytes
        feed { $0.clientWritabilityChanged(isWritable, unreadBytes: unread) }
    }

    func shutDown() { feed { $0.shutDown() } }

    func servicesElsewhereChanged(_ counts: [ProfileID: Int]) { feed { $0.servicesElsewhereChanged(counts) } }

    /// Another session has published the service.
    func serviceTaken(_ service: ServiceID) { feed { $0.serviceTaken(service) } }

    func sharedOwnershipChanged(_ ownership: SharedOwnership) { feed { $0.sharedOwnershipChanged(ownership) } }

    // MARK: Deciding

    /// Gives the machine an input. What comes of it is recorded now, and carried out at the end of the turn; only what other
    /// sessions must know before they decide anything themselves is done at once.
    private func feed(_ input: (inout SessionStateMachine) -> Void) {
        guard !isSevered, !isUnrecorded else { return }
        input(&machine)
        decide()
    }

    /// Takes from the machine what was decided. What others are told may come back to it; that waits, so that the order stays.
    private func decide() {
        guard !isDeciding else {
            isFedMeanwhile = true
            return
        }
        isDeciding = true
        defer { isDeciding = false }
        repeat {
            isFedMeanwhile = false
            let actions = machine.takeActions()
            guard !actions.isEmpty else { continue }
            joinTurn()
            decided(actions)
            guard !isUnrecorded else { return }
            pending.append(actions)
        } while isFedMeanwhile
    }

    /// Records what was decided, and does what has no effect outside of the daemon and cannot wait: two sessions that decide in one
    /// turn must not both use what is there for one.
    private func decided(_ actions: [SessionAction]) {
        var rest = actions[...]
        while let action = rest.popFirst() {
            switch action {
            case .observed(let observation):
                // Many commands that come at once are often one and the same.
                let again = rest.prefix { $0.isAgain(observation) }.count
                rest = rest.dropFirst(again)
                observe(observation, times: 1 + again)
            // What is not even counted does not happen.
            case _ where isUnrecorded: continue
            case .remember(let change): shared.remember(change, of: self)
            case .countServices(let counted): shared.countServices(counted, of: self)
            case .sendToClient(let bytes):
                unwrittenBytes += bytes.readableBytes
                shared.turn.count(bytes.readableBytes)
            case .sendToTor(let bytes): shared.turn.count(bytes.readableBytes)
            default: break
            }
        }
    }

    private func joinTurn() {
        guard !isInTurn else { return }
        isInTurn = true
        shared.turn.add(self)
    }

    private func note(_ outcome: AuditTrail.Outcome) {
        pending.hasObserved = true
        switch outcome {
        case .waits: pending.recorded(lapses: shared.trail.lapses)
        case .passes: break
        case .refused: isUnrecorded = true
        }
    }

    // MARK: Carrying out

    /// Sets apart what is carried out once all that was recorded up to now is written.
    func takeUp() {
        isInTurn = false
        batch = pending
        pending = PendingActions()
    }

    /// Carries out what was taken up, as far as its records are written.
    func carryOut() {
        if owesFarewell { return sayFarewell() }
        let batch = batch
        self.batch = PendingActions()
        let (permitted, areAll) = batch.permitted(lapses: shared.trail.lapses)
        for action in permitted { perform(action) }
        flushOutput()
        updateReading()
        guard areAll else {
            forgetClaims(in: batch.actions[permitted.endIndex...])
            return sever(.auditFailed)
        }
        guard !isUnrecorded else { return sever(.tooManyRecords) }
        guard !isEnded else { return }
        if batch.hasObserved { giveTrailTime() }
        if machine.hasMore { decide() }
    }

    /// Ends a session that cannot be recorded. Nothing more comes of it, whatever was decided.
    private func sever(_ reason: CloseReason) {
        guard !isSevered else { return }
        isSevered = true
        pending = PendingActions()
        clientChannel.write(ByteBuffer(string: "551 Audit failed\r\n"), promise: nil)
        end(reason)
    }

    /// A credential that was claimed for a command that does not leave is not on its way to tor.
    private func forgetClaims(in actions: ArraySlice<SessionAction>) {
        for case .remember(.adding(let service)) in actions {
            shared.remember(.notAdded(service), of: self)
        }
    }

    /// Lets a client wait that has more recorded than the trail takes of one.
    private func giveTrailTime() {
        guard !isPausedByTrail else { return }
        let delay = shared.trail.delay(of: audited)
        guard delay > .zero else { return }
        isPausedByTrail = true
        updateReading()
        clientChannel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
            self.isPausedByTrail = false
            if !self.isEnded { self.updateReading() }
        }
    }

    /// Tells the channels whether to go on reading, if that has changed.
    private func updateReading() {
        let readsClient = !isPausedByMachine && !isPausedByTrail
        if readsClient != isReadingClient {
            isReadingClient = readsClient
            setReading(clientChannel, readsClient)
        }
        if isTorPaused == isReadingTor, let torChannel {
            isReadingTor = !isTorPaused
            setReading(torChannel, isReadingTor)
        }
    }

    private func perform(_ action: SessionAction) {
        switch action {
        case .sendToClient(let bytes): clientOutput.append(bytes)
        case .sendToTor(let bytes): torOutput.append(bytes)
        // Recorded and done when it was decided.
        case .observed, .remember, .countServices: break
        case .startTimer(let timer): start(timer)
        case .stopTimer(let timer): timers.removeAll { $0.timer == timer }
        case .pauseClient: isPausedByMachine = true
        case .resumeClient: isPausedByMachine = false
        case .pauseTor: isTorPaused = true
        case .resumeTor: isTorPaused = false
        default:
            flushOutput()
            performAlone(action)
        }
    }

    /// What keeps its place among the bytes that go out.
    private func performAlone(_ action: SessionAction) {
        switch action {
        case .observed, .remember, .countServices, .sendToClient, .sendToTor, .startTimer, .stopTimer, .pauseClient,
            .resumeClient, .pauseTor, .resumeTor:
            break
        case .connectToTor(let delay): connectToTor(after: delay)
        case .disconnectTor: disconnectTor()
        case .readCookie: readCookie()
        case .askListeners(let paths): askListeners(paths)
        case .findStreamSource(let source): findStreamSource(source)
        case .askCredential(let service): askCredential(service)
        case .askPermit: askPermit()
        case .close(let reason): end(reason)
        }
    }

    /// What there is for each of the two connections goes out in one write.
    private func flushOutput() {
        if torOutput.readableBytes > 0 {
            let bytes = torOutput
            torOutput = ByteBuffer()
            torContext?.writeAndFlush(NIOAny(bytes), promise: nil)
        }
        if clientOutput.readableBytes > 0 {
            let bytes = clientOutput
            clientOutput = ByteBuffer()
            unwrittenBytes -= bytes.readableBytes
            isWriting = true
            clientContext?.writeAndFlush(NIOAny(bytes), promise: nil)
            isWriting = false
            if hasWritabilityChanged { clientWritabilityChanged() }
        }
    }

    private func observe(_ observation: Observation, times: Int) {
        switch observation {
        case .torReady(let version), .torBack(let version):
            shared.linked(self)
            if let torAddress { shared.torFound(at: torAddress, version: version) }
        case .torFailed(let failure):
            if case .link = failure, let torAddress { shared.tor.reject(torAddress) }
            shared.torIsAway(for: failure)
        case .torLost:
            shared.torWasLost(by: self)
        case .command, .replyFiltered, .eventDropped:
            break
        }
        let record = AuditRecord(
            audited, observation, cookieFile: shared.configuration.torCookie, &shared.recordedCommands)
        shared.status.activity.observed(observation, record, at: place, times: UInt64(times))
        note(shared.trail.record(record, times: times))
    }

    private func setReading(_ channel: any Channel, _ isReading: Bool) {
        // It fails only for a channel that is closed, whose end is reported by other means.
        try? channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    /// Bytes that the machine has given out for the client and the kernel has not taken yet.
    private var unreadBytes: Int {
        unwrittenBytes + ((try? clientChannel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0)
    }

    // MARK: Clocks

    private func start(_ timer: SessionTimer) {
        guard !isEnded else { return }
        let deadline = clientChannel.eventLoop.now + TimeAmount(timer.duration)
        timers.removeAll { $0.timer == timer }
        timers.append((timer, deadline))
        shared.clock.expect(self, at: deadline)
    }

    /// The timer for replies is left running when there are none to come, since the next command starts it again; but nobody is woken
    /// for its sake.
    func fireTimers(at now: NIODeadline) -> NIODeadline? {
        let awaitsTor = machine.awaitsTor
        let due = timers.filter { $0.deadline <= now || $0.timer == .reply && !awaitsTor }.map(\.timer)
        timers.removeAll { due.contains($0.timer) }
        for timer in due {
            let unread = unreadBytes
            feed { $0.timerFired(timer, unreadBytes: unread) }
        }
        return timers.map(\.deadline).min()
    }

    // MARK: Tor

    private func connectToTor(after delay: Duration) {
        attempt += 1
        let current = attempt
        guard delay > .zero else { return connect(current) }
        clientChannel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { self.connect(current) }
    }

    private func connect(_ current: Int) {
        guard current == attempt, !isEnded else { return }
        let driver = NIOLoopBound(self, eventLoop: clientChannel.eventLoop)
        shared.tor.connect(on: clientChannel.eventLoop) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(TorHandler(driver: driver.value, attempt: current))
            }
        }.assumeIsolated().whenSuccess { result in
            guard current == self.attempt, !self.isEnded else {
                if case .success((let channel, _)) = result { channel.close(promise: nil) }
                return
            }
            switch result {
            case .success((let channel, let address)):
                self.setTor(channel)
                self.isReadingTor = true
                self.torAddress = address
                self.shared.settleDetached(on: channel.eventLoop) {
                    guard current == self.attempt, !self.isEnded else { return }
                    // It may have ended before there was anything to tell that to.
                    self.setTor(channel)
                    self.greet(address)
                    if !channel.isActive { self.torClosed(attempt: current) }
                }
            case .failure(let failure):
                self.feed { $0.torConnectionFailed(failure) }
            }
        }
    }

    private func setTor(_ channel: (any Channel)?) {
        torChannel = channel
        torContext = channel?.context(of: TorHandler.self)
    }

    private func greet(_ address: TorAddress) {
        let configuration = shared.linkConfiguration(for: address)
        feed { $0.torConnected(configuration, nonce: Nonce.make()) }
    }

    func torReceived(_ bytes: ByteBuffer, attempt: Int) {
        guard attempt == self.attempt else { return }
        feed { $0.torReceived(bytes) }
    }

    func torClosed(attempt: Int) {
        guard attempt == self.attempt, torChannel != nil else { return }
        setTor(nil)
        feed { $0.torClosed() }
    }

    private func disconnectTor() {
        attempt += 1
        isReadingTor = true
        torChannel?.close(promise: nil)
        setTor(nil)
    }

    // MARK: Limits

    private func askPermit() {
        let delay = shared.permit(for: self)
        guard delay > .zero else { return feed { $0.permitGranted() } }
        shared.status.activity.reached(.profileCommands)
        permit = clientChannel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) {
            self.permit = nil
            self.feed { $0.permitGranted() }
        }
    }

    /// What was found out for a tor that is gone says nothing of the next one.
    private func askListeners(_ paths: [String]) {
        let current = attempt
        let loop = clientChannel.eventLoop
        shared.askListeners(on: loop) { listeners in
            self.shared.resolve(paths, besides: listeners?.controlSockets ?? [], on: loop) { realPaths in
                guard current == self.attempt else { return }
                self.feed { $0.listenersKnown(listeners, realPaths: realPaths) }
            }
        }
    }

    /// Whether the connection that a stream comes from is the client's. Whatever goes wrong on the way, it is not.
    private func findStreamSource(_ source: Endpoint) {
        let current = attempt
        shared.isOwnStream(of: client, from: source, on: clientChannel.eventLoop).assumeIsolated().whenSuccess {
            isOwn in
            // An answer about the streams of a connection to tor that is no more is none about those of the next.
            self.feed { $0.streamSourceKnown(isOwn: isOwn && current == self.attempt) }
        }
    }

    /// What tor has for the service, unless another session has a credential for it on its way.
    private func askCredential(_ service: ServiceID) {
        let current = attempt
        shared.ask(.credential(for: service), on: clientChannel.eventLoop) { question in
            guard current == self.attempt else { return }
            let credential = self.shared.credential(for: service, question, asking: self)
            self.feed { $0.credentialKnown(credential) }
        }
    }

    private func readCookie() {
        let result = SecretFile.cookie(at: shared.configuration.torCookie)
        feed { $0.cookieRead(result) }
    }

    // MARK: The end

    /// What was written still goes out; then both connections close.
    private func end(_ reason: CloseReason) {
        guard !isEnded else { return }
        isEnded = true
        disconnectTor()
        timers = []
        shared.clock.forget(self)
        if let permit {
            permit.cancel()
            shared.giveBackPermit(of: self)
        }
        shared.remove(self, reason)
        shared.trail.record(AuditRecord(audited, .disconnected(reason: reason.text)))
        // In the next round, when that is written.
        owesFarewell = true
        joinTurn()
    }

    private func sayFarewell() {
        owesFarewell = false
        clientChannel.triggerUserOutboundEvent(ClientHandler.Farewell(), promise: nil)
    }
}

extension SessionAction {
    /// Whether it says once more what was observed: a question that is asked again is the same object.
    fileprivate func isAgain(_ observation: Observation) -> Bool {
        guard case .observed(.command(let mine)) = self, case .command(let other) = observation else { return false }
        return mine === other
    }
}

extension Channel {
    /// Nil if the handler is not there any more, so that nothing can be written either.
    fileprivate func context<Handler: ChannelHandler>(of handler: Handler.Type) -> ChannelHandlerContext? {
        try? pipeline.syncOperations.context(handlerType: handler)
    }
}
