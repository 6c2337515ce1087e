// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import TestSupport
import Testing

@Suite struct ReplyLineTests {
    @Test(
        "A reply line has a status, a kind, a key and a text",
        arguments: [
            Row("250 OK", "250 end OK OK"),
            Row("250-version=0.4.9.1", "250 mid version version=0.4.9.1"),
            Row("250+onions/current=", "250 data onions/current onions/current="),
            Row("650 STREAM 1 NEW 0 a:80", "650 end STREAM STREAM 1 NEW 0 a:80"),
            Row("510 ", "510 end  "),
            Row("250-=a", "250 mid  =a"),
            Row("100  a", "100 end   a"),
            Row("999 a b=c", "999 end a a b=c"),
            Row("551 é\tx", "551 end é\tx é\tx"),
        ])
    func parts(row: Row<String>) throws {
        let line = try #require(ReplyLine(row.input))
        let text = String(decoding: line.text, as: UTF8.self)
        #expect("\(line.status) \(line.kind) \(line.key) \(text)" == row.expected)
        #expect(line.textHasPrefix(String(text.prefix(3))))
        #expect(!line.textHasPrefix(text + "x"))
        var buffer = ByteBuffer()
        line.encode(into: &buffer)
        #expect(String(buffer: buffer) == row.input + "\r\n")
    }

    @Test(
        "What is no reply line is refused",
        arguments: [
            "", "250", "25 OK", "250OK", "250_OK", "099 OK", "000 OK", "1000 OK", " 250 OK", "abc OK", "+50 OK",
            "250 a\nb", "250 a\rb",
            "250 a\0b", "250 OK\r\n", "２５０ OK",
        ])
    func refused(text: String) {
        #expect(ReplyLine(text) == nil)
    }

    @Test(
        "The text is compared as bytes, and its key is told from a longer one",
        arguments: [
            Row("250 OK", "textIs"), Row("250 OKAY", "prefix OK"), Row("250 ok", ""), Row("250 ", ""), Row("250 O", ""),
            Row("250-key=", "key"), Row("250-key", ""), Row("250-keys=1", ""), Row("250-ke=y", ""),
            Row("250-KEY=1", ""),
            Row("250+key=x", "key"), Row("250-key =1", ""), Row("250-key=OK", "key"),
        ])
    func comparing(row: Row<String>) throws {
        let line = try #require(ReplyLine(row.input))
        let found = [
            line.textIs("OK") ? "textIs" : line.textHasPrefix("OK") ? "prefix OK" : nil,
            line.textHasKey("key") ? "key" : nil,
        ]
        #expect(found.compactMap(\.self).joined() == row.expected)
        #expect(line.textHasPrefix(""))
    }

    @Test(
        "The name of an event is its key, if that can be one",
        arguments: [
            "650 BW 1 2", "650 bw", "650 HS_DESC_CONTENT a", "650 ", "650 =", "650  BW", "650 B.W", "650 É 1",
            "650+TRANSPORT_LAUNCHED=x", "650-A-B", "650 0", "250-version=0.4",
        ])
    func eventName(text: String) throws {
        let line = try #require(ReplyLine(text))
        #expect(line.eventName == EventName(line.key))
    }
}
