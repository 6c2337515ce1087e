// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import Testing

import struct NIOCore.ByteBuffer

/// Lines of replies and events under `response`.
@Suite struct ReplyRewritingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var rewriting: ReplyRewriting
        var line: String
        /// The line that passes; nil where the whole reply must not be shown, "" where the line alone is left out.
        var result: String?

        init(_ rules: [(String, String)], drops: Bool = false, _ line: String, _ result: String?) {
            rewriting = ReplyRewriting(rules, dropsUnmatched: drops)
            self.line = line
            self.result = result
        }

        var testDescription: String { "\(rewriting.rules.map(\.pattern.source)) \(line)" }
    }

    private func outcome(_ rewritten: RewrittenLine) -> String? {
        switch rewritten {
        case .pass(.reply(let line)): String(buffer: line.bytes)
        case .pass(.data(let text)): "data:" + String(buffer: text)
        case .pass(.dataEnd): "data end"
        case .omit: ""
        case .invalid: nil
        }
    }

    static let replyLines: [Row] = [
        Row([], "250-version=1", "250-version=1"),
        Row([("250-version=.*", "250-version=2")], "250-version=1", "250-version=2"),
        Row([("250-(.*)=(.*)", "250-{1}={0}")], "250-a=b", "250-b=a"),
        Row([("250-a", "250-b"), ("250-a", "250-c")], "250-a", "250-b"),
        Row([("250-x", "250-b"), ("250-a", "250-c")], "250-a", "250-c"),
        // Patterns see the whole line with its status, and nothing but the whole.
        Row([("version=.*", "250-x")], "250-version=1", "250-version=1"),
        Row([("250-version", "250-x")], "250-version=1", "250-version=1"),
        Row([(".*", "250 {client-address}")], "250 x", "250 10.152.152.11"),
        // Kind and class of status must stay.
        Row([(".*", "250 x")], "250-a", nil),
        Row([(".*", "250+x=")], "250-a", nil),
        Row([(".*", "250-x")], "250 OK", nil),
        Row([(".*", "250-x")], "250+a=", nil),
        Row([(".*", "650-x")], "250-a", nil),
        Row([(".*", "552-x")], "250-a", nil),
        Row([(".*", "250 OK")], "552 no such key", nil),
        Row([(".*", "250 OK")], "650 BW 1 2", nil),
        Row([(".*", "251 x")], "250 OK", "251 x"),
        Row([(".*", "551 x")], "552 y", "551 x"),
        Row([(".*", "no reply line")], "250 OK", nil),
        Row([(".*", "25")], "250 OK", nil),
        Row([(".*", "")], "250-a", nil),
        Row([(".*", "")], "650 BW 1 2", nil),
        Row([("650 BW (.*) .*", "650 BW {} 0")], "650 BW 1 2", "650 BW 1 0"),
        // `else: drop`.
        Row([("250-a", "250-b")], drops: true, "250-a", "250-b"),
        Row([], drops: true, "250-secret=1", ""),
        Row([], drops: true, "650-secret=1", ""),
        Row([], drops: true, "250 OK", "250 OK"),
        Row([], drops: true, "650 OK", "650 OK"),
        Row([], drops: true, "250 OKsecret", "250 OK"),
        Row([], drops: true, "250 SocksPort=secret", "250 OK"),
        Row([], drops: true, "251 secret", "251 OK"),
        Row([], drops: true, "552 secret", "552 Reply filtered"),
        Row([], drops: true, "250+circuit-status=", "250+circuit-status="),
        Row([], drops: true, "250+circuit-status=secret", nil),
        Row([], drops: true, "650+HS_DESC_CONTENT secret", nil),
    ]

    @Test(arguments: replyLines)
    func aRewrittenLineStaysALineOfItsKindAndClass(_ row: Row) throws {
        let line = try #require(ReplyLine(row.line))
        #expect(outcome(row.rewriting.rewrite(.reply(line), facts: .remote)) == row.result)
    }

    static let dataLines: [Row] = [
        Row([], "1 BUILT", "data:1 BUILT"),
        Row([("(.*) BUILT", "{}")], "1 BUILT", "data:1"),
        Row([("1 .*", "")], "1 BUILT", "data:"),
        Row([("x", "y")], drops: true, "1 BUILT", ""),
        Row([("x", "y")], drops: true, "x", "data:y"),
        Row([("x", ".")], "x", "data:."),
        Row([("x", "250 OK")], "x", "data:250 OK"),
        Row([("250 OK", "y")], "250 OK", "data:y"),
    ]

    @Test(arguments: dataLines)
    func aDataLineIsRewrittenWithoutItsDot(_ row: Row) {
        let line = TorLine.data(ByteBuffer(string: row.line))
        #expect(outcome(row.rewriting.rewrite(line, facts: .remote)) == row.result)
    }

    @Test func theEndOfABlockIsNeverTouched() {
        let rewriting = ReplyRewriting([(".*", "x")], dropsUnmatched: true)
        #expect(outcome(rewriting.rewrite(.dataEnd, facts: .remote)) == "data end")
        var buffer = ByteBuffer()
        let rewritten = ReplyRewriting([("x", ".")]).rewrite(.data(ByteBuffer(string: "x")), facts: .remote)
        guard case .pass(let line) = rewritten else {
            Issue.record("\(rewritten)")
            return
        }
        line.encode(into: &buffer)
        #expect(String(buffer: buffer) == "..\r\n")
    }

    @Test(arguments: [0x00, 0x0A, 0x0D] as [UInt8])
    func aLineBreakInAResultShowsNothing(_ byte: UInt8) {
        let rewriting = ReplyRewriting([(#"250-([\x00-\xff]*)"#, "250-{}")])
        let line = ByteBuffer(bytes: Array("250-a".utf8) + [byte] + Array("250 OK".utf8))
        #expect(rewriting.apply(to: line, facts: .remote) == .failed)
        #expect(rewriting.rewrite(.data(line), facts: .remote) == .invalid)
    }

    @Test func bytesAreTakenOverAsTheyAre() {
        let rewriting = ReplyRewriting([(#"250-([\x00-\xff]*)"#, "250-x{}")])
        let bytes = Array("250-".utf8) + [0xC3, 0x28, 0xFF, 0x09, 0x1B]
        let expected = Array("250-x".utf8) + [0xC3, 0x28, 0xFF, 0x09, 0x1B]
        #expect(
            rewriting.apply(to: ByteBuffer(bytes: bytes), facts: .remote) == .rewritten(ByteBuffer(bytes: expected)))
    }

    /// What a pattern would have said is not known for a line over its bound: nothing of it may be shown.
    @Test func aLineThatCannotBeTriedIsNotShown() {
        let line = ByteBuffer(repeating: UInt8(ascii: "x"), count: Pattern.longestText + 1)
        let rewriting = ReplyRewriting([("y", "z"), ("x*", "x")])
        #expect(rewriting.apply(to: line, facts: .remote) == .failed)
        #expect(rewriting.rewrite(.data(line), facts: .remote) == .invalid)
    }
}
