// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies
package import Sessions
import TorLink

package import struct NIOCore.ByteBuffer

/// A session between a client that has authenticated and a tor that is made up, on the state machine that the daemon runs.
///
/// Tor lets us in, has no streams, circuits and credentials of others, listens where it usually does, and takes whatever events it is
/// asked for on our own account; to the client's commands it says only what it is told to say. No time passes.
package struct RehearsedSession: Sendable {
    private var machine: SessionStateMachine
    private let users: Set<ProfileUser>
    /// What the daemon would remember beyond the session.
    private var registry = OwnershipRegistry()
    private var credentials: [ServiceID: Secret] = [:]
    /// Whether what tor gets is the client's: all that comes before is our own.
    private var isClientServed = false
    private var toClient = ByteBuffer()
    /// What became of the command that was sent last.
    private var observation: CommandObservation?
    /// Whether the stream that is told of next comes from the client, and whether that was asked.
    private var isOwnStream = false
    private var hasAskedForStream = false

    /// The events that tor was asked for last, ours among them.
    package private(set) var awaitedEvents: Set<EventName> = []
    /// Why the session has ended.
    package private(set) var closed: CloseReason?

    package init(policy: Policy, client: Client) {
        users = Set(policy.users(ClientIdentity(client)))
        machine = SessionStateMachine(
            policy: policy,
            facts: SessionFacts(client: client, guarded: .usual),
            isComplaining: false,
            torVersion: nil
        )
        machine.clientReceived(ByteBuffer(string: "AUTHENTICATE\r\n"))
        carryOut()
        isClientServed = true
        observation = nil
        toClient = ByteBuffer()
    }

    /// The client sends a command.
    ///
    /// - Returns: what becomes of it; nil if nothing did, since the session has ended.
    package mutating func send(_ command: ByteBuffer) -> CommandObservation? {
        observation = nil
        machine.clientReceived(command)
        carryOut()
        return observation
    }

    package mutating func send(_ command: Command) -> CommandObservation? {
        var bytes = ByteBuffer()
        command.encode(into: &bytes)
        return send(bytes)
    }

    /// Tor says this.
    ///
    /// - Parameter isOwnStream: whether the connection of a stream that begins is the client's, if the session has to ask.
    /// - Returns: whether it has asked.
    @discardableResult
    package mutating func torSays(_ lines: [String], isOwnStream: Bool = false) -> Bool {
        self.isOwnStream = isOwnStream
        hasAskedForStream = false
        var bytes = ByteBuffer()
        for line in lines { bytes.writeString(line + "\r\n") }
        machine.torReceived(bytes)
        carryOut()
        return hasAskedForStream
    }

    /// Whether tor has not said all that the client waits for.
    package var awaitsReply: Bool { machine.awaitsReply }

    /// The lines that the client was given since the last call.
    package mutating func takeGiven() -> [String] {
        var lines = LineFramer(bound: .max)
        lines.append(toClient)
        toClient = ByteBuffer()
        var given: [String] = []
        while case .line(let line) = lines.next() {
            given.append(String(decoding: line.readableBytesView, as: UTF8.self))
        }
        return given
    }

    // MARK: What the daemon does

    private mutating func carryOut() {
        while true {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { return }
            for action in actions { carryOut(action) }
        }
    }

    private mutating func carryOut(_ action: SessionAction) {
        switch action {
        case .observed(.command(let command)): observation = command
        case .sendToClient(let bytes): toClient.writeImmutableBuffer(bytes)
        case .sendToTor(let bytes): torReceived(bytes)
        case .connectToTor:
            machine.torConnected(LinkConfiguration(transport: .unix), nonce: Array(repeating: 0, count: 32))
        case .readCookie:
            machine.cookieRead(.failure(.notRegularFile(path: "")))
        case .askListeners(let paths):
            // Each path leads where it says.
            let sockets = GuardedTargets.Listeners.usual.controlSockets ?? []
            let all = Set(paths).union(sockets).union(["/run/onion-sieve/control"])
            machine.listenersKnown(.usual, realPaths: Dictionary(uniqueKeysWithValues: all.map { ($0, $0) }))
        case .findStreamSource:
            hasAskedForStream = true
            machine.streamSourceKnown(isOwn: isOwnStream)
        case .askCredential(let service):
            let state = credentials[service].map { CredentialAtTor.State.key($0) } ?? .none
            machine.credentialKnown(CredentialAtTor(service: service, state: state))
        case .remember(let change):
            remember(change)
            machine.sharedOwnershipChanged(registry.share(of: users))
        case .askPermit: machine.permitGranted()
        case .close(let reason): closed = reason
        case .observed, .countServices, .disconnectTor, .pauseClient, .resumeClient, .pauseTor, .resumeTor, .startTimer,
            .stopTimer:
            break
        }
    }

    private mutating func remember(_ change: OwnershipChange) {
        let session: UInt64 = 1
        switch change {
        case .published(let service, let isDetached): if isDetached { registry.record(service, of: users) }
        case .deleted(let service): registry.remove(service)
        case .adding(let service): registry.claim(service, session: session, of: users)
        case .added(let credential):
            registry.added(credential, session: session)
            credentials[credential.service] = credential.key
        case .notAdded(let service): registry.notAdded(service, session: session)
        case .removed(let service):
            registry.release(service)
            credentials[service] = nil
        }
    }

    // MARK: The tor that is made up

    private mutating func torReceived(_ bytes: ByteBuffer) {
        var framer = CommandFramer()
        framer.append(bytes)
        while let frame = framer.next() {
            guard case .command(let command) = frame else { continue }
            if command.keyword == .setEvents, command.body == nil, let asked = SetEvents(arguments: command.arguments) {
                awaitedEvents = Set(asked.events)
            }
            guard !isClientServed else { continue }
            machine.torReceived(ByteBuffer(string: Self.answer(to: command)))
        }
    }

    /// To what we ask on our own account.
    private static func answer(to command: Command) -> String {
        switch command.keyword {
        case .protocolInfo: "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n"
        case .getInfo: "250-\(command.arguments)=\r\n250 OK\r\n"
        default: "250 OK\r\n"
        }
    }
}
