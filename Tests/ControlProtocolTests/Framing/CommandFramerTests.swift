// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

@Suite struct CommandFramerTests {
    @Test(
        "A line is a command, or malformed for a reason",
        arguments: [
            Row("GETINFO version\r\n", ["GETINFO version"]),
            Row("GETINFO version\n", ["GETINFO version"]),
            Row("getinfo Version\r\n", ["GETINFO Version"]),
            Row("QUIT\r\n", ["QUIT"]),
            Row("QUIT \r\n", ["QUIT"]),
            Row("GETINFO   a  b  \r\n", ["GETINFO a  b  "]),
            Row("X-NEW_1 a\r\n", ["X-NEW_1 a"]),
            Row("GET / HTTP/1.1\r\n", ["GET / HTTP/1.1"]),
            Row("a\r\nb\r\n", ["A", "B"]),
            Row("\r\n", ["empty 0"]),
            Row("\n", ["empty 0"]),
            Row("    \r\n", ["empty 4"]),
            Row(" QUIT\r\n", ["leadingBlank 5"]),
            Row("\tQUIT\r\n", ["forbiddenByte 5"]),
            Row("QUIT\r\r\n", ["forbiddenByte 5 QUIT"]),
            Row("QUIT\rQUIT\r\n", ["forbiddenByte 9 QUIT"]),
            Row("GETINFO\tversion\r\n", ["forbiddenByte 15 GETINFO"]),
            Row("GETINFO a\tb\r\n", ["forbiddenByte 11 GETINFO"]),
            Row("GETINFO a\0\r\n", ["forbiddenByte 10 GETINFO"]),
            Row("\0\r\n", ["forbiddenByte 1"]),
            Row("GETINFO \u{1B}[2J\r\n", ["forbiddenByte 12 GETINFO"]),
            Row("GETINFO \u{7F}\r\n", ["forbiddenByte 9 GETINFO"]),
            Row("GETINFO é\r\n", ["forbiddenByte 10 GETINFO"]),
            Row("é\r\n", ["forbiddenByte 2"]),
            Row("\"QUIT\"\r\n", ["noKeyword 6"]),
            Row("650 OK?\r\n", ["650 OK?"]),
            Row("GET:INFO a\r\n", ["noKeyword 10"]),
            Row("GETINFO=a\r\n", ["noKeyword 9"]),
            Row(".\r\n", ["noKeyword 1"]),
            Row(String(repeating: "K", count: 64) + "\n", [String(repeating: "K", count: 64)]),
            Row(String(repeating: "K", count: 65) + "\n", ["noKeyword 65"]),
        ])
    func line(row: Row<[String]>) {
        for way in Splitting.all(Array(row.input.utf8)) { #expect(describedFrames(way) == row.expected, "\(way)") }
    }

    @Test(
        "A line that begins with + carries a data block, and no line of it is ever a command",
        arguments: [
            Row("+LOADCONF\r\nNickname a\r\n.\r\nQUIT\r\n", ["+LOADCONF |Nickname a", "QUIT"]),
            Row("+LOADCONF\nNickname a\n.\nQUIT\n", ["+LOADCONF |Nickname a", "QUIT"]),
            Row("+LOADCONF\r\n.\r\n", ["+LOADCONF"]),
            Row("+LOADCONF\r\n\r\n.\r\n", ["+LOADCONF |"]),
            Row("+HSPOST a=b  c\r\n.\r\n", ["+HSPOST a=b  c"]),
            Row("+a\r\n..\r\n...\r\n..b\r\n.c\r\n.\r\n", ["+A |. |.. |.b |c"]),
            Row("+a\r\n. \r\n.\r\n", ["+A | "]),
            Row("+a\r\nb\t\u{80}é\r\n.\r\n", ["+A |b\\t\\xc2\\x80\\xc3\\xa9"]),
            Row("+a\r\n+b\r\n.\r\n", ["+A |+b"]),
            Row("+a\r\nQUIT\r\n", []),
            Row("+a\r\nb\0\r\n.\r\nQUIT\r\n", ["forbiddenByteInData 4 A", "QUIT"]),
            Row("+a\r\nb\rc\r\n.\r\nQUIT\r\n", ["forbiddenByteInData 5 A", "QUIT"]),
            Row("+a\r\n\u{1B}\r\nfine\r\n.\r\nQUIT\r\n", ["forbiddenByteInData 9 A", "QUIT"]),
            Row("+a\r\n.\r\r\nQUIT\r\n.\r\n", ["forbiddenByteInData 9 A"]),
            Row("+\r\nQUIT\r\n.\r\nQUIT\r\n", ["empty 7", "QUIT"]),
            Row("+ \r\nQUIT\r\n.\r\nQUIT\r\n", ["empty 8", "QUIT"]),
            Row("+ foo\r\nQUIT\r\n.\r\nQUIT\r\n", ["leadingBlank 11", "QUIT"]),
            Row("+\tfoo\r\nQUIT\r\n.\r\nQUIT\r\n", ["forbiddenByte 11", "QUIT"]),
            Row("++foo\r\nQUIT\r\n.\r\nQUIT\r\n", ["noKeyword 11", "QUIT"]),
            Row("+LOADCONF \0\r\nQUIT\r\n.\r\nQUIT\r\n", ["forbiddenByte 17 LOADCONF", "QUIT"]),
            Row("+é\r\nQUIT\r\n.\r\nQUIT\r\n", ["forbiddenByte 9", "QUIT"]),
            Row(" +foo\r\nQUIT\r\n", ["leadingBlank 5", "QUIT"]),
        ])
    func dataBlock(row: Row<[String]>) {
        for way in Splitting.all(Array(row.input.utf8)) { #expect(describedFrames(way) == row.expected, "\(way)") }
    }

    @Test("Every malformation has a row that shows it")
    func everyMalformation() {
        let shown = frames(.whole(Array("\n Q\nQ\t\n:\n+Q\n\0\n.\n".utf8))).compactMap { frame in
            if case .malformed(let reason, _, _) = frame { reason } else { nil }
        }
        #expect(shown == ClientFrame.Malformation.allCases)
        #expect(Set(shown.map(\.reason)).count == shown.count)
    }

    @Test("A command line may be as long as the bound with its end, and no longer")
    func boundOfLine() {
        let fits = "A " + String(repeating: "x", count: Limits.clientFrame - 3) + "\n"
        #expect(frames(.whole(Array((fits + "QUIT\n").utf8))).count == 2)
        let over = "A " + String(repeating: "x", count: Limits.clientFrame - 2) + "\n"
        #expect(frames(.whole(Array((over + "QUIT\n").utf8))) == [.tooLong])
    }

    @Test("A data block may be as long as the bound with its line ends, and no longer")
    func boundOfBlock() {
        func block(_ length: Int) -> [UInt8] {
            Array(
                ("+A\r\n" + String(repeating: "x", count: 98) + "\r\n" + String(repeating: "y", count: length - 102))
                    .utf8) + Array("\r\n.\r\nQUIT\r\n".utf8)
        }
        #expect(frames(.whole(block(Limits.clientFrame))).count == 2)
        #expect(frames(.whole(block(Limits.clientFrame + 1))) == [.tooLong])
    }

    @Test("A line without an end is given up at the bound, and nothing more is kept")
    func endlessLine() {
        var framer = CommandFramer()
        let portion = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1000)
        var seen: [ClientFrame] = []
        var most = 0
        for _ in 0..<1000 {
            framer.append(portion)
            while let frame = framer.next() { seen.append(frame) }
            most = max(most, framer.pendingBytes)
        }
        #expect(seen == [.tooLong])
        #expect(most < Limits.clientFrame + portion.readableBytes)
        #expect(framer.pendingBytes == 0)
    }

    @Test("A data block without an end is given up at the bound", arguments: ["x", "", "..", "\0"])
    func endlessBlock(line: String) {
        var framer = CommandFramer()
        framer.append(ByteBuffer(string: "+LOADCONF\n"))
        var sent = 0
        while framer.next() == nil, sent < Limits.clientFrame {
            framer.append(ByteBuffer(string: line + "\n"))
            sent += 1
        }
        #expect(sent <= Limits.clientFrame / (max(line.utf8.count, 1) + 1) + 1)
        framer.append(ByteBuffer(string: ".\nQUIT\n"))
        #expect(framer.next() == nil)
        #expect(framer.pendingBytes == 0)
    }

    @Test("The block of a malformed first line is bounded too")
    func endlessMalformedBlock() {
        let junk = Array(("+\n" + String(repeating: "QUIT\n", count: Limits.clientFrame)).utf8)
        #expect(frames(.whole(junk)) == [.tooLong])
    }

    @Test(
        "After a frame that is too long nothing is a command",
        arguments: ["QUIT\r\n", "\r\nQUIT\r\n", "x\r\n.\r\nQUIT\r\n"])
    func nothingAfterTooLong(rest: String) {
        var framer = CommandFramer()
        framer.append(ByteBuffer(repeating: UInt8(ascii: "x"), count: Limits.clientFrame))
        #expect(framer.next() == .tooLong)
        #expect(framer.next() == nil)
        framer.append(ByteBuffer(string: rest))
        #expect(framer.next() == nil)
    }

    @Test(
        "The longest block of empty lines costs in proportion to its length",
        .disabled(if: isSanitized, "what work costs is another matter with a sanitizer")
    )
    func emptyLinesAreLinear() {
        func send(_ lines: Int) {
            _ = frames(.whole(Array(("+A\n" + String(repeating: "\n", count: lines) + ".\n").utf8)))
        }
        #expect(costRatio(small: { send(2000) }, large: { send(32_000) }) < 64)
    }

    @Test("Any way of splitting any stream gives the same frames", arguments: UInt64(0)..<40)
    func splitting(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let stream = generator.text(1...14, of: Self.fragments)
        let bytes = Array(stream.utf8)
        let expected = frames(.whole(bytes))
        for way in Splitting.all(bytes, seed: seed) {
            #expect(frames(way) == expected, "\(visible(stream)) \(way)")
        }
    }

    private static let fragments = [
        "GETINFO version", "+LOADCONF", "+", "SETCONF a=\"b\"", "\r\n", "\n", "\r\n", "\r", ".", "..", "\r\n.\r\n", " ",
        "\t", "\0",
        "é", "x",
    ]

    @Test("Commands that are encoded come back as they were", arguments: UInt64(0)..<40)
    func roundTrip(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var commands: [Command] = []
        for _ in 0..<20 {
            let keyword = try #require(Keyword(generator.text(1...20, from: "abcXYZ019_-")))
            let arguments = String(generator.printable(0...40).drop { $0 == " " })
            let lines = (0..<generator.int(0...5)).map { _ in generator.text(0...6, from: ".. ab\t+é") }
            let body = generator.bool() ? DataBlock(lines: lines) : nil
            commands.append(try #require(Command(keyword: keyword, arguments: arguments, body: body)))
        }
        var buffer = ByteBuffer()
        for command in commands { command.encode(into: &buffer) }
        for way in Splitting.random(Array(buffer.readableBytesView), ways: 5, seed: seed) {
            #expect(frames(way) == commands.map(ClientFrame.command), "\(way)")
        }
    }

    @Test("Random bytes never crash, and what they make a command is one again when encoded", arguments: UInt64(0)..<40)
    func randomBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<50 {
            var bytes = generator.bytes(0...60)
            if generator.bool() { bytes = bytes.map { $0 < 0x80 ? $0 : [0x0A, 0x2B, 0x41, 0x2E][Int($0 & 3)] } }
            let all = frames(.whole(bytes))
            #expect(frames(.byteByByte(bytes)) == all, "\(visible(bytes))")
            for case .command(let command) in all {
                var buffer = ByteBuffer()
                command.encode(into: &buffer)
                #expect(frames(.whole(Array(buffer.readableBytesView))) == [.command(command)], "\(visible(bytes))")
            }
        }
    }

    @Test(
        "A line that is known is taken out whole, and no line is that is part of something else",
        arguments: [
            Row("QUIT\r\nA\r\n", ["known", "A"]),
            Row("QUIT\nA\n", ["known", "A"]),
            Row("QUIT \r\n", ["QUIT"]),
            Row("A\r\nQUIT\r\nQUIT\r\nB\r\n", ["A", "known", "known", "B"]),
            Row("+a\r\nQUIT\r\n.\r\nQUIT\r\n", ["+A |QUIT", "known"]),
            Row("QUIT\r\r\n", ["forbiddenByte 5 QUIT"]),
        ])
    func knownLine(row: Row<[String]>) {
        for way in Splitting.all(Array(row.input.utf8)) {
            var framer = CommandFramer()
            var got: [String] = []
            for portion in way.portions {
                framer.append(portion)
                while true {
                    if framer.skipLine(where: { $0.elementsEqual("QUIT".utf8) }) {
                        got.append("known")
                    } else if let frame = framer.next() {
                        got.append(described(frame))
                    } else {
                        break
                    }
                }
            }
            #expect(got == row.expected, "\(way)")
        }
    }

    @Test("A line beyond the bound is too long, whatever is known of it")
    func knownLineTooLong() {
        var framer = CommandFramer()
        framer.append(ByteBuffer(repeating: 0x41, count: Limits.clientFrame + 1))
        framer.append(ByteBuffer(string: "\r\n"))
        let isTaken = framer.skipLine { _ in true }
        #expect(!isTaken)
        #expect(framer.next() == .tooLong)
    }
}

private func frames(_ splitting: Splitting) -> [ClientFrame] {
    var framer = CommandFramer()
    var frames: [ClientFrame] = []
    for portion in splitting.portions {
        framer.append(portion)
        while let frame = framer.next() { frames.append(frame) }
    }
    return frames
}

/// A command as its line and ` |` before each line of its block; a malformation as its name, length and keyword.
private func describedFrames(_ splitting: Splitting) -> [String] {
    frames(splitting).map { described($0) }
}

private func described(_ frame: ClientFrame) -> String {
    switch frame {
    case .command(let command):
        let block = command.body.map { visible($0.text.readableBytesView) } ?? ""
        let lines = block.isEmpty ? [] : block.split(separator: "\\n", omittingEmptySubsequences: false).dropLast()
        return command.line + lines.map { " |" + $0 }.joined()
    case .malformed(let reason, let keyword, let length):
        return "\(reason) \(length)" + (keyword.map { " \($0)" } ?? "")
    case .tooLong:
        return "too long"
    }
}
