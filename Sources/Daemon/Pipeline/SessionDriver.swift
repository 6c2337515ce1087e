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
final class SessionDriver {
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
    private var torAddress: TorAddress?
    /// Counts attempts to reach tor, so that what comes of an abandoned one is told apart.
    private var attempt = 0
    private var machine: SessionStateMachine
    private var timers: [SessionTimer: Scheduled<Void>] = [:]
    /// The permit that the next command waits for.
    private var permit: Scheduled<Void>?
    private var isPerforming = false
    private var isEnded = false
    private var isSevered = false
    /// Whether something was asked for that is not even counted.
    private var isUnrecorded = false
    /// Who asks that nothing more is read from the client.
    private var isPausedByMachine = false
    private var isPausedByTrail = false

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
        audited = AuditedSession(number: number, client: AuditedClient(client), profiles: policy.profileNames)
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

    func start() { feed { _ in } }

    func clientReceived(_ bytes: ByteBuffer) { feed { $0.clientReceived(bytes) } }

    func clientClosed() { feed { $0.clientClosed() } }

    func clientLost() { feed { $0.clientLost() } }

    func clientWritabilityChanged() {
        let isWritable = clientChannel.isWritable
        let unread = unreadBytes
        feed { $0.clientWritabilityChanged(isWritable, unreadBytes: unread) }
    }

    func shutDown() { feed { $0.shutDown() } }

    func servicesElsewhereChanged(_ counts: [ProfileID: Int]) { feed { $0.servicesElsewhereChanged(counts) } }

    /// Another session has published the service.
    func serviceTaken(_ service: ServiceID) { feed { $0.serviceTaken(service) } }

    func sharedOwnershipChanged(_ ownership: SharedOwnership) { feed { $0.sharedOwnershipChanged(ownership) } }

    // MARK: The machine

    /// Gives the machine an input and carries out what comes of it. Carrying out may cause further inputs; they wait.
    private func feed(_ input: (inout SessionStateMachine) -> Void) {
        guard !isSevered else { return }
        input(&machine)
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while !isSevered {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { break }
            for action in actions {
                if case .observed(let observation) = action {
                    observe(observation)
                } else {
                    // What was decided is on record before anything comes of it.
                    guard shared.trail.flush() else { return sever(.auditFailed) }
                    guard !isUnrecorded else { return sever(.tooManyRecords) }
                    perform(action)
                }
            }
        }
        guard shared.trail.flush() else { return sever(.auditFailed) }
        if !isEnded { giveTrailTime() }
    }

    /// Ends a session whose beginning could not be recorded, once its connection stands and can be told.
    func refuse() {
        isSevered = true
        clientChannel.eventLoop.assumeIsolated().execute { self.bidFarewell(.auditFailed) }
    }

    /// Ends a session that cannot be recorded. Nothing more comes of it, whatever was decided.
    private func sever(_ reason: CloseReason) {
        guard !isSevered else { return }
        isSevered = true
        bidFarewell(reason)
    }

    private func bidFarewell(_ reason: CloseReason) {
        clientChannel.write(ByteBuffer(string: "551 Audit failed\r\n"), promise: nil)
        end(reason)
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

    private func updateReading() { setReading(clientChannel, !isPausedByMachine && !isPausedByTrail) }

    private func perform(_ action: SessionAction) {
        switch action {
        case .observed: break
        case .sendToClient(let bytes): clientChannel.writeAndFlush(bytes, promise: nil)
        case .sendToTor(let bytes): torChannel?.writeAndFlush(bytes, promise: nil)
        case .connectToTor(let delay): connectToTor(after: delay)
        case .disconnectTor: disconnectTor()
        case .readCookie: readCookie()
        case .askListeners(let paths): askListeners(paths)
        case .findStreamSource(let source): findStreamSource(source)
        case .askCredential(let service): askCredential(service)
        case .remember(let change): shared.remember(change, of: self)
        case .countServices(let counted): shared.countServices(counted, of: self)
        case .askPermit: askPermit()
        case .pauseClient:
            isPausedByMachine = true
            updateReading()
        case .resumeClient:
            isPausedByMachine = false
            updateReading()
        case .pauseTor: torChannel.map { setReading($0, false) }
        case .resumeTor: torChannel.map { setReading($0, true) }
        case .startTimer(let timer): start(timer)
        case .stopTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
        case .close(let reason): end(reason)
        }
    }

    private func observe(_ observation: Observation) {
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
        let record = AuditRecord(audited, observation, cookieFile: shared.configuration.torCookie)
        shared.status.activity.observed(observation, record, at: place)
        if !shared.trail.record(record) { isUnrecorded = true }
    }

    private func setReading(_ channel: any Channel, _ isReading: Bool) {
        // It fails only for a channel that is closed, whose end is reported by other means.
        try? channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    private var unreadBytes: Int {
        (try? clientChannel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func start(_ timer: SessionTimer) {
        timers[timer] = clientChannel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timer.duration)) {
            self.timers[timer] = nil
            let unread = self.unreadBytes
            self.feed { $0.timerFired(timer, unreadBytes: unread) }
        }
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
                self.torChannel = channel
                self.torAddress = address
                self.shared.settleDetached(on: channel.eventLoop) {
                    guard current == self.attempt, !self.isEnded else { return }
                    // It may have ended before there was anything to tell that to.
                    self.torChannel = channel
                    self.greet(address)
                    if !channel.isActive { self.torClosed(attempt: current) }
                }
            case .failure(let failure):
                self.feed { $0.torConnectionFailed(failure) }
            }
        }
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
        torChannel = nil
        feed { $0.torClosed() }
    }

    private func disconnectTor() {
        attempt += 1
        torChannel?.close(promise: nil)
        torChannel = nil
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
        for timer in timers.values { timer.cancel() }
        timers = [:]
        if let permit {
            permit.cancel()
            shared.giveBackPermit(of: self)
        }
        shared.remove(self, reason)
        shared.trail.record(AuditRecord(audited, .disconnected(reason: reason.text)))
        _ = shared.trail.flush()
        clientChannel.triggerUserOutboundEvent(ClientHandler.Farewell(), promise: nil)
    }
}
