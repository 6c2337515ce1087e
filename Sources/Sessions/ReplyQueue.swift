// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Policies
import TorLink

package import struct NIOCore.ByteBuffer

/// The replies that a client is owed, in the order of its commands: answers of ours wait for tor's before them.
package struct ReplyQueue: Sendable {
    package enum Slot: Sendable {
        case ready(ByteBuffer)
        case awaitingTor(AwaitedReply)
        /// A command of ours at tor; the client is owed nothing for it. There are few, and they are large.
        indirect case ours(InternalQuery)
    }

    private var slots: [Slot] = []
    private var first = 0
    /// Commands of the client's at tor.
    package private(set) var inFlight = 0
    private var oursInFlight = 0
    /// Bytes of answers of ours that wait behind replies of tor's.
    package private(set) var waitingBytes = 0
    /// Of the reply that comes next, if it is tor's.
    package var progress = ReplyProgress()

    package init() {}

    package var isEmpty: Bool { first == slots.count }

    /// Whether tor owes a reply to anybody, ourselves included.
    package var awaitsTor: Bool { inFlight > 0 || oursInFlight > 0 }

    /// Whether the client is owed a reply.
    package var owesClient: Bool { inFlight > 0 || waitingBytes > 0 }

    package var head: Slot? { isEmpty ? nil : slots[first] }

    /// Whether the first reply is tor's, and a part of it has come.
    package var isPassingReply: Bool {
        if case .awaitingTor = head { progress.isInside } else { false }
    }

    /// Whether the client has part of a reply of tor's, and not its end.
    package var hasHalfReply: Bool { isPassingReply && !progress.isFiltered }

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
        removeFiltered()
        let slots = slots[first...]
        self = ReplyQueue()
        for slot in slots {
            switch slot {
            case .ready:
                append(slot)
            case .awaitingTor(let awaited) where awaited.command.isQuestion:
                append(slot)
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

    /// Tor will not end a reply for which `551 Reply filtered` was sent: nothing more is owed for it.
    package mutating func removeFiltered() { if progress.isFiltered { removeHead() } }

    @discardableResult
    package mutating func removeHead() -> Slot? {
        guard let slot = head else { return nil }
        switch slot {
        case .ready(let bytes): waitingBytes -= bytes.readableBytes
        case .awaitingTor:
            inFlight -= 1
            progress = ReplyProgress()
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
