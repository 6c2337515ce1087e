// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Testing

@Suite struct ReplyTests {
    @Test(
        "A reply of ours is mid lines and one end line",
        arguments: [["250 OK"], ["250-a=b", "250-c", "250 OK"], ["551 Reply filtered"]])
    func accepted(lines: [String]) throws {
        let reply = try #require(Reply(lines))
        #expect(String(buffer: reply.encoded) == lines.map { $0 + "\r\n" }.joined())
    }

    @Test(
        "Replies that a client could not read as one are refused",
        arguments: [
            [], ["250-a"], ["250 OK", "250 OK"], ["250 OK", "250-a"], ["250+a=", "250 OK"], ["250+a="], ["650 BW 1 2"],
            ["650-a", "650 OK"], ["250-a", "650 OK"], [""], ["250-a", "", "250 OK"], ["250 OK\r\n250 OK"], ["OK"],
        ] as [[String]])
    func refused(lines: [String]) {
        #expect(Reply(lines) == nil)
    }
}
