// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

package import struct NIOCore.ByteBuffer

/// The replies that a client is owed, in the order of its commands: answers of ours wait for tor's before them.
package struct ReplyQueue: Sendable {
    package enum Slot: Sendable {
        case ready(ByteBuffer)
        case awaitingTor(AwaitedReply)
    }

    /// A command at tor, and what is to be done with its reply.
    package struct AwaitedReply: Sendable {
        package let keyword: Keyword
        package let plan: ReplyPlan
        package var matcher: ReplyMatcher
        /// The events that the session has once a SETEVENTS is accepted.
        package var subscription: Set<EventName>?
        /// Set when a rule made the reply unfit to show: `551 Reply filtered` was sent, the rest goes nowhere.
        package var isFiltered = false

        package init(command: Command, plan: ReplyPlan) {
            keyword = command.keyword
            self.plan = plan
            matcher = ReplyMatcher(keyword: command.keyword, shape: plan.shape)
            if command.keyword == .setEvents {
                subscription = SetEvents(arguments: command.arguments).map { Set($0.events) }
            }
        }
    }

    private var slots: [Slot] = []
    private var first = 0
    package private(set) var inFlight = 0
    /// Bytes of answers of ours that wait behind replies of tor's.
    package private(set) var waitingBytes = 0

    package init() {}

    package var isEmpty: Bool { first == slots.count }

    package var head: Slot? { isEmpty ? nil : slots[first] }

    /// Whether the first reply is tor's, and a part of it has come.
    package var isPassingReply: Bool {
        if case .awaitingTor(let awaited) = head { awaited.matcher.isInside } else { false }
    }

    package mutating func append(_ slot: Slot) {
        switch slot {
        case .ready(let bytes): waitingBytes += bytes.readableBytes
        case .awaitingTor: inFlight += 1
        }
        // Answers in a row are one slot, so that a client cannot have us keep one for every line it sends.
        if case .ready(let more) = slot, !isEmpty, case .ready(var bytes) = slots[slots.count - 1] {
            slots[slots.count - 1] = slot
            bytes.writeImmutableBuffer(more)
            slots[slots.count - 1] = .ready(bytes)
        } else {
            slots.append(slot)
        }
    }

    package mutating func replaceHead(with slot: Slot) { slots[first] = slot }

    @discardableResult
    package mutating func removeHead() -> Slot? {
        guard let slot = head else { return nil }
        switch slot {
        case .ready(let bytes): waitingBytes -= bytes.readableBytes
        case .awaitingTor: inFlight -= 1
        }
        slots[first] = .ready(ByteBuffer())
        first += 1
        if first == slots.count || first >= 64 {
            slots.removeFirst(first)
            first = 0
        }
        return slot
    }
}
