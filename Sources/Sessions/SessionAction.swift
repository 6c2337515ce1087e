// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

package import struct NIOCore.ByteBuffer

/// What the session asks of whoever owns its two connections; carried out in order, and all of it.
package enum SessionAction: Sendable {
    /// To be recorded before anything that follows has an effect.
    case observed(Observation)
    case sendToClient(ByteBuffer)
    case sendToTor(ByteBuffer)
    /// Connect to tor, after a delay, and say ``SessionStateMachine/torConnected(_:)`` or
    /// ``SessionStateMachine/torConnectionFailed(_:)``.
    case connectToTor(after: Duration)
    /// Give up the connection to tor that exists or is being made; the session goes on.
    case disconnectTor
    /// Read tor's cookie from our own setting and say ``SessionStateMachine/cookieRead(_:)``.
    case readCookie
    /// Ask tor, on a connection of its own, where it listens; find out where these paths and those of control sockets lead when
    /// links are followed; and say ``SessionStateMachine/listenersKnown(_:realPaths:)``.
    case askListeners(paths: [String])
    /// Find out whether the connection that a stream comes from is the client's, and say
    /// ``SessionStateMachine/streamSourceKnown(isOwn:)``. Nothing that tor says is looked at before.
    case findStreamSource(Endpoint)
    /// Remember, for other sessions too, what outlives this one.
    case remember(OwnershipChange)
    /// Count the session's services against its profiles' limits, with those of other sessions.
    case countServices(CountedServices)
    /// Say ``SessionStateMachine/permitGranted()`` when the client may have another command looked at.
    case askPermit
    /// Ask tor, on a connection of its own, which client-auth credential it has for the service, and say
    /// ``SessionStateMachine/credentialKnown(_:)``.
    case askCredential(ServiceID)
    case pauseClient
    case resumeClient
    case pauseTor
    case resumeTor
    case startTimer(SessionTimer)
    case stopTimer(SessionTimer)
    /// Close both connections once everything has been written to the client.
    case close(CloseReason)
}

/// The clocks of a session, each with the time after which it fires and the reason for that.
package enum SessionTimer: Hashable, Sendable {
    /// From the connection to an accepted AUTHENTICATE. Long enough for a person at a terminal.
    case handshake
    /// From the first attempt to reach tor to a link that is ready. Applications wait this long at most.
    case tor
    /// From the loss of a tor that had let us in to a new link that is ready. Tor takes a few seconds to start, on a slow machine
    /// with much to read tens of them.
    case rejoin
    /// How long tor may owe a reply and send no line of one: looked at as often, so that it is up to twice as long. Tor answers at
    /// once or not at all.
    case reply
    /// How long a client may leave what was sent to it unread.
    case stall
    /// How long a session that takes no more commands waits for a client that reads nothing of the replies still to come.
    case drain
    /// How long an HSFETCH gives a right to events about its address, whatever tor makes of it.
    case fetch(DescriptorLedger.Fetch)

    package var duration: Duration {
        switch self {
        case .handshake, .rejoin, .fetch: .seconds(60)
        case .tor: .seconds(5)
        case .reply, .stall, .drain: .seconds(30)
        }
    }
}

extension SessionTimer: CaseIterable {
    /// Those that a session has one of.
    package static let allCases: [SessionTimer] = [.handshake, .tor, .rejoin, .reply, .stall, .drain]
}
