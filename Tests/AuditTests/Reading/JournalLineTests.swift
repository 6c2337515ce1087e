// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import TestSupport
import Testing

import struct NIOCore.ByteBuffer

private let moment = Timestamp(microseconds: 1_795_282_502_123_456)

@Suite struct JournalLineTests {
    private static let trust = JournalTrust(users: [106])
    private static let daemon = #""_UID":"0","_SYSTEMD_UNIT":"onion-sieve.service""#

    /// An entry as journalctl prints it, with fields that it has several times in arrays.
    private static func printed(_ entry: JournalEntry, and more: String) -> String {
        var values: [(name: String, texts: [String])] = []
        for line in String(decoding: entry.datagram.readableBytesView, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            if let index = values.firstIndex(where: { $0.name == parts[0] }) {
                values[index].texts.append(parts[1])
            } else {
                values.append((parts[0], [parts[1]]))
            }
        }
        func json(_ text: String) -> String {
            "\"" + text.reduce(into: "") { $0 += "\"\\".contains($1) ? "\\\($1)" : "\($1)" } + "\""
        }
        let members = values.map { value in
            let texts = value.texts.map(json)
            return json(value.name) + ":" + (texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ",") + "]")
        }
        return "{" + (members + [more]).joined(separator: ",") + "}"
    }

    @Test func `every record in the journal is read back, with its texts as they were made visible`() {
        for seed in seeds(1000) {
            var generator = SplitMix64(seed: seed)
            let told = MadeUpRecord.any(&generator).told(at: moment).visible
            var record = AuditRecord(nil, .torLost)
            generator = SplitMix64(seed: seed)
            record = MadeUpRecord.any(&generator)
            let entry = Self.printed(JournalEntry(record, at: moment), and: Self.daemon)
            #expect(JournalLine(entry.utf8, trusting: Self.trust) == .trail(.record(told)), "seed \(seed)")
        }
    }

    private static let lost =
        #""ONION_SIEVE_SCHEMA":"1","ONION_SIEVE_TIME":"2026-11-21T17:35:02.123456Z","ONION_SIEVE_EVENT":"tor-lost""#
    private static var record: TrailRecord { TrailRecord(time: moment, kind: .torLost) }

    @Test(arguments: [
        (#""_UID":"0""#, true),
        (#""_UID":"106""#, true),
        (#""_UID":"1000","_SYSTEMD_UNIT":"onion-sieve.service""#, true),
        (#""_UID":"1000""#, false),
        (#""_UID":"1000","_SYSTEMD_UNIT":"user@1000.service","_SYSTEMD_USER_UNIT":"onion-sieve.service""#, false),
        (#""_UID":"1000","_SYSTEMD_UNIT":"onion-sieve.service.service""#, false),
        (#""_UID":"1000","SYSLOG_IDENTIFIER":"onion-sieve","_COMM":"onion-sieve","UNIT":"onion-sieve.service""#, false),
        (#""UID":"0","SYSTEMD_UNIT":"onion-sieve.service""#, false),
        (#""_UID":["0","1000"]"#, false),
        (#""_UID":0"#, false),
        (#""_UID":"","_SYSTEMD_UNIT":null"#, false),
        (#""_EXE":"/usr/sbin/onion-sieve""#, false),
    ])
    func `a record counts by who sent it, as journald knows it`(sender: String, isTrusted: Bool) {
        let entry = "{\(Self.lost),\(sender)}"
        let line = JournalLine(entry.utf8, trusting: Self.trust)
        if isTrusted {
            #expect(line == .trail(.record(Self.record)))
        } else if case .untrusted = line {
        } else {
            Issue.record("\(String(describing: line))")
        }
    }

    @Test func `a sender who is not trusted is told without being obeyed`() throws {
        let entry = "{\(Self.lost)," + #""_UID":"1000","_EXE":"/tmp/\u001b[2J x","_SYSTEMD_UNIT":"user@1000.service"}"#
        guard case .untrusted(let sender) = JournalLine(entry.utf8, trusting: Self.trust) else {
            Issue.record("it counts")
            return
        }
        #expect(sender.text == #"uid=1000 unit=user@1000.service exe="/tmp/\x1b[2J x""#)
    }

    @Test func `a line of a trail that was caught from standard error is a record`() {
        let message =
            #""{\"schema\":1,\"time\":\"2026-11-21T17:35:02.123456Z\",\"event\":\"tor-lost\"}""#
        let entry = #"{"MESSAGE":\#(message),\#(Self.daemon)}"#
        #expect(JournalLine(entry.utf8, trusting: Self.trust) == .trail(.record(Self.record)))
        let forged = #"{"MESSAGE":\#(message),"_UID":"1000"}"#
        #expect(JournalLine(forged.utf8, trusting: Self.trust) == .untrusted(JournalSender(uid: 1000)))
    }

    @Test(arguments: [
        #"{"MESSAGE":"onion-sieve 0.1.0 is ready",\#(daemon)}"#,
        #"{"MESSAGE":"{\"level\":\"info\"}",\#(daemon)}"#,
        #"{"MESSAGE":null,\#(daemon)}"#,
        #"{"MESSAGE":[123,125],\#(daemon)}"#,
        "{}",
    ])
    func `what the daemon says besides is none`(entry: String) {
        #expect(JournalLine(entry.utf8, trusting: Self.trust) == .other)
    }

    private static let badSchemas: [String] = [
        #""ONION_SIEVE_SCHEMA":"01""#,
        #""ONION_SIEVE_SCHEMA":"+1""#,
        #""ONION_SIEVE_SCHEMA":1"#,
        #""ONION_SIEVE_SCHEMA":["1","1"]"#,
    ]

    /// What stands beside ``lost``.
    private static let badFields: [String] = [
        #""ONION_SIEVE_REASON":["a","b"]"#,
        #""ONION_SIEVE_REASON":null"#,
        #""ONION_SIEVE_REASON":[255]"#,
        #""ONION_SIEVE_REASON":[256]"#,
        #""ONION_SIEVE_REASON":[97,"b"]"#,
        #""ONION_SIEVE_COMPLAIN":"yes""#,
        #""ONION_SIEVE_CLIENT_TRANSPORT":"unix","ONION_SIEVE_CLIENT_UID":"-1""#,
    ]

    @Test(arguments: badSchemas + badFields.map { "\(lost),\($0)" })
    func `a field that is not as it must be makes no record`(fields: String) {
        #expect(JournalLine("{\(fields),\(Self.daemon)}".utf8, trusting: Self.trust) == .trail(.foreign))
    }

    @Test func `an entry of a later schema is known as such`() {
        let entry = #"{"ONION_SIEVE_SCHEMA":"2",\#(Self.daemon)}"#
        #expect(JournalLine(entry.utf8, trusting: Self.trust) == .trail(.later(schema: 2)))
    }

    @Test func `a field that journalctl prints as bytes is read`() {
        var record = Self.record
        record.reason = "a\u{1B}"
        let entry = "{\(Self.lost),\"ONION_SIEVE_REASON\":[97,27],\(Self.daemon)}"
        #expect(JournalLine(entry.utf8, trusting: Self.trust) == .trail(.record(record)))
    }

    @Test(arguments: ["", "[]", "-- No entries --", "{"]) func `what journalctl never prints is nothing`(text: String) {
        #expect(JournalLine(text.utf8, trusting: Self.trust) == nil)
    }

    @Test func `journalctl is asked for every field of a record`() {
        for seed in seeds(1000) {
            var generator = SplitMix64(seed: seed)
            let datagram = JournalEntry(MadeUpRecord.any(&generator), at: moment).datagram
            let names = String(decoding: datagram.readableBytesView, as: UTF8.self).split(separator: "\n")
                .map { String($0.prefix { $0 != "=" }) }
            let unasked = Set(names).subtracting(JournalLine.fieldNames).subtracting(["PRIORITY", "SYSLOG_IDENTIFIER"])
            #expect(unasked.isEmpty)
        }
    }
}

extension TrailRecord {
    /// With every text as the journal has it.
    fileprivate var visible: TrailRecord {
        var record = self
        // The names are told apart before they are made visible.
        record.profiles = profiles.map { $0.visible }
        record.arguments = arguments?.visible
        record.forwarded = forwarded?.visible
        record.rule = rule?.visible
        record.reason = reason?.visible
        record.version = version?.visible
        record.leftOut = leftOut.map(\.visible)
        record.client?.socket = client?.socket?.visible
        record.client?.address = client?.address?.visible
        record.client?.user = client?.user?.visible
        record.client?.executable = client?.executable?.visible
        record.client?.claimedExecutable = client?.claimedExecutable?.visible
        record.client?.executableDoubt = client?.executableDoubt?.visible
        record.client?.label = client?.label?.visible
        record.client?.labelMode = client?.labelMode?.visible
        record.client?.unit = client?.unit?.visible
        record.client?.unitDoubt = client?.unitDoubt?.visible
        return record
    }
}
