// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Testing

@Suite struct CannedReplyTests {
    @Test("Every canned reply is one whole reply", arguments: CannedReply.allCases)
    func whole(canned: CannedReply) throws {
        let reply = try #require(Reply([canned.rawValue]))
        #expect(reply.encoded == canned.encoded)
        #expect(String(buffer: canned.encoded) == canned.rawValue + "\r\n")
    }

    @Test("Clients compare these replies, so they are tor's to the letter")
    func spelling() {
        #expect(CannedReply.done.rawValue == "250 OK")
        #expect(CannedReply.filtered.rawValue == "510 Command filtered")
        #expect(CannedReply.lineTooLong.rawValue == "500 Line too long.")
        #expect(CannedReply.authenticationRequired.rawValue == "514 Authentication required.")
        #expect(CannedReply.closing.rawValue == "250 closing connection")
    }
}
