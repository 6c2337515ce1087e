// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TorLink

/// A session that is let in at once, with a tor that says yes to everything, for the bytes that tor gets.
struct ForwardedBytes {
    /// Where this tor, and we, take control connections.
    static let controlPorts: Set = [951, 9051]

    private var machine: SessionStateMachine
    private var isClosed = false
    private var isReady = false
    /// What went to tor once it had let us in.
    private(set) var bytes: [UInt8] = []
    /// How many of the client's commands were recorded as sent on.
    private(set) var forwardedCount = 0

    /// - Parameter input: what the client sends behind its AUTHENTICATE.
    init(of input: [UInt8], under drawn: DrawnPolicy) {
        machine = SessionStateMachine(
            policy: drawn.policy,
            facts: SessionSubject.facts(of: drawn.client),
            isComplaining: false,
            torVersion: nil
        )
        send(Array("AUTHENTICATE\r\n".utf8))
        send(input)
        send(Array("\r\n".utf8))
    }

    private mutating func send(_ input: [UInt8]) {
        guard !isClosed else { return }
        machine.clientReceived(ByteBuffer(bytes: input))
        while !isClosed {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { return }
            for action in actions { carryOut(action) }
        }
    }

    private mutating func carryOut(_ action: SessionAction) {
        switch action {
        case .observed(.command(let command)): if case .forward = command.outcome { forwardedCount += 1 }
        case .observed(.torReady): isReady = true
        case .sendToTor(let sent): answer(sent)
        case .connectToTor:
            machine.torConnected(LinkConfiguration(transport: .unix), nonce: TorSide.nonce)
        case .readCookie: machine.cookieRead(.success(TorSide.cookie))
        case .askListeners(let paths):
            let realPaths = Dictionary(paths.map { ($0, $0) }) { first, _ in first }
            machine.listenersKnown(GuardedTargets.Listeners(control: [9051]), realPaths: realPaths)
        case .askPermit: machine.permitGranted()
        case .findStreamSource: machine.streamSourceKnown(isOwn: false)
        case .askCredential(let service): machine.credentialKnown(CredentialAtTor(service: service, state: .none))
        case .close: isClosed = true
        case .observed, .sendToClient, .remember, .countServices, .disconnectTor, .pauseClient, .resumeClient,
            .pauseTor,
            .resumeTor, .startTimer, .stopTimer:
            break
        }
    }

    private mutating func answer(_ sent: ByteBuffer) {
        if isReady { bytes += Array(sent.readableBytesView) }
        var framer = CommandFramer()
        framer.append(sent)
        while !isClosed, case .command(let command) = framer.next() {
            machine.torReceived(TorAnswer.to(command, Self.value(for: command)))
        }
    }

    private static func value(for command: Command) -> String {
        command.keyword == .addOnion ? String(repeating: "a", count: 56) : ""
    }
}
