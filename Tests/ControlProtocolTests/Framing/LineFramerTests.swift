// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

@Suite struct LineFramerTests {
    private static func lines(_ splitting: Splitting, bound: Int) -> [String] {
        var framer = LineFramer(bound: bound)
        var lines: [String] = []
        for portion in splitting.portions {
            framer.append(portion)
            reading: while true {
                switch framer.next() {
                case .line(let line): lines.append(visible(line.readableBytesView))
                case .incomplete: break reading
                case .tooLong: return lines + ["(too long)"]
                }
            }
        }
        return lines + (framer.pendingBytes > 0 ? ["(\(framer.pendingBytes) pending)"] : [])
    }

    @Test(
        "Lines end in LF, and one CR before it belongs to the end, however the bytes arrive",
        arguments: [
            Row("", []),
            Row("a\r\n", ["a"]),
            Row("a\n", ["a"]),
            Row("\r\n\n", ["", ""]),
            Row("a\r\nb\nc", ["a", "b", "(1 pending)"]),
            Row("a\r\r\n", ["a\\r"]),
            Row("a\rb\r\n", ["a\\rb"]),
            Row("\r", ["(1 pending)"]),
            Row("a\0b\r\n", ["a\\x00b"]),
            Row("é\n", ["\\xc3\\xa9"]),
        ])
    func endsOfLines(row: Row<[String]>) {
        for way in Splitting.all(Array(row.input.utf8)) {
            #expect(Self.lines(way, bound: 100) == row.expected, "\(way)")
        }
    }

    @Test(
        "The bound counts a line with its end, and is the same however the bytes arrive",
        arguments: [
            Row("1234567\n", ["1234567"]),
            Row("123456\r\n", ["123456"]),
            Row("12345678\n", ["(too long)"]),
            Row("1234567\r\n", ["(too long)"]),
            Row("1234567", ["(7 pending)"]),
            Row("12345678", ["(too long)"]),
            Row("1234567\n1234567\n1234567", ["1234567", "1234567", "(7 pending)"]),
            Row("a\n12345678\nb\n", ["a", "(too long)"]),
        ])
    func bound(row: Row<[String]>) {
        for way in Splitting.all(Array(row.input.utf8)) {
            #expect(Self.lines(way, bound: 8) == row.expected, "\(way)")
        }
    }

    @Test("A line that is too long stays too long, whatever follows")
    func tooLongIsFinal() {
        var framer = LineFramer(bound: 4)
        framer.append(ByteBuffer(string: "12345"))
        #expect(framer.next() == .tooLong)
        framer.append(ByteBuffer(string: "\nab\n"))
        #expect(framer.next() == .tooLong)
    }

    @Test("A line given out is not changed by bytes that come later")
    func linesAreStable() {
        var framer = LineFramer(bound: 100)
        framer.append(ByteBuffer(string: "first\r\nsec"))
        let first = framer.next()
        framer.append(ByteBuffer(string: "ond\r\nthird"))
        let second = framer.next()
        framer.append(ByteBuffer(string: "\r\n"))
        #expect(first == .line(ByteBuffer(string: "first")))
        #expect(second == .line(ByteBuffer(string: "second")))
        #expect(framer.next() == .line(ByteBuffer(string: "third")))
    }

    @Test(
        "A sender of single bytes costs in proportion to what it sends",
        .disabled(if: isSanitized, "what work costs is another matter with a sanitizer")
    )
    func slowSenderIsLinear() {
        func send(_ count: Int) {
            var framer = LineFramer(bound: .max)
            let byte = ByteBuffer(bytes: [0x61])
            for _ in 0..<count {
                framer.append(byte)
                guard case .incomplete = framer.next() else { return }
            }
        }
        // Linear work would make this 16; work that looks at, or copies, all pending bytes each time, 256.
        #expect(costRatio(small: { send(4096) }, large: { send(65_536) }) < 64)
    }

    @Test(
        "Taking many lines from one portion costs in proportion to their number",
        .disabled(if: isSanitized, "what work costs is another matter with a sanitizer")
    )
    func manyLinesAreLinear() {
        func take(_ count: Int) {
            var framer = LineFramer(bound: 100)
            framer.append(ByteBuffer(repeating: 0x0A, count: count))
            while case .line = framer.next() {}
        }
        #expect(costRatio(small: { take(4096) }, large: { take(65_536) }) < 64)
    }
}
