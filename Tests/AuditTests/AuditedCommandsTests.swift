// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Sessions
import TestSupport
import Testing

import struct NIOCore.ByteBuffer

@Suite struct AuditedCommandsTests {
    private static func observation(
        _ keyword: Keyword,
        _ arguments: String,
        _ outcome: CommandObservation.Outcome = .filter,
        _ reason: Reason = .noRule
    ) throws -> CommandObservation {
        CommandObservation(
            subject: .command(try #require(Command(keyword: keyword, arguments: arguments))), outcome: outcome,
            reason: reason)
    }

    @Test func `a command that comes again is the same record, and one that differs in anything is not`() throws {
        var commands = AuditedCommands()
        let version = try Self.observation(.getInfo, "version")
        let first = commands.command(version)
        let again = commands.command(version)
        #expect(first === again)
        let sent = try #require(Command(keyword: .getInfo, arguments: "version"))
        let others = [
            try Self.observation(.getInfo, "address"),
            try Self.observation(.getConf, "version"),
            try Self.observation(.getInfo, "version", .answer),
            try Self.observation(.getInfo, "version", .forward(sent)),
            try Self.observation(.getInfo, "version", .filter, .noProfile),
            try Self.observation(.getInfo, "version", .filter, .denied(by: RuleOrigin(file: "a", line: 1, column: 1))),
            try Self.observation(.getInfo, "version", .filter, .denied(by: RuleOrigin(file: "a", line: 2, column: 1))),
        ]
        for other in others {
            let told = commands.command(other)
            #expect(told !== first)
            #expect(told == AuditedCommand(other))
        }
        let distinct = Set(others.map { commands.command($0) })
        #expect(distinct.count == others.count)
    }

    @Test(arguments: [
        (Keyword.authenticate, "\"hunter2\""), (.addOnion, "ED25519-V3:AAAA Port=80"),
        (.setConf, "HashedControlPassword=16:AA"),
        (.getInfo, "hunter2"), (.getConf, "hunter2"),
    ])
    func `nothing is kept that a record does not show`(keyword: Keyword, arguments: String) throws {
        var commands = AuditedCommands()
        let observation = try Self.observation(keyword, arguments)
        let first = commands.command(observation)
        let again = commands.command(observation)
        #expect(first !== again)
        #expect(first == again)
    }

    @Test func `what was sent instead is not kept either if it holds a secret`() throws {
        var commands = AuditedCommands()
        let sent = try #require(Command(keyword: .addOnion, arguments: "ED25519-V3:AAAA Port=80"))
        let observation = try Self.observation(.getInfo, "version", .forward(sent))
        let first = commands.command(observation)
        let again = commands.command(observation)
        #expect(first !== again)
    }

    @Test func `one that comes again and again is kept however many others come`() throws {
        var commands = AuditedCommands()
        let version = try Self.observation(.getInfo, "version")
        let first = commands.command(version)
        var others: [AuditedCommand] = []
        for number in 0..<1000 {
            let other = try Self.observation(
                .getInfo, "ip-to-country/192.0.2.\(number % 256)", .filter,
                .denied(by: RuleOrigin(file: "a", line: number, column: 1)))
            others.append(commands.command(other))
            let again = commands.command(version)
            #expect(again === first)
        }
        let oldest = try Self.observation(
            .getInfo, "ip-to-country/192.0.2.0", .filter,
            .denied(by: RuleOrigin(file: "a", line: 0, column: 1)))
        let anew = commands.command(oldest)
        #expect(anew !== others[0])
    }

    @Test func `lines of one writer are those of many`() {
        var writer = RecordWriter()
        var together = ByteBuffer()
        var oneByOne = ByteBuffer()
        for (index, record) in AuditRecordTests.records.enumerated() {
            for repeated in [1, 7] {
                var record = record
                record.repeated = repeated
                let time = Timestamp(microseconds: 1_795_282_502_123_456 + Int64(index / 3))
                writer.write(record, at: time, to: &together)
                var fields = ByteBuffer()
                JSONLine.write(record.fields(at: time), to: &fields)
                oneByOne.writeImmutableBuffer(fields)
            }
        }
        #expect(together == oneByOne)
    }
}
