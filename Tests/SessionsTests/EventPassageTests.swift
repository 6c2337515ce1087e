// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Patterns
import Policies
import Testing

@testable import Sessions

@Suite struct EventPassageTests {
    private static let facts = SessionFacts(client: TestPolicies.client)

    @Test func `an event that nothing rewrites passes line by line`() throws {
        let lines = ["650+HS_DESC_CONTENT a", "x", "..y", ".", "650 OK"]
        var passed = ByteBuffer()
        var passage = EventPassage(name: EventName("HS_DESC_CONTENT"), manner: .passThrough)
        for (index, line) in try Self.lines(lines).enumerated() {
            let progress = try passage.accept(line, facts: Self.facts, into: &passed)
            #expect(String(buffer: passed) == lines[...index].map { $0 + "\r\n" }.joined())
            #expect(Self.isDone(progress) == (index == 4))
        }
    }

    @Test func `an event that may be rewritten comes whole or not at all`() throws {
        let lines = ["650-CONF_CHANGED", "650-A=1", "650 OK"]
        var passed = ByteBuffer()
        var passage = EventPassage(
            name: EventName("CONF_CHANGED"), manner: .hold(try Self.rewriting("650-A=.*", "650-A=2")))
        for (index, line) in try Self.lines(lines).enumerated() {
            _ = try passage.accept(line, facts: Self.facts, into: &passed)
            #expect(index == 2 || passed.readableBytes == 0)
        }
        #expect(String(buffer: passed) == "650-CONF_CHANGED\r\n650-A=2\r\n650 OK\r\n")
    }

    @Test(arguments: [
        // The pattern and its replacement, and what is left of a BW event.
        ("650 BW (.*) .*", "650 BW {} 0", "650 BW 1 0\r\n"),
        ("650 BW .*", "", ""),
        ("650 BW .*", "250 OK", ""),
        ("650 BW .*", "650-BW 1", ""),
        ("650 BW .*", "BW", ""),
        ("650 CIRC .*", "", "650 BW 1 2\r\n"),
    ])
    func `what is no event line any more is dropped`(pattern: String, replacement: String, passed: String) throws {
        #expect(try Self.pass(["650 BW 1 2"], .hold(Self.rewriting(pattern, replacement))).text == passed)
    }

    @Test(arguments: [
        ("650\\+HS_DESC_CONTENT .*", ""), ("secret", ""), ("650 OK", ""), ("650 OK", "250 OK"),
        ("650\\+HS_DESC_CONTENT .*", "650-HS_DESC_CONTENT a"),
    ])
    func `an event of which one line is gone goes whole, with its data`(pattern: String, replacement: String) throws {
        let event = ["650+HS_DESC_CONTENT a", "secret", ".", "650 OK"]
        let outcome = try Self.pass(event, .hold(Self.rewriting(pattern, replacement)))
        #expect(outcome.text == "")
        #expect(outcome.drop == .rewriting)
    }

    @Test func `an event that is not delivered leaves nothing, however it looks`() throws {
        let outcome = try Self.pass(["650+A b", "250 OK", ".", "650-x", "650 OK"], .discard)
        #expect(outcome.text == "")
        #expect(outcome.drop == nil)
    }

    @Test func `an event too large to be held is dropped whole`() throws {
        let line = String(repeating: "x", count: 1000)
        let event = ["650+A b"] + Array(repeating: line, count: Limits.heldEvent / 1000) + [".", "650 OK"]
        let outcome = try Self.pass(event, .hold(Self.rewriting("never", "")))
        #expect(outcome.text == "")
        #expect(outcome.drop == .tooLarge)
        let smaller = try Self.pass(
            Array(event.dropFirst(50)).with(first: "650+A b"), .hold(Self.rewriting("never", "")))
        #expect(smaller.drop == nil)
        #expect(smaller.text.utf8.count > Limits.heldEvent / 2)
    }

    @Test(arguments: ["250 OK", "250-x", "551 no", "250+x="])
    func `a reply within an event is a violation`(line: String) throws {
        for manner in [EventPassage.Manner.passThrough, .discard, .hold(try Self.rewriting("never", ""))] {
            #expect(throws: ProtocolViolation.malformedEvent) { try Self.pass(["650-A", line], manner) }
        }
    }

    // MARK: Parts

    private static func rewriting(_ pattern: String, _ replacement: String) throws -> ReplyRewriting {
        ReplyRewriting(
            rules: [
                ReplyRewriting.Rule(
                    pattern: try Pattern(pattern), replacement: try Template(replacement, captureCount: 1))
            ],
            dropsUnmatched: false
        )
    }

    private static func lines(_ texts: [String]) throws -> [TorLine] {
        var framer = ReplyFramer()
        framer.append(ByteBuffer(string: texts.map { $0 + "\r\n" }.joined()))
        var lines: [TorLine] = []
        while let line = try framer.next() { lines.append(line) }
        return lines
    }

    private static func pass(
        _ texts: [String], _ manner: EventPassage.Manner
    ) throws -> (text: String, drop: Observation.EventDrop?) {
        var passed = ByteBuffer()
        var passage = EventPassage(name: nil, manner: manner)
        for line in try lines(texts) {
            if case .done(let drop) = try passage.accept(line, facts: facts, into: &passed) {
                return (String(buffer: passed), drop)
            }
        }
        throw TranscriptError(description: "the event has no end")
    }

    private static func isDone(_ progress: EventPassage.Progress) -> Bool {
        if case .done = progress { true } else { false }
    }
}

extension Array {
    fileprivate func with(first element: Element) -> [Element] { [element] + dropFirst() }
}
