// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies
import TorLink

package import struct NIOCore.ByteBuffer

/// The replies that a client is owed, in the order of its commands: answers of ours wait for tor's before them.
package struct ReplyQueue: Sendable {
    package enum Slot: Sendable {
        case ready(ByteBuffer)
        case awaitingTor(AwaitedReply)
        /// A command of ours at tor; the client is owed nothing for it.
        case ours(InternalQuery)
    }

    /// What was asked of tor: it stays as it is, so that its reply's lines share it.
    final class Question: Sendable {
        let command: Command
        let plan: ReplyPlan
        let effect: OwnershipEffect?
        let changesTor: Bool
        let subscription: [EventName]?

        /// - Parameter subscription: the events of a SETEVENTS.
        init(
            _ command: Command, _ plan: ReplyPlan, _ effect: OwnershipEffect?, subscription: [EventName]?
        ) {
            self.command = command
            self.plan = plan
            self.effect = effect
            self.subscription = subscription
            changesTor = command.changesTor
        }
    }

    /// A command at tor, and what is to be done with its reply.
    package struct AwaitedReply: Sendable {
        private let question: Question
        package var matcher: ReplyMatcher
        /// Set when a rule made the reply unfit to show: `551 Reply filtered` was sent, the rest goes nowhere.
        package var isFiltered = false
        package var cut = ReplyCut()

        /// As it was decided upon.
        package var command: Command { question.command }
        package var plan: ReplyPlan { question.plan }
        /// The events that the session has once a SETEVENTS is accepted.
        package var subscription: [EventName]? { question.subscription }
        /// What the command changes in what is the session's own.
        package var effect: OwnershipEffect? { question.effect }
        /// Whether tor may hold something because of the command that ends with tor.
        package var changesTor: Bool { question.changesTor }

        package var keyword: Keyword { command.keyword }

        package init(command: Command, plan: ReplyPlan, effect: OwnershipEffect? = nil) {
            let events = command.keyword == .setEvents ? SetEvents(arguments: command.arguments)?.events : nil
            self.init(Question(command, plan, effect, subscription: events))
        }

        init(_ question: Question) {
            self.question = question
            matcher = ReplyMatcher(keyword: question.command.keyword, shape: question.plan.shape)
        }
    }

    private var slots: [Slot] = []
    private var first = 0
    /// Commands of the client's at tor.
    package private(set) var inFlight = 0
    private var oursInFlight = 0
    /// Bytes of answers of ours that wait behind replies of tor's.
    package private(set) var waitingBytes = 0

    package init() {}

    package var isEmpty: Bool { first == slots.count }

    /// Whether tor owes a reply to anybody, ourselves included.
    package var awaitsTor: Bool { inFlight > 0 || oursInFlight > 0 }

    /// Whether the client is owed a reply.
    package var owesClient: Bool { inFlight > 0 || waitingBytes > 0 }

    package var head: Slot? { isEmpty ? nil : slots[first] }

    /// Whether the first reply is tor's, and a part of it has come.
    package var isPassingReply: Bool {
        if case .awaitingTor(let awaited) = head { awaited.matcher.isInside } else { false }
    }

    /// Whether the client has part of a reply of tor's, and not its end.
    package var hasHalfReply: Bool {
        if case .awaitingTor(let awaited) = head { awaited.matcher.isInside && !awaited.isFiltered } else { false }
    }

    /// Whether tor may have carried out what it has not answered yet and what ends with it.
    package var awaitsChange: Bool {
        slots[first...].contains {
            if case .awaitingTor(let awaited) = $0 { awaited.changesTor } else { false }
        }
    }

    /// The commands that await tor, in their order.
    package var questions: [Command] {
        slots[first...].compactMap { if case .awaitingTor(let awaited) = $0 { awaited.command } else { nil } }
    }

    /// Tor is gone with the replies that it owed, none of which has begun to be passed on: questions keep their places, to be
    /// asked again; other commands of the client's are answered in theirs; ours are forgotten.
    package mutating func torWasLost() {
        let slots = slots[first...]
        self = ReplyQueue()
        for slot in slots {
            switch slot {
            case .ready:
                append(slot)
            case .awaitingTor(let awaited) where awaited.isFiltered:
                // `551 Reply filtered` was its reply.
                break
            case .awaitingTor(let awaited) where awaited.command.isQuestion:
                append(.awaitingTor(AwaitedReply(command: awaited.command, plan: awaited.plan)))
            case .awaitingTor:
                append(.ready(CannedReply.torLost.encoded))
            case .ours:
                break
            }
        }
    }

    package mutating func append(_ slot: Slot) {
        switch slot {
        case .ready(let bytes): waitingBytes += bytes.readableBytes
        case .awaitingTor: inFlight += 1
        case .ours: oursInFlight += 1
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

    /// Puts commands of ours before all others: they are the first on a new connection.
    package mutating func prepend(_ queries: [InternalQuery]) {
        slots.insert(contentsOf: queries.map(Slot.ours), at: first)
        oursInFlight += queries.count
    }

    /// Takes out the answer that comes next for the client, if no reply of tor's to it comes before.
    package mutating func takeAnswer() -> ByteBuffer? {
        for index in first..<slots.count {
            switch slots[index] {
            case .awaitingTor:
                return nil
            case .ours:
                continue
            case .ready(let bytes):
                waitingBytes -= bytes.readableBytes
                slots.remove(at: index)
                return bytes
            }
        }
        return nil
    }

    @discardableResult
    package mutating func removeHead() -> Slot? {
        guard let slot = head else { return nil }
        switch slot {
        case .ready(let bytes): waitingBytes -= bytes.readableBytes
        case .awaitingTor: inFlight -= 1
        case .ours: oursInFlight -= 1
        }
        slots[first] = .ready(ByteBuffer())
        first += 1
        if first == slots.count || first >= 64 {
            if first == slots.count { slots.removeAll(keepingCapacity: true) } else { slots.removeFirst(first) }
            first = 0
        }
        return slot
    }
}
