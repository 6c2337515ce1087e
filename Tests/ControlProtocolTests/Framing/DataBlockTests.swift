// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

@Suite struct DataBlockTests {
    private static func encoded(_ block: DataBlock) -> String {
        var buffer = ByteBuffer()
        block.encode(into: &buffer)
        return String(buffer: buffer)
    }

    @Test(
        "A block travels with a dot more before each line that begins with one, and a line of one dot at its end",
        arguments: zip(
            [[], [""], ["a", "b"], ["."], ["..", ".a", "a."], ["", "", ""], ["é\t"]],
            [
                ".\r\n", "\r\n.\r\n", "a\r\nb\r\n.\r\n", "..\r\n.\r\n", "...\r\n..a\r\na.\r\n.\r\n",
                "\r\n\r\n\r\n.\r\n", "é\t\r\n.\r\n",
            ]
        ))
    func encoding(lines: [String], expected: String) {
        let block = DataBlock(lines: lines)
        #expect(Self.encoded(block) == expected)
        #expect(block.byteCount == lines.reduce(0) { $0 + $1.utf8.count + 2 })
    }

    @Test(
        "A line of one dot is the end, and a dot before anything else is undone",
        arguments: [
            Row(".", nil), Row("..", "."), Row(".a", "a"), Row("...", ".."), Row("", ""), Row("a", "a"),
            Row(" .", " ."),
            Row(".\r", "\r"), Row(". ", " "),
        ])
    func receivedLine(row: Row<String?>) {
        let expected = row.expected.map { DataBlock.Line.content(ByteBuffer(string: $0)) } ?? .end
        #expect(DataBlock.Line(received: ByteBuffer(string: row.input)) == expected)
    }

    @Test("Lines that are encoded come back as they were", arguments: UInt64(0)..<30)
    func roundTrip(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let lines = (0..<generator.int(0...10)).map { _ in generator.text(0...5, from: ".. a\tb") }
        var framer = LineFramer(bound: 1000)
        framer.append(ByteBuffer(string: Self.encoded(DataBlock(lines: lines))))
        var decoded: [String] = []
        while case .line(let line) = framer.next(), case .content(let content) = DataBlock.Line(received: line) {
            decoded.append(String(buffer: content))
        }
        #expect(decoded == lines)
        #expect(framer.next() == .incomplete)
        #expect(framer.pendingBytes == 0)
    }
}
