// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TorLink

/// A session whose client has been let in, and whose tor answers what it is told to.
final class JoinedSession {
    private(set) var machine: SessionStateMachine
    private(set) var bytesForClient = 0
    private(set) var bytesForTor = 0
    /// What became of the last command.
    private(set) var observation: Observation?

    init(_ subject: Subject, isComplaining: Bool = false) throws(Unmeasurable) {
        machine = SessionStateMachine(
            policy: subject.policy,
            facts: subject.facts,
            isComplaining: isComplaining,
            torVersion: nil
        )
        say("AUTHENTICATE\r\n")
        torSays("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n")
        torSays("250 OK\r\n")
        guard case .torReady? = observation else { throw Unmeasurable("tor does not let the session in") }
    }

    func say(_ text: String) { clientSays(ByteBuffer(string: text)) }

    func torSays(_ text: String) { torSays(ByteBuffer(string: text)) }

    func clientSays(_ bytes: ByteBuffer) {
        machine.clientReceived(bytes)
        carryOut()
    }

    func torSays(_ bytes: ByteBuffer) {
        machine.torReceived(bytes)
        carryOut()
    }

    private func carryOut() {
        while true {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { return }
            for action in actions { carryOut(action) }
        }
    }

    private func carryOut(_ action: SessionAction) {
        switch action {
        case .observed(let happened): observation = happened
        case .sendToClient(let bytes): bytesForClient += bytes.readableBytes
        case .sendToTor(let bytes): bytesForTor += bytes.readableBytes
        case .connectToTor:
            machine.torConnected(LinkConfiguration(transport: .unix), nonce: Array(repeating: 0, count: 32))
        case .askListeners: machine.listenersKnown(.usual, realPaths: [:])
        case .askPermit: machine.permitGranted()
        case .findStreamSource: machine.streamSourceKnown(isOwn: false)
        case .askCredential(let service):
            machine.credentialKnown(CredentialAtTor(service: service, state: .none))
        case .readCookie, .disconnectTor, .remember, .countServices, .pauseClient, .resumeClient, .pauseTor, .resumeTor,
            .startTimer, .stopTimer, .close:
            break
        }
    }
}
