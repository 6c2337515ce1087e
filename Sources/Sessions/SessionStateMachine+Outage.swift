// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TorLink

import struct NIOCore.ByteBuffer

/// Tor goes away under a session, and may come back.
///
/// A session that has left nothing in the tor that is gone is joined to the next one: the client then finds the events that it has
/// asked for, and its questions answered. Any other ends with its tor, so that the application starts over.
extension SessionStateMachine {
    mutating func torWasLost() {
        let mayRejoin = mayRejoin
        observe(.torLost)
        subscriptions.linkLost()
        isSubscribing = false
        isAskingListeners = false
        isAskingCredential = false
        ownershipLost()
        guard mayRejoin else { return endWithTor() }
        event = nil
        queue.torWasLost()
        flushAnswers()
        stop(.reply)
        start(.rejoin)
        isRejoining = true
        lastTorFailure = nil
        var schedule = ReconnectSchedule(limit: SessionTimer.rejoin.duration)
        let delay = schedule.nextDelay(elapsed: .zero) ?? .zero
        link = .connecting(schedule, waited: delay)
        request(.connectToTor(after: delay))
        takeFrames()
    }

    private var mayRejoin: Bool {
        guard case .open = phase, !hasChangedTor, !queue.awaitsChange else { return false }
        return !isInsidePassedOn
    }

    /// Whether the client has part of a reply or event of tor's, and not the end of it.
    private var isInsidePassedOn: Bool { queue.hasHalfReply || event?.isPassing == true }

    /// Another tor, or the same again, has let us in.
    mutating func rejoined(_ version: TorVersion?) {
        isRejoining = false
        stop(.rejoin)
        observe(.torBack(version))
    }

    mutating func rejoinTimedOut() {
        guard isRejoining else { return }
        if let lastTorFailure { observe(.torFailed(lastTorFailure)) }
        endWithTor()
    }

    /// Commands in flight get a reply of ours, so that a client knows which of its commands tor may have carried out; but
    /// not behind half a reply of tor's.
    mutating func endWithTor() {
        if !isInsidePassedOn {
            queue.removeFiltered()
            while let slot = queue.removeHead() {
                switch slot {
                case .ready(let bytes): clientOutput.writeImmutableBuffer(bytes)
                case .awaitingTor: CannedReply.torLost.encode(into: &clientOutput)
                case .ours: break
                }
            }
            if held != nil {
                abandonHeld()
                CannedReply.torLost.encode(into: &clientOutput)
            }
        }
        close(.torLost)
    }
}
