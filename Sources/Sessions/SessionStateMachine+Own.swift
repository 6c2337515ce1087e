// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TorLink

/// What a session asks tor on its own account, to tell the client's streams and circuits from others'.
extension SessionStateMachine {
    /// The link is ready, and nothing has gone over it: what we ask goes first, then what the last tor did not answer.
    mutating func linkBecameReady() {
        var queries: [InternalQuery?] = []
        if !subscriptions.isEmpty { queries.append(.subscription(subscriptions.renewal)) }
        if policy.tracksOwnership { queries += [.existingStreams, .existingCircuits] }
        let asked = queries.compactMap(\.self)
        isSubscribing = !subscriptions.isEmpty
        queue.prepend(asked)
        for command in asked.map(\.command) + queue.questions { command.encode(into: &torOutput) }
        guard queue.awaitsTor else { return }
        hasTorProgressed = true
        start(.reply)
    }

    /// The command as tor gets it: a SETEVENTS of the client's must not end what we follow ourselves.
    ///
    /// - Parameter asked: its events, if it is a SETEVENTS.
    func asSent(_ command: Command, _ asked: SetEvents?) -> Command {
        guard let asked, command.body == nil else { return command }
        let request = subscriptions.request(for: asked.events)
        // As a rule it is what was decided upon.
        guard request.events != asked.events else { return command }
        return Command(keyword: .setEvents, arguments: request.encoded) ?? command
    }

    /// The reply to a command of ours is complete.
    mutating func answered(_ query: InternalQuery) {
        switch query.purpose {
        case .subscription: subscriptionAnswered(query.answer != nil)
        case .existingStreams: existingStreamsKnown(query.answer)
        case .existingCircuits: facts.ownership.streams.existingCircuits(query.answer)
        }
    }

    private mutating func subscriptionAnswered(_ isAccepted: Bool) {
        isSubscribing = false
        if !isAccepted {
            // A tor that has come back and does not know what the last one sent: the client would wait for it in vain.
            guard subscriptions.includesOwn else { return close(.eventsLost) }
            subscriptions.ownRefused()
            if !subscriptions.isEmpty { return renewWithoutOwn() }
        }
        if policy.tracksOwnership { ownSubscriptionConfirmed(isAccepted && subscriptions.includesOwn) }
        if held?.keyword == .setEvents { releaseHeld() }
    }

    private mutating func renewWithoutOwn() {
        guard let query = InternalQuery.subscription(subscriptions.renewal) else { return }
        isSubscribing = true
        query.command.encode(into: &torOutput)
        queue.append(.ours(query))
        start(.reply)
    }

    // MARK: What is learnt

    /// Tor sends the events that we follow on our own account from here on, or does not.
    mutating func ownSubscriptionConfirmed(_ isConfirmed: Bool) { isFollowingOwn = isConfirmed }

    /// - Parameter streams: a line of stream-status for each stream that there was when the link became ready, events of which
    ///   may have come since; nil if tor did not say.
    mutating func existingStreamsKnown(_ streams: [String]?) {
        facts.ownership.streams.existing(isFollowingOwn ? streams : nil)
    }

    /// Tor is gone with its streams and circuits: the next one gives their numbers to others.
    mutating func ownershipLost() {
        isFollowingOwn = false
        facts.ownership.torLost()
    }
}
