// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

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
    /// Ask tor, on a connection of its own, where it listens, and say ``SessionStateMachine/listenersKnown(_:)``.
    case askListeners
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
package enum SessionTimer: Hashable, Sendable, CaseIterable {
    /// From the connection to an accepted AUTHENTICATE. Long enough for a person at a terminal.
    case handshake
    /// From the first attempt to reach tor to a link that is ready. Applications wait this long at most.
    case tor
    /// How long tor may owe a reply and send no line of one: looked at as often, so that it is up to twice as long. Tor answers at
    /// once or not at all.
    case reply
    /// How long a client may leave what was sent to it unread.
    case stall
    /// How long a session that takes no more commands waits for a client that reads nothing of the replies still to come.
    case drain

    package var duration: Duration {
        switch self {
        case .handshake: .seconds(60)
        case .tor: .seconds(5)
        case .reply, .stall, .drain: .seconds(30)
        }
    }
}
