// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import Testing
import TorLink

/// A session between a client and a fake tor, driven as the daemon drives it: actions are carried out in order, nothing is
/// delivered to a side that is paused, and what the client does not read counts as unread.
struct Stage {
    typealias TorPart = Transcript.TorPart

    private(set) var machine: SessionStateMachine
    private let torPart: TorPart
    private let listeners: Transcript.Listeners
    /// Ends of connections to tor's SOCKS port that are the client's.
    private let sources: Set<String>
    private let credential: CredentialAtTor.State
    /// Where a path leads; nil if it cannot be found out.
    private let realPath: (String) -> String?
    /// How a portion of bytes arrives.
    private let cut: ([UInt8]) -> [ArraySlice<UInt8>]

    /// What each side was sent, and nobody has taken note of.
    var toClient: [UInt8] = []
    var toTor: [UInt8] = []
    private(set) var observations: [Observation] = []
    private(set) var changes: [OwnershipChange] = []
    private(set) var counted: [CountedServices] = []
    /// Commands that `commands-per-second` lets through now; nil for any number.
    private var permits: Int?
    private(set) var isAwaitingPermit = false
    private(set) var closed: CloseReason?
    private(set) var timers: Set<SessionTimer> = []
    private(set) var isClientPaused = false
    private(set) var isTorPaused = false
    /// Actions that came after the session was closed.
    private(set) var actionsAfterClose = 0
    /// Whether questions about streams and credentials stay open until a test answers them.
    var answersLate = false
    private(set) var askedSources: [Endpoint] = []
    private(set) var askedCredentials: [ServiceID] = []
    /// Times that a connection to tor was asked for.
    private(set) var connections = 0

    private var clientInbox: [ArraySlice<UInt8>] = []
    private var torInbox: [ArraySlice<UInt8>] = []
    private var isTorConnected = false
    /// Whether nobody listens where tor was; an attempt to connect waits then until tor returns, or fails as a test tells it.
    private var isTorAway = false
    private(set) var isTorWanted = false
    private var hasHandshake = false
    private var askedPaths: [String] = []
    private var torLine: [UInt8] = []
    private var isReading = true
    private var isWritable = true
    private var unread = 0

