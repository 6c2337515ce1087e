// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct CommandTests {
    @Test(
        "Arguments are printable ASCII and begin with no blank, so that tor splits them as we do",
        arguments: [
            Row("", true), Row("a", true), Row("a ", true), Row("~!\"\\", true), Row(" a", false), Row(" ", false),
            Row("a\r\nQUIT", false),
            Row("a\n", false), Row("\t", false), Row("a\0", false), Row("é", false), Row("\u{7F}", false),
        ])
    func arguments(row: Row<Bool>) {
        #expect((Command(keyword: .getInfo, arguments: row.input) != nil) == row.expected)
    }

    @Test("A command with a block goes by its name with a plus")
    func names() throws {
        let plain = try #require(Command(keyword: .setConf, arguments: "a=b"))
        #expect(plain.ruleName == "SETCONF")
        #expect(plain.line == "SETCONF a=b")
        let block = try #require(Command(keyword: .setConf, body: DataBlock(lines: ["x"])))
        #expect(block.ruleName == "+SETCONF")
        #expect(block.line == "+SETCONF")
    }
}
