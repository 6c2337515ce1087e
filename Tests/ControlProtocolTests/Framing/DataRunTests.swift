// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

/// Lines of a data block that are passed at once must be those that would be written so one by one.
struct DataRunTests {
    /// What the client is sent, and whether tor's bytes were refused.
    private static func encoded(_ portions: [ByteBuffer], inRuns: Bool) -> (bytes: [UInt8], isRefused: Bool, runs: Int)
    {
        var framer = ReplyFramer()
        var output = ByteBuffer()
        var runs = 0
        for portion in portions {
            framer.append(portion)
            do throws(ProtocolViolation) {
                while true {
                    if inRuns, let run = framer.nextDataRun() {
                        runs += 1
                        output.writeImmutableBuffer(run)
                        continue
                    }
                    guard let line = try framer.next() else { break }
                    line.encode(into: &output)
                }
            } catch {
                return (Array(output.readableBytesView), true, runs)
            }
        }
        return (Array(output.readableBytesView), false, runs)
    }

    @Test(
        "A run ends before what is written otherwise than it came, and before the end of the block",
        arguments: [
            Row("250+a=\r\nx\r\ny\r\n.\r\n250 OK\r\n", 1),
            Row("250+a=\r\n.\r\n250 OK\r\n", 0),
            Row("250+a=\r\nx\n.\r\n250 OK\r\n", 0),
            Row("250+a=\r\n\r\n\r\n.\n250 OK\r\n", 1),
            Row("250+a=\r\n..\r\n...x\r\n.\r\n250 OK\r\n", 1),
            Row("250+a=\r\n.x\r\ny\r\n.\r\n", 1),
            Row("250+a=\r\nx\r\ny\nz\r\n.\r\n", 2),
            Row("250+a=\r\nx\r\r\n\0\r\n.\r\n", 1),
            Row("250-a=x\r\n250 OK\r\n", 0),
        ])
    func ends(row: Row<Int>) {
        let bytes = [ByteBuffer(string: row.input)]
        let inRuns = Self.encoded(bytes, inRuns: true)
        #expect(inRuns.runs == row.expected)
        #expect(inRuns.bytes == Self.encoded(bytes, inRuns: false).bytes)
    }

    @Test func `runs give the bytes that single lines give, however the bytes arrive`() {
        var random = SplitMix64(seed: 88)
        let pieces = ["\r\n", "\r\n", "\n", "\r", ".", "..", "a", "a line\r\n", "\0", "é", "\r\n.\r\n", "250 OK\r\n"]
        for _ in 0..<400 {
            let text = "250+key=\r\n" + random.text(0...8, of: pieces)
            for way in Splitting.all(Array(text.utf8)) {
                let portions = Array(way.portions)
                let lines = Self.encoded(portions, inRuns: false)
                let runs = Self.encoded(portions, inRuns: true)
                #expect(runs.bytes == lines.bytes && runs.isRefused == lines.isRefused, "\(text.debugDescription)")
            }
        }
    }

    @Test func `a line over the bound is refused behind a run as well`() {
        var bytes = ByteBuffer(string: "250+key=\r\nshort\r\n")
        bytes.writeRepeatingByte(UInt8(ascii: "x"), count: Limits.torLine)
        bytes.writeString("\r\n")
        for inRuns in [false, true] {
            let result = Self.encoded([bytes], inRuns: inRuns)
            #expect(result.isRefused)
            #expect(result.bytes == Array("250+key=\r\nshort\r\n".utf8))
        }
    }
}
