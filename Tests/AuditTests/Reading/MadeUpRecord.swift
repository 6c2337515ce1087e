// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Sessions
import TestSupport
import TorLink

/// Records of all kinds, with texts of all kinds.
enum MadeUpRecord {
    static func any(_ generator: inout SplitMix64) -> AuditRecord {
        var record =
            generator.int(0...4) == 0
            ? AuditRecord(nil, event(&generator)) : AuditRecord(session(&generator), event(&generator))
        if generator.bool() { record.repeated = generator.int(1...1_000_000) }
        return record
    }

    static func text(_ generator: inout SplitMix64) -> String {
        generator.text(
            0...8,
            of: [
                "a", "B", "/usr/bin/", ",", "\\", "\"", "\n", "\r\n", "\0", "\u{1B}[2J", "\u{7F}", "\u{9B}", "ä",
                "e\u{301}",
                "\u{202E}", "\u{FEFF}", "\u{FFFF}", "🧅", "\u{10FFFF}", "<script>", " ", "{", "}", "=", ";",
            ])
    }

    private static func maybe<Value>(
        _ generator: inout SplitMix64, _ value: (inout SplitMix64) -> Value
    ) -> Value? {
        generator.bool() ? value(&generator) : nil
    }

    private static func session(_ generator: inout SplitMix64) -> AuditedSession {
        AuditedSession(
            number: UInt64(generator.int(1...Int.max)),
            client: maybe(&generator, client),
            profiles: (0..<generator.int(0...3)).map { _ in "p" + text(&generator) })
    }

    private static func client(_ generator: inout SplitMix64) -> AuditedClient {
        var client = AuditedClient(transport: generator.pick([.unix, .socket, .loopback, .remote]))
        client.socket = maybe(&generator, text)
        client.address = maybe(&generator, text)
        client.port = maybe(&generator) { UInt16.random(in: .min ... .max, using: &$0) }
        client.uid = maybe(&generator) { UInt32.random(in: .min ... .max, using: &$0) }
        client.user = maybe(&generator, text)
        client.pid = maybe(&generator) { Int32.random(in: 0 ... .max, using: &$0) }
        client.executable = maybe(&generator, text)
        client.claimedExecutable = maybe(&generator, text)
        client.executableDoubt = maybe(&generator, text)
        client.label = maybe(&generator, text)
        client.labelMode = maybe(&generator, text)
        client.unit = maybe(&generator, text)
        client.unitDoubt = maybe(&generator, text)
        return client
    }

    private static func event(_ generator: inout SplitMix64) -> AuditRecord.Event {
        switch generator.int(0...12) {
        case 0: .connected
        case 1: .rejected(reason: text(&generator))
        case 2: .replyFiltered(.getInfo)
        case 3: .eventDropped(.stream, generator.pick([.rewriting, .tooLarge, .notSubscribed, .notOwn]))
        case 4: .torReady(version: maybe(&generator, text))
        case 5: .torFailed(reason: text(&generator))
        case 6: .torLost
        case 7: .torBack(version: maybe(&generator, text))
        case 8: .disconnected(reason: text(&generator))
        case 9:
            .reloaded(
                profiles: generator.int(0...100), leftOut: (0..<generator.int(0...3)).map { _ in text(&generator) },
                isStart: generator.bool())
        case 10: .folded(FoldedKind(AuditRecord(nil, event(&generator))))
        case 11: .auditFailed(reason: text(&generator))
        default: .command(command(&generator))
        }
    }

    private static func command(_ generator: inout SplitMix64) -> AuditedCommand {
        let origin = RuleOrigin(
            file: text(&generator), line: generator.int(1...1000), column: generator.int(1...100))
        let arguments = generator.printable(0...600)
        let command =
            Command(keyword: generator.pick([.getInfo, .authenticate, .addOnion]), arguments: arguments)
            ?? Command(keyword: .getInfo, arguments: "version")!
        let subject: CommandObservation.Subject =
            generator.bool()
            ? .command(command)
            : .malformed(keyword: maybe(&generator) { _ in .getConf }, length: generator.int(0...65_536))
        let outcome: CommandObservation.Outcome =
            generator.pick([.forward(command), .forward(Command(keyword: .getInfo)!), .answer, .filter])
        let reason: Reason =
            generator.pick([.rule(origin), .denied(by: origin), .complaining(.noRule), .noRule, .noProfile])
        return AuditedCommand(CommandObservation(subject: subject, outcome: outcome, reason: reason))
    }
}
