// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import TestSupport
import Testing

import struct NIOCore.ByteBuffer

@Suite struct LineSplitterTests {
    private static func lines(_ pieces: [[UInt8]]) -> (lines: [[UInt8]?], rest: LineSplitter.Rest?) {
        var splitter = LineSplitter()
        var lines: [[UInt8]?] = []
        for piece in pieces {
            piece.withUnsafeBytes { splitter.split($0) { line in lines.append(line.map { Array($0) }) } }
        }
        return (lines, splitter.finish())
    }

    @Test func `lines are the same however they arrive`() {
        let bytes = Array("one\n\ntwo\r\n\0three\nfour".utf8)
        let expected = ["one", "", "two\r", "\0three"].map { Optional(Array($0.utf8)) }
        for way in Splitting.all(bytes) {
            let (lines, rest) = Self.lines(way.portions.map { Array($0.readableBytesView) })
            #expect(lines == expected, "\(way)")
            #expect(rest == .line(Array("four".utf8)), "\(way)")
        }
    }

    @Test(arguments: [0, 1]) func `a line beyond the bound is left out whole, and only that`(excess: Int) {
        let long = [UInt8](repeating: 0x78, count: LineSplitter.lineLimit + excess)
        let stream = Array("a\n".utf8) + long + Array("\nb\n".utf8)
        let half = stream.count / 2
        for pieces in [
            [stream], [Array(stream[..<half]), Array(stream[half...])], [Array("a\n".utf8), long, Array("\nb\n".utf8)],
        ] {
            let (lines, rest) = Self.lines(pieces)
            #expect(lines == [[0x61], excess == 0 ? long : nil, [0x62]])
            #expect(rest == nil)
        }
    }

    @Test func `a long line that does not end is not kept`() {
        var splitter = LineSplitter()
        let piece = [UInt8](repeating: 0, count: 1 << 16)
        for _ in 0..<64 { piece.withUnsafeBytes { splitter.split($0) { _ in Issue.record("a line") } } }
        #expect(splitter.isInLine)
        #expect(splitter.finish() == .tooLong)
        #expect(!splitter.isInLine)
        #expect(splitter.finish() == nil)
    }
}
