// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

@Suite struct ReplyFramerTests {
    /// Reply lines as they are, `|` before a data line, `|.` for the end of data, `!` and the violation that ends all.
    private static func described(_ splitting: Splitting) -> [String] {
        var framer = ReplyFramer()
        var lines: [String] = []
        for portion in splitting.portions {
            framer.append(portion)
            do {
                while let line = try framer.next() {
                    switch line {
                    case .reply(let reply): lines.append("\(reply.kind): " + visible(reply.bytes.readableBytesView))
                    case .data(let data): lines.append("|" + visible(data.readableBytesView))
                    case .dataEnd: lines.append("|.")
                    }
                }
            } catch {
                return lines + ["! \(error)"]
            }
        }
        return lines
    }

    @Test(
        "Lines from tor are mid, data or end lines, and what stands in a data block is data",
        arguments: [
            Row("250 OK\r\n", ["end: 250 OK"]),
            Row("250 OK\n", ["end: 250 OK"]),
            Row("250 \r\n", ["end: 250 "]),
            Row("250-version=1\r\n250 OK\r\n", ["mid: 250-version=1", "end: 250 OK"]),
            Row("250+a=\r\nb\r\n.\r\n250 OK\r\n", ["data: 250+a=", "|b", "|.", "end: 250 OK"]),
            Row(
                "250+a=\n650 BW 1 2\n250 OK\n250-x\n.\n250 OK\n",
                ["data: 250+a=", "|650 BW 1 2", "|250 OK", "|250-x", "|.", "end: 250 OK"]),
            Row("250+a=\r\n..\r\n..a\r\n.b\r\n\r\n.\r\n", ["data: 250+a=", "|.", "|.a", "|b", "|", "|."]),
            Row("250+a=\r\n250+b=\r\n.\r\n250 OK\r\n", ["data: 250+a=", "|250+b=", "|.", "end: 250 OK"]),
            Row("250+a=\r\n\0\r\u{1B}é\r\n.\r\n", ["data: 250+a=", "|\\x00\\r\\x1b\\xc3\\xa9", "|."]),
            Row(
                "650+HS_DESC_CONTENT a\r\nb\r\n.\r\n650 OK\r\n",
                ["data: 650+HS_DESC_CONTENT a", "|b", "|.", "end: 650 OK"]),
            Row("650 BW 1 2", []),
        ])
    func lines(row: Row<[String]>) {
        for way in Splitting.all(Array(row.input.utf8)) { #expect(Self.described(way) == row.expected, "\(way)") }
    }

    @Test(
        "A line that is no reply line ends the connection",
        arguments: [
            "\r\n", "250\r\n", "25 OK\r\n", "25O OK\r\n", "250_OK\r\n", "250\tOK\r\n", " 250 OK\r\n", "2500 OK\r\n",
            "099 OK\r\n",
            "000 OK\r\n", "-50 OK\r\n", "250 a\0b\r\n", "250 a\rb\r\n", "250 a\r\r\n", ".\r\n", "HTTP/1.1 200 OK\r\n",
            "٢٥٠ OK\r\n",
        ])
    func malformed(line: String) {
        for way in Splitting.all(Array(("250 OK\r\n" + line + "250 OK\r\n").utf8)) {
            #expect(Self.described(way) == ["end: 250 OK", "! malformedReplyLine"], "\(way)")
        }
    }

    @Test("A line may be as long as the bound with its end, in a data block too, and no longer")
    func bound() {
        let fits = String(repeating: "x", count: Limits.torLine - 5)
        #expect(Self.described(.whole(Array("250 \(fits)\n".utf8))).count == 1)
        #expect(Self.described(.whole(Array("250 \(fits)x\n".utf8))) == ["! lineTooLong"])
        #expect(Self.described(.whole(Array("250+a=\n\(fits)1234\n.\n".utf8))).count == 3)
        #expect(Self.described(.whole(Array("250+a=\n\(fits)12345".utf8))) == ["data: 250+a=", "! lineTooLong"])
    }

    @Test("A data block may be endless, and nothing of it is kept")
    func endlessData() throws {
        var framer = ReplyFramer()
        framer.append(ByteBuffer(string: "250+a=\r\n"))
        _ = try framer.next()
        for _ in 0..<10_000 {
            framer.append(ByteBuffer(string: "some line of data\r\n"))
            while try framer.next() != nil {}
            #expect(framer.pendingBytes == 0)
        }
    }

    @Test("Any way of splitting any stream gives the same lines", arguments: UInt64(0)..<40)
    func splitting(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let pieces = [
            "250 OK", "250-a=b", "250+c=", "650 BW 1 2", "\r\n", "\r\n", "\n", ".", "\r\n.\r\n", "\r", "x", "\0",
        ]
        let stream = "250+start=\r\n" + generator.text(1...14, of: pieces)
        let bytes = Array(stream.utf8)
        let expected = Self.described(.whole(bytes))
        for way in Splitting.all(bytes, seed: seed) {
            #expect(Self.described(way) == expected, "\(visible(stream)) \(way)")
        }
    }

    @Test("What is read and encoded is what tor sent", arguments: UInt64(0)..<30)
    func roundTrip(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var stream = ByteBuffer()
        for _ in 0..<10 {
            let text = generator.printable(0...30)
            switch generator.int(0...2) {
            case 0: stream.writeString("250-\(text)\r\n")
            case 1: stream.writeString("650 \(text)\r\n")
            default:
                stream.writeString("250+\(text)\r\n")
                DataBlock(lines: (0..<generator.int(0...4)).map { _ in generator.text(0...4, from: "..a ") })
                    .encode(into: &stream)
            }
        }
        var framer = ReplyFramer()
        framer.append(stream)
        var encoded = ByteBuffer()
        while let line = try framer.next() { line.encode(into: &encoded) }
        #expect(String(buffer: encoded) == String(buffer: stream))
    }

    @Test("Random bytes never crash", arguments: UInt64(0)..<20)
    func randomBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let bytes = Array("250+a\n".utf8.prefix(generator.int(0...6))) + generator.bytes(0...60)
            #expect(Self.described(.whole(bytes)) == Self.described(.byteByByte(bytes)), "\(visible(bytes))")
        }
    }
}
