// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import TestSupport
import Testing

import struct NIOCore.ByteBuffer

private let moment = Timestamp(microseconds: 1_795_282_502_123_456)

private func line(_ record: AuditRecord) -> [UInt8] {
    var buffer = ByteBuffer()
    JSONLine.write(record.fields(at: moment), to: &buffer)
    return Array(buffer.readableBytesView)
}

@Suite struct TrailLineTests {
    @Test func `every record that is written is read back with all its parts`() {
        for seed in seeds(2000) {
            var generator = SplitMix64(seed: seed)
            let record = MadeUpRecord.any(&generator)
            let told = record.told(at: moment)
            #expect(TrailLine(line(record)) == .record(told), "seed \(seed)")
            #expect(told.line == record.line)
        }
    }

    private static let head = #"{"schema":1,"time":"2026-11-21T17:35:02.123456Z","event":"#

    /// What stands behind ``head``.
    private static let badRests: [String] = [
        #"7}"#,
        #"null}"#,
        #""tor-lost"} x"#,
        #""tor-lost"}{}"#,
        #""tor-lost""#,
        #""tor-lost","event":"tor-lost"}"#,
        #""tor-lost","session":"7"}"#,
        #""tor-lost","session":-7}"#,
        #""tor-lost","session":7.5}"#,
        #""tor-lost","session":99999999999999999999}"#,
        #""tor-lost","repeated":0}"#,
        #""tor-lost","repeated":true}"#,
        #""tor-lost","complain":1}"#,
        #""tor-lost","reason":null}"#,
        #""tor-lost","reason":["a"]}"#,
        #""tor-lost","client":"unix"}"#,
        #""tor-lost","client":{}}"#,
        #""tor-lost","client":{"transport":"carrier pigeon"}}"#,
        #""tor-lost","client":{"transport":"unix","uid":4294967296}}"#,
        #""tor-lost","client":{"transport":"loopback","port":65536}}"#,
        #""tor-lost","client":{"transport":"unix","pid":2147483648}}"#,
        #""tor-lost","client":{"transport":"unix","transport":"unix"}}"#,
        #""reloaded","left_out":"a"}"#,
        #""reloaded","left_out":["a",1]}"#,
        #""command"}"#,
        #""command","command":"GETINFO"}"#,
        #""command","command":"GETINFO","decision":"shrug"}"#,
        "\"tor-lost\",\"reason\":\"\u{1B}[2J\"}",
        #""tor-lost","reason":"\ud800"}"#,
        #""tor-lost","a\u0000b":1}"#,
        #""tor-lost","more":1e999}"#,
    ]

    private static let notOurs: [String] = [
        "",
        "\n",
        "{}",
        "[]",
        "1",
        "null",
        #"{"schema":9223372036854775808}"#,
        #"{"schema":0}"#,
        #"{"schema":-1}"#,
        #"{"schema":1.0}"#,
        #"{"schema":1e0}"#,
        #"{"schema":"1"}"#,
        #"{"schema":1}"#,
        #"{"schema":1,"schema":2}"#,
        #"{"schema":1,"time":"yesterday","event":"tor-lost"}"#,
        #"{"schema":1,"time":"2026-02-30T00:00:00Z","event":"tor-lost"}"#,
        #"{"schema":1,"time":1795282502,"event":"tor-lost"}"#,
        String(repeating: "[", count: 1 << 20),
        String(repeating: #"{"a":"#, count: 200_000),
        #"{"schema":1,"more":"# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}",
        "Nov 21 17:35:02 tails tor[1]: Bootstrapped 100%",
        #"{"level":"info","msg":"started"}"#,
    ]

    @Test(arguments: badRests.map { head + $0 } + notOurs)
    func `what is no record gives none`(text: String) {
        #expect(TrailLine(text.utf8) == .foreign)
    }

    @Test(arguments: [(#"{"schema":2}"#, UInt64(2)), (#"{"schema":9223372036854775807,"time":7}"#, UInt64(Int64.max))])
    func `a later schema is known as such, and nothing else of it`(text: String, schema: UInt64) {
        #expect(TrailLine(text.utf8) == .later(schema: schema))
    }

    @Test(
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x00], [0x1B]] as [[UInt8]])
    func `bytes that are no UTF-8, and bare control characters, are no text`(bytes: [UInt8]) {
        let line = Array((Self.head + #""tor-lost","reason":""#).utf8) + bytes + Array(#""}"#.utf8)
        #expect(TrailLine(line) == .foreign)
    }

    @Test func `texts may hold anything that JSON can say`() throws {
        let text = Self.head + #""torn\u0000\n","reason":"\u202e\ud83e\uddc5 <b>ü","more":[{"of":"it"}]}"# + "\r"
        guard case .record(let record) = TrailLine(text.utf8) else {
            Issue.record("it was not read")
            return
        }
        #expect(record.kind == .other("torn\0\n"))
        #expect(record.reason == "\u{202E}🧅 <b>ü")
        #expect(record.line == #""# + #"torn\x00\x0a: \xe2\x80\xae\xf0\x9f\xa7\x85 <b>\xc3\xbc"#)
    }

    @Test(arguments: [
        ["a"], ["a", "b"], ["a,b"], ["a,b", "c"], [#"a\"#, "b"], [#"a\,b"#], [""], ["", ""], [",", #"\"#],
        ["ä,\u{301}"],
    ])
    func `names of profiles are told apart whatever they are made of`(names: [String]) {
        let record = AuditRecord(AuditedSession(number: 1, client: nil, profiles: names), .connected)
        guard case .record(let read) = TrailLine(line(record)) else {
            Issue.record("it was not read")
            return
        }
        #expect(read.profiles == names)
    }

    @Test func `what is too long is read as it was cut`() {
        let record = AuditRecord(nil, .auditFailed(reason: String(repeating: "ä", count: 5000)))
        guard case .record(let read) = TrailLine(line(record)) else {
            Issue.record("it was not read")
            return
        }
        #expect(read.reason == String(repeating: "ä", count: 2048) + "... (10000 bytes)")
    }
}
