// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Sessions
import Testing

@Suite struct InternalQueryTests {
    /// The answer, and how many of the lines it took.
    private static func play(_ query: InternalQuery?, _ lines: [String]) throws -> (answer: [String]?, taken: Int) {
        var query = try #require(query)
        var framer = ReplyFramer()
        framer.append(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n"))
        var taken = 0
        while let line = try framer.next() {
            taken += 1
            if query.accept(line) { return (query.answer, taken) }
        }
        throw TranscriptError(description: "the reply has no end")
    }

    @Test(
        arguments: [
            (["250-stream-status=", "250 OK"], []),
            (["250-stream-status=5 NEW 0 a.example:80", "250 OK"], ["5 NEW 0 a.example:80"]),
            (
                ["250+stream-status=", "5 NEW 0 a:80", "6 SUCCEEDED 3 b:80", ".", "250 OK"],
                ["5 NEW 0 a:80", "6 SUCCEEDED 3 b:80"]
            ),
            // An event's look within data.
            (["250+stream-status=", "650 BW 1 2", ".", "250 OK"], ["650 BW 1 2"]),
            (["552 Unrecognized key \"stream-status\""], nil),
            (["551 Internal error"], nil),
            (["250 OK"], nil),
            (["250-circuit-status=1 BUILT", "250 OK"], nil),
            (["250-stream-status=", "250-stream-status=7 NEW 0 a:80", "250 OK"], nil),
            (["250+other=", "650 BW 1 2", "250 OK", ".", "250 OK"], nil),
            (["552-one", "552 two"], nil),
            (["250-stream-status=1 NEW 0 a:80", "551 No"], nil),
            (["100 what"], nil),
        ] as [([String], [String]?)])
    func `a reply of another shape is no answer, and ends with its end line`(lines: [String], answer: [String]?) throws
    {
        let (found, taken) = try Self.play(.existingStreams, lines + ["250 OK"])
        #expect(found == answer)
        #expect(taken == lines.count)
    }

    @Test(
        arguments: [("250 OK", []), ("552 Unrecognized event \"HS_DESC\"", nil), ("251 What", []), ("451 No", nil)]
            as [(String, [String]?)])
    func `a subscription is accepted or not`(line: String, answer: [String]?) throws {
        let query = InternalQuery.subscription(SetEvents(events: [.stream]))
        #expect(try Self.play(query, [line]).answer == answer)
    }

    @Test func `an answer over the bound is none`() throws {
        let line = "5 NEW 0 " + String(repeating: "x", count: 1_000_000)
        let within = Array(repeating: line, count: 4)
        let lines = ["250+stream-status="] + within + [".", "250 OK"]
        #expect(try Self.play(.existingStreams, lines).answer == within)
        let over = ["250+stream-status="] + within + Array(repeating: line, count: 1) + [".", "250 OK"]
        let (answer, taken) = try Self.play(.existingStreams, over)
        #expect(answer == nil && taken == over.count)
    }
}
