// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

@Suite struct WrittenCommandTests {
    @Test(
        "what is written down is sent as a client sends it",
        arguments: [
            Row("GETINFO version", "GETINFO version\r\n"),
            Row("GETINFO version\n", "GETINFO version\r\n"),
            Row("", "\r\n"),
            Row("+LOADCONF", "+LOADCONF\r\n.\r\n"),
            Row("+LOADCONF\n", "+LOADCONF\r\n.\r\n"),
            Row("+LOADCONF \nSocksPort 0\n.\n\nx", "+LOADCONF \r\nSocksPort 0\r\n..\r\n\r\nx\r\n.\r\n"),
            Row("GETINFO a\nSIGNAL HALT", nil),
            Row("\nSIGNAL HALT", nil),
            Row(" +LOADCONF\nx", nil),
        ] as [Row<String?>]
    )
    func bytes(row: Row<String?>) {
        #expect(WrittenCommand(row.input.utf8).map { String(buffer: $0.bytes) } == row.expected)
    }

    @Test(
        "what is no command gives none",
        arguments: ["", " ", "GETINFO\tversion", "GETINFO \u{E9}", "+LOADCONF\n\u{1}", "GETINFO\rversion", "!"]
    )
    func noCommand(text: String) throws {
        #expect(try #require(WrittenCommand(text.utf8)).command == nil)
    }

    @Test("a data block is the command's body")
    func body() throws {
        let command = try #require(WrittenCommand("+loadconf x\n.a".utf8)?.command)
        #expect(command.line == "+LOADCONF x")
        #expect(command.body == DataBlock(lines: [".a"]))
    }
}
