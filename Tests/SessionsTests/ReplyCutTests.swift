// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import Testing

/// Bounds of what is kept while a reply is cut, and of what we ask tor ourselves. Transcripts have the rest.
@Suite struct ReplyCutTests {
    @Test func `an answer over the bound tells nothing`() throws {
        func services(_ count: Int) throws -> Set<ServiceID>? {
            var question = try #require(TorQuestion.detachedServices)
            var framer = ReplyFramer()
            let service = String(repeating: "a", count: 56)
            let lines = ["250+onions/detached="] + Array(repeating: service, count: count) + [".", "250 OK"]
            framer.append(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n"))
            while let line = try framer.next(), try !question.accept(line) {}
            return question.services
        }
        #expect(try services(18_000)?.count == 1)
        #expect(try services(18_500) == nil)
    }

    /// A circuit whose Conflux set is only known by a later line is kept for the end of the list: of so many at most.
    @Test func `circuits beyond the bound are left out rather than kept`() throws {
        let legs = 4096 + 100
        let set = "CONFLUX_ID=" + String(repeating: "A", count: 64) + " CONFLUX_RTT=1"
        let lines = (10..<(10 + legs)).map { "\($0) BUILT $A~a PURPOSE=CONFLUX_LINKED \(set)" }
        var ownership = Ownership()
        _ = ownership.took(
            .stream, "1 NEW 0 a.example:80 SOURCE_ADDR=127.0.0.1:1 PURPOSE=USER", isOwnSource: true)
        _ = ownership.took(.stream, "1 SENTCONNECT 5 a.example:80", isOwnSource: false)
        var cut = ReplyCut()
        var taken = 0
        let opening = try #require(ReplyLine("250+circuit-status="))
        taken += cut.take(.reply(opening), .circuits, &ownership).count
        for line in lines + ["5 BUILT $A~a PURPOSE=CONFLUX_LINKED \(set)"] {
            taken += cut.take(.data(ByteBuffer(string: line)), .circuits, &ownership).count
        }
        taken += cut.take(.dataEnd, .circuits, &ownership).count
        // The opening line, the circuit itself, 4096 legs, and the end.
        #expect(taken == 1 + 1 + 4096 + 1)
    }
}
