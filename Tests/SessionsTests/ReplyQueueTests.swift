// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TestSupport
import Testing

@Suite struct ReplyQueueTests {
    @Test func `slots leave in the order in which they came`() throws {
        var random = SplitMix64(seed: 11)
        var queue = ReplyQueue()
        // Answers in a row are joined, so the model is a list of texts and of commands at tor.
        var model: [String] = []
        var number = 0
        for _ in 0..<20_000 {
            if random.bool() {
                number += 1
                if random.bool() {
                    queue.append(.ready(ByteBuffer(string: "\(number);")))
                    if let last = model.last, last.hasSuffix(";") {
                        model[model.count - 1] = last + "\(number);"
                    } else {
                        model.append("\(number);")
                    }
                } else {
                    let isOurs = random.int(0...3) == 0
                    queue.append(isOurs ? .ours(try Self.query(number)) : .awaitingTor(try Self.awaited(number)))
                    model.append(isOurs ? "\(number)?" : "\(number)")
                }
            } else if random.int(0...4) == 0 {
                // The next answer that no reply to the client stands before.
                let place = model.firstIndex { !$0.hasSuffix("?") }
                let expected = place.flatMap { model[$0].hasSuffix(";") ? model.remove(at: $0) : nil }
                #expect(queue.takeAnswer().map { String(buffer: $0) } == expected)
            } else if let slot = queue.removeHead() {
                #expect(try Self.text(of: slot) == model.removeFirst())
            } else {
                #expect(model.isEmpty)
            }
            #expect(queue.isEmpty == model.isEmpty)
            #expect(queue.inFlight == model.count { !$0.hasSuffix(";") && !$0.hasSuffix("?") })
            #expect(queue.awaitsTor == model.contains { !$0.hasSuffix(";") })
            #expect(queue.owesClient == model.contains { !$0.hasSuffix("?") })
            #expect(queue.waitingBytes == model.filter { $0.hasSuffix(";") }.reduce(0) { $0 + $1.utf8.count })
        }
    }

    @Test func `answers in a row take one slot, in their order`() throws {
        var queue = ReplyQueue()
        for number in 0..<1000 { queue.append(.ready(ByteBuffer(string: "\(number) "))) }
        let head = queue.removeHead()
        let slot = try #require(head)
        #expect(try Self.text(of: slot) == (0..<1000).map { "\($0) " }.joined())
        #expect(queue.isEmpty)
    }

    @Test func `a reply is being passed on from its first line to its last`() throws {
        var queue = ReplyQueue()
        #expect(!queue.isPassingReply)
        queue.append(.awaitingTor(try Self.awaited(1)))
        #expect(!queue.isPassingReply)
        guard case .awaitingTor(let awaited) = queue.head else { return #expect(Bool(false)) }
        let line = try #require(ReplyLine("250-a1=x"))
        _ = try queue.progress.accept(.reply(line), of: awaited)
        #expect(queue.isPassingReply)
        queue.removeHead()
        #expect(!queue.isPassingReply)
    }

    @Test func `commands of ours that are put first do not hold up an answer, and a reply of tor's does`() throws {
        var queue = ReplyQueue()
        queue.append(.ready(ByteBuffer(string: "a")))
        queue.prepend([try Self.query(1), try Self.query(2)])
        #expect(queue.takeAnswer().map { String(buffer: $0) } == "a")
        #expect(queue.takeAnswer() == nil)
        queue.append(.awaitingTor(try Self.awaited(3)))
        queue.append(.ready(ByteBuffer(string: "b")))
        #expect(queue.takeAnswer() == nil)
        var slots: [String] = []
        while let slot = queue.removeHead() { slots.append(try Self.text(of: slot)) }
        #expect(slots == ["1?", "2?", "3", "b"])
        #expect(!queue.awaitsTor && !queue.owesClient)
    }

    private static func query(_ number: Int) throws -> InternalQuery {
        let event = try #require(EventName("E\(number)"))
        return try #require(InternalQuery.subscription(SetEvents(events: [event])))
    }

    private static func awaited(_ number: Int) throws -> AwaitedReply {
        let command = try #require(Command(keyword: .getInfo, arguments: "a\(number)"))
        return AwaitedReply(command: command, plan: ReplyPlan(for: command))
    }

    private static func text(of slot: ReplyQueue.Slot) throws -> String {
        switch slot {
        case .ready(let bytes): return String(buffer: bytes)
        case .awaitingTor(let awaited):
            guard case .getInfo(let keys) = awaited.plan.shape else { throw TranscriptError(description: "no GETINFO") }
            return String(keys[0].dropFirst())
        case .ours(let query): return query.command.arguments.dropFirst() + "?"
        }
    }
}