    init(
        policy: Policy,
        client: Client,
        tor: TorPart = .ready,
        listeners: Transcript.Listeners = .known,
        sources: Set<String> = [],
        credential: CredentialAtTor.State = .unknown,
        isComplaining: Bool = false,
        cookie: ListenerCookie? = nil,
        realPath: @escaping (String) -> String? = Self.realPath,
        cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>] = { [$0[...]] }
    ) {
        machine = SessionStateMachine(
            policy: policy,
            facts: SessionFacts(client: client),
            isComplaining: isComplaining,
            torVersion: tor == .absent ? nil : TorVersion("0.4.9.11"),
            cookie: cookie
        )
        torPart = tor
        self.listeners = listeners
        self.sources = sources
        self.credential = credential
        self.realPath = realPath
        self.cut = cut
        carryOut()
    }

    /// The cookie of a listener, with a nonce of 32 times the letter N.
    static func cookie(_ secret: String) -> ListenerCookie {
        ListenerCookie(
            secret: Secret(Array(secret.utf8)),
            path: "/run/onion-sieve/it's \"own\"",
            nonce: Array(repeating: UInt8(ascii: "N"), count: 32)
        )
    }

    // MARK: What happens

    mutating func clientSends(_ bytes: [UInt8]) {
        clientInbox += cut(bytes)
        deliver()
    }

    mutating func clientSends(_ line: String) { clientSends(Array((line + "\r\n").utf8)) }

    mutating func torSends(_ bytes: [UInt8]) {
        torInbox += cut(bytes)
        deliver()
    }

    mutating func torSends(_ lines: String...) {
        for line in lines { torSends(Array((line + "\r\n").utf8)) }
    }

    mutating func happens(_ happening: Transcript.Happening) {
        switch happening {
        case .clientCloses: machine.clientClosed()
        case .clientVanishes: machine.clientLost()
        case .clientStopsReading: isReading = false
        case .clientReadsOn:
            isReading = true
            unread = 0
            tellWritability()
        case .torCloses: loseTor()
        case .torGoes:
            isTorAway = true
            loseTor()
        case .torReturns:
            isTorAway = false
            if isTorWanted { connect() }
        case .authenticated:
            clientSends("AUTHENTICATE")
            toClient.removeFirst(min(toClient.count, 8))
        case .shutDown: machine.shutDown()
        case .torTellsListeners: tellListeners()
        case .nothingMore, .torHearsNothing: break
        }
        carryOut()
        deliver()
    }

    mutating func fire(_ timer: SessionTimer) {
        timers.remove(timer)
        machine.timerFired(timer, unreadBytes: unread)
        carryOut()
        deliver()
    }

    /// From here on only so many more commands are let through, until more are permitted.
    mutating func permit(_ count: Int) {
        permits = (permits ?? 0) + count
        usePermit()
        carryOut()
        deliver()
    }

    /// Says what other sessions of the client have.
    mutating func servicesElsewhereChanged(_ counts: [ProfileID: Int]) {
        machine.servicesElsewhereChanged(counts)
        carryOut()
    }

    mutating func sharedOwnershipChanged(_ shared: SharedOwnership) {
        machine.sharedOwnershipChanged(shared)
        carryOut()
    }

    /// Answers the question about a stream that is open, if one is.
    mutating func answerSource(isOwn: Bool) {
        machine.streamSourceKnown(isOwn: isOwn)
        carryOut()
        deliver()
    }

    mutating func answerCredential(for service: ServiceID, _ state: CredentialAtTor.State) {
        machine.credentialKnown(CredentialAtTor(service: service, state: state))
        carryOut()
        deliver()
    }

    mutating func authenticate() { happens(.authenticated) }

    // MARK: What the daemon does

    private mutating func deliver() {
        while true {
            if !isClientPaused, closed == nil, !clientInbox.isEmpty {
                machine.clientReceived(ByteBuffer(bytes: clientInbox.removeFirst()))
            } else if !isTorPaused, closed == nil, isTorConnected, !torInbox.isEmpty {
                machine.torReceived(ByteBuffer(bytes: torInbox.removeFirst()))
            } else {
                return
            }
            carryOut()
        }
    }

    private mutating func carryOut() {
        while true {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { return }
            if !machine.hasMore {
                // The daemon does not ask once more then.
                let more = machine.takeActions()
                #expect(more.isEmpty)
            }
            for action in actions {
                if closed != nil { actionsAfterClose += 1 }
                carryOut(action)
            }
        }
    }

    private mutating func usePermit() {
        guard isAwaitingPermit, permits != 0 else { return }
        permits = permits.map { $0 - 1 }
        isAwaitingPermit = false
        machine.permitGranted()
    }

    private mutating func carryOut(_ action: SessionAction) {
        switch action {
        case .observed(let observation): observations.append(observation)
        case .sendToClient(let bytes):
            toClient += Array(bytes.readableBytesView)
            if !isReading { unread += bytes.readableBytes }
            tellWritability()
        case .sendToTor(let bytes): torGets(Array(bytes.readableBytesView))
        case .connectToTor: connect()
        case .disconnectTor:
            isTorConnected = false
            isTorWanted = false
            torInbox = []
        case .readCookie: machine.cookieRead(.failure(.notRegularFile(path: "/run/tor/control.authcookie")))
        case .askListeners(let paths):
            askedPaths = paths
            if listeners != .later { tellListeners() }
        case .findStreamSource(let source):
            askedSources.append(source)
            if !answersLate { machine.streamSourceKnown(isOwn: sources.contains(source.description)) }
        case .askCredential(let service):
            askedCredentials.append(service)
            if !answersLate { machine.credentialKnown(CredentialAtTor(service: service, state: credential)) }
        case .remember(let change): changes.append(change)
        case .countServices(let services): counted.append(services)
        case .askPermit:
            isAwaitingPermit = true
            usePermit()
        case .pauseClient: isClientPaused = true
        case .resumeClient: isClientPaused = false
        case .pauseTor: isTorPaused = true
        case .resumeTor: isTorPaused = false
        case .startTimer(let timer): timers.insert(timer)
        case .stopTimer(let timer): timers.remove(timer)
        case .close(let reason):
            closed = reason
            isTorConnected = false
            isTorWanted = false
        }
    }

    private mutating func loseTor() {
        isTorConnected = false
        torInbox = []
        machine.torClosed()
    }

    /// Another tor takes the connection, or this attempt to reach it fails.
    mutating func failToConnect(_ failure: TorFailure) {
        guard isTorWanted else { return }
        isTorWanted = false
        machine.torConnectionFailed(failure)
        carryOut()
        deliver()
    }

    private mutating func connect() {
        connections += 1
        isTorWanted = isTorAway
        guard !isTorAway else { return }
        guard torPart != .absent else {
            return machine.torConnectionFailed(.unreachable("nobody listens at unix:/run/tor/control"))
        }
        isTorConnected = true
        hasHandshake = torPart == .ready
        torLine = []
        machine.torConnected(LinkConfiguration(transport: .unix), nonce: Array(repeating: 7, count: 32))
    }

    /// `isWritable` of the channel: less than the bound is unread.
    private mutating func tellWritability() {
        let now = unread < Limits.unreadBytes
        guard now != isWritable else { return }
        isWritable = now
        machine.clientWritabilityChanged(now, unreadBytes: unread)
    }

    // MARK: The fake tor

    private mutating func torGets(_ bytes: [UInt8]) {
        for byte in bytes {
            torLine.append(byte)
            guard byte == 0x0A else { continue }
            let line = torLine
            torLine = []
            guard let answer = handshakeAnswer(to: String(decoding: line.dropLast(2), as: UTF8.self)) else {
                toTor += line
                continue
            }
            torInbox += cut(Array(answer.utf8))
        }
    }

    private mutating func handshakeAnswer(to line: String) -> String? {
        guard hasHandshake else { return nil }
        guard line == "PROTOCOLINFO 1" else {
            hasHandshake = false
            return "250 OK\r\n"
        }
        return "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n"
    }

    private mutating func tellListeners() {
        let socket = "/run/tor/control"
        machine.listenersKnown(
            listeners == .unknown
                ? nil : GuardedTargets.Listeners(control: [9051], proxies: [9050], controlSockets: [socket]),
            realPaths: Dictionary((askedPaths + [socket]).map { ($0, realPath($0)) }) { first, _ in first }
                .compactMapValues { $0 }
        )
    }

    /// As Debian has it.
    static func realPath(_ path: String) -> String? {
        path.hasPrefix("/var/run/") ? String(path.dropFirst(4)) : path
    }
}
