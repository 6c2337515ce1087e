// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Sessions
import Testing

import struct NIOCore.ByteBuffer

private let moment = Timestamp(microseconds: 1_795_282_502_123_456)

private func line(_ fields: AuditField...) -> String {
    var buffer = ByteBuffer()
    JSONLine.write(fields, to: &buffer)
    return String(decoding: buffer.readableBytesView, as: UTF8.self)
}

private func line(_ record: AuditRecord) -> String {
    var buffer = ByteBuffer()
    JSONLine.write(record, at: moment, to: &buffer)
    return String(decoding: buffer.readableBytesView, as: UTF8.self)
}

@Suite struct JSONLineTests {
    private static let session = AuditedSession(
        number: 7,
        client: AuditedClient(
            Client(
                transport: .unix(socket: nil),
                user: Client.Account(id: 1000, name: "amnesia"),
                processID: 4711,
                executable: "/usr/bin/onionshare",
                label: Client.SecurityLabel(name: "onionshare", mode: "enforce")
            )),
        profiles: ["onionshare", "newnym-only"]
    )
    private static let head = #"{"schema":1,"time":"2026-11-21T17:35:02.123456Z","event":"#
    private static let client =
        #""session":7,"client":{"transport":"unix","uid":1000,"user":"amnesia","pid":4711,"exe":"/usr/bin/onionshare","#
        + #""apparmor":"onionshare","apparmor_mode":"enforce"},"profile":"onionshare,newnym-only""#

    @Test func `a command is told with its parts by their names`() throws {
        let asked = try #require(Command(keyword: .addOnion, arguments: "NEW:BEST Port=80,17600"))
        let sent = try #require(Command(keyword: .addOnion, arguments: "NEW:BEST Port=80,127.0.0.1:17600"))
        let observation = CommandObservation(
            subject: .command(asked), outcome: .forward(sent),
            reason: .rule(RuleOrigin(file: "/etc/onion-grater.d/x.yml", line: 12, column: 9))
        )
        #expect(
            line(AuditRecord(Self.session, .command(observation), cookieFile: ""))
                == Self.head + #""command","# + Self.client
                + #","decision":"rewrite","command":"ADD_ONION","arguments":"NEW:BEST Port=80,17600","#
                + #""forwarded":"ADD_ONION NEW:BEST Port=80,127.0.0.1:17600","rule":"/etc/onion-grater.d/x.yml:12:9","reason":"a rule allows it"}"#
                + "\n"
        )
    }

    @Test(arguments: AuditRecordTests.records)
    func `a record is written as its fields are`(record: AuditRecord) {
        var repeated = record
        repeated.repeated = 3
        for record in [record, repeated] {
            var buffer = ByteBuffer()
            JSONLine.write(record.fields(at: moment), to: &buffer)
            #expect(line(record) == String(decoding: buffer.readableBytesView, as: UTF8.self))
        }
    }

    @Test func `of what could not be read the length is told, and a count of equal ones`() {
        let observation = CommandObservation(
            subject: .malformed(keyword: nil, length: 70_000), outcome: .filter, reason: .noRule)
        var record = AuditRecord(Self.session, .command(observation), cookieFile: "")
        record.repeated = 3
        #expect(
            line(record)
                == Self.head + #""command","# + Self.client
                + #","decision":"filter","command":"?","length":70000,"reason":"no rule matches","repeated":3}"# + "\n"
        )
    }

    @Test func `what concerns no session has none`() {
        #expect(
            line(AuditRecord(nil, .reloaded(profiles: 3, leftOut: ["/etc/a.yml"])))
                == Self.head + #""reloaded","profiles":3,"left_out":["/etc/a.yml"]}"# + "\n")
    }

    @Test(arguments: [
        (#"a"b\c"#, #""a\"b\\c""#),
        ("x\u{1B}[2J\n\u{0}\u{7F}", #""x\u001b[2J\u000a\u0000\u007f""#),
        ("ä\u{202E}😀", #""\u00e4\u202e\ud83d\ude00""#),
        ("</script>", #""</script>""#),
        ("", #""""#),
    ])
    func `texts are written in printable ASCII`(text: String, json: String) {
        #expect(line(AuditField(name: "t", value: .text(text))) == "{\"t\":\(json)}\n")
    }

    @Test func `a text without end is cut, and its length told`() {
        let text = line(AuditField(name: "t", value: .text(String(repeating: "é", count: 10_000))))
        #expect(text.utf8.count < 13_000)
        #expect(text.hasSuffix(#"... (20000 bytes)"}"# + "\n"))
    }

    @Test(arguments: AuditRecordTests.records)
    func `a record is one line, whatever names are made of`(record: AuditRecord) {
        let text = line(record)
        #expect(text.utf8.dropLast().allSatisfy { (0x20...0x7E).contains($0) })
        #expect(text.hasSuffix("}\n"))
        #expect(
            JournalEntry(record, at: moment).datagram.readableBytesView.allSatisfy {
                $0 == 0x0A || (0x20...0x7E).contains($0)
            })
    }

    @Test func `the journal gets the readable line, and each part in a field`() throws {
        let command = try #require(Command(keyword: .getInfo, arguments: "address"))
        let record = AuditRecord(
            Self.session,
            .command(CommandObservation(subject: .command(command), outcome: .filter, reason: .noRule)), cookieFile: "")
        let lines = String(decoding: JournalEntry(record, at: moment).datagram.readableBytesView, as: UTF8.self).split(
            separator: "\n")
        for line in [
            "MESSAGE=session 7: filter: GETINFO address (no rule matches)", "PRIORITY=5",
            "SYSLOG_IDENTIFIER=onion-sieve",
            "ONION_SIEVE_DECISION=filter", "ONION_SIEVE_CLIENT_UID=1000", "ONION_SIEVE_COMMAND=GETINFO",
            "ONION_SIEVE_ARGUMENTS=address", "ONION_SIEVE_PROFILE=onionshare,newnym-only",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }
}
