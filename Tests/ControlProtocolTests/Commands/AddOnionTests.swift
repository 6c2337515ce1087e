// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct AddOnionTests {
    @Test(
        "What is read is written out: ports with addresses, keywords as tor spells them, arguments in their order",
        arguments: [
            Row("NEW:BEST Port=80", "NEW:BEST Port=80,127.0.0.1:80"),
            Row("NEW:ED25519-V3 Port=80,17600", "NEW:ED25519-V3 Port=80,127.0.0.1:17600"),
            Row("new:best port=80", "new:best Port=80,127.0.0.1:80"),
            Row(
                "NEW:BEST  PORT=80,10.152.152.11   FLAGS=discardpk,DETACH ",
                "NEW:BEST Port=80,10.152.152.11:80 Flags=DiscardPK,Detach"),
            Row(
                "NEW:BEST Flags=Detach Port=80 Flags=DiscardPK Port=81",
                "NEW:BEST Flags=Detach Port=80,127.0.0.1:80 Flags=DiscardPK Port=81,127.0.0.1:81"),
            Row("NEW:BEST Flags=,Detach,,Detach, Port=80", "NEW:BEST Flags=Detach,Detach Port=80,127.0.0.1:80"),
            Row(
                "NEW:BEST Flags=V3Auth Port=80 ClientAuthV3=PCY5OWYK clientauthv3=B",
                "NEW:BEST Flags=V3Auth Port=80,127.0.0.1:80 ClientAuthV3=PCY5OWYK ClientAuthV3=B"),
            Row(
                "NEW:BEST Flags=BasicAuth Port=80 ClientAuth=bob",
                "NEW:BEST Flags=BasicAuth Port=80,127.0.0.1:80 ClientAuth=bob"),
            Row(
                "NEW:BEST Port=80 maxstreams=65535 powdefensesenabled=1 PoWQueueRate=250 PoWQueueBurst=2147483647",
                "NEW:BEST Port=80,127.0.0.1:80 MaxStreams=65535 PoWDefensesEnabled=1 PoWQueueRate=250 PoWQueueBurst=2147483647"
            ),
            Row(
                "NEW:BEST Flags=NonAnonymous,MaxStreamsCloseCircuit Port=80",
                "NEW:BEST Flags=NonAnonymous,MaxStreamsCloseCircuit Port=80,127.0.0.1:80"),
            Row("ED25519-V3:ab+/c== Port=80,[::1]:80", "ED25519-V3:ab+/c== Port=80,[::1]:80"),
            Row("RSA1024:ab Port=80,unix:/run/a=b,c", "RSA1024:ab Port=80,unix:/run/a=b,c"),
            Row("NEW:BEST Port=80,[::ffff:127.0.0.1]:80", "NEW:BEST Port=80,[::ffff:127.0.0.1]:80"),
            Row("NEW:BEST Port=80,0.0.0.0:22", "NEW:BEST Port=80,0.0.0.0:22"),
        ])
    func accepted(row: Row<String>) throws {
        let parsed = try AddOnion(parsing: row.input)
        #expect(parsed.encoded == row.expected)
        #expect(try AddOnion(parsing: parsed.encoded) == parsed)
    }

    @Test(
        "What tor could not read, or could read otherwise, is refused with the reason",
        arguments: [
            Row("", .key), Row(" NEW:BEST Port=80", .key), Row("NEW", .key), Row("NEW Port=80", .key),
            Row("NEW: Port=80", .key), Row(":BEST Port=80", .key),
            Row("NEWER:BEST Port=80", .key), Row("NEW:\"BEST\" Port=80", .key), Row("\"NEW:BEST\" Port=80", .key),
            Row("Port=80 NEW:BEST", .key),
            Row("ED25519-V3=a Port=80", .key), Row("NEW;BEST Port=80", .key),
            Row("NEW:BEST", .noPort), Row("NEW:BEST ", .noPort), Row("NEW:BEST Flags=Detach", .noPort),
            Row("NEW:BEST Port", .keywordArguments), Row("NEW:BEST 80", .keywordArguments),
            Row("NEW:BEST =80", .keywordArguments),
            Row("NEW:BEST Port=\"80\"", .keywordArguments), Row("NEW:BEST Port=\"80,80 \" Evil=1", .keywordArguments),
            Row("NEW:BEST Port=80 \"Flags=Detach\"", .keywordArguments),
            Row("NEW:BEST Port=80 Flags=\"Detach\"", .keywordArguments),
            Row("NEW:BEST Port=80,unix:\"/run/x\"", .keywordArguments),
            Row("NEW:BEST Port=80,unix:/it's", .keywordArguments), Row("NEW:BEST Port = 80", .keywordArguments),
            Row("NEW:BEST Port=80 Detach", .keywordArguments),
            Row("NEW:BEST Port=80 Evil=1", .unknownArgument), Row("NEW:BEST Port=80 Ports=81", .unknownArgument),
            Row("NEW:BEST Port=80 Port[]=81", .unknownArgument),
            Row("NEW:BEST Port=", .port), Row("NEW:BEST Port=0", .port), Row("NEW:BEST Port=65536", .port),
            Row("NEW:BEST Port=080", .port), Row("NEW:BEST Port=+80", .port),
            Row("NEW:BEST Port=-1", .port), Row("NEW:BEST Port=0x50", .port), Row("NEW:BEST Port=80,", .port),
            Row("NEW:BEST Port=80,,80", .port),
            Row("NEW:BEST Port=80,81,82", .port), Row("NEW:BEST Port=,80", .port), Row("NEW:BEST Port=80;81", .port),
            Row("NEW:BEST Port=80,0", .port),
            Row("NEW:BEST Port=80,localhost:80", .port), Row("NEW:BEST Port=80,127.1:80", .port),
            Row("NEW:BEST Port=80,0x7f.1:80", .port),
            Row("NEW:BEST Port=80,127.0.0.1:080", .port), Row("NEW:BEST Port=80,::1", .port),
            Row("NEW:BEST Port=80,unix:relative", .port),
            Row("NEW:BEST Port=80 Port=81,localhost", .port), Row("NEW:BEST Port=80=81", .port),
            Row("NEW:BEST Port=80 Flags=", .flags), Row("NEW:BEST Port=80 Flags=,", .flags),
            Row("NEW:BEST Port=80 Flags=Evil", .flags),
            Row("NEW:BEST Port=80 Flags=Detach,Evil", .flags), Row("NEW:BEST Port=80 Flags=Detach;DiscardPK", .flags),
            Row("NEW:BEST Port=80 MaxStreams=", .value), Row("NEW:BEST Port=80 MaxStreams=-1", .value),
            Row("NEW:BEST Port=80 MaxStreams=+5", .value),
            Row("NEW:BEST Port=80 MaxStreams=65536", .value), Row("NEW:BEST Port=80 MaxStreams=05", .value),
            Row("NEW:BEST Port=80 PoWDefensesEnabled=2", .value),
            Row("NEW:BEST Port=80 PoWQueueRate=2147483648", .value),
            Row("NEW:BEST Port=80 PoWQueueBurst=99999999999999999999", .value),
            Row("NEW:BEST Port=80 ClientAuthV3=", .value), Row("NEW:BEST Flags=BasicAuth Port=80 ClientAuth=", .value),
        ] as [Row<AddOnion.Unreadable>])
    func refused(row: Row<AddOnion.Unreadable>) {
        #expect(throws: row.expected) { try AddOnion(parsing: row.input) }
    }

    @Test(
        "ClientAuth without BasicAuth before it is refused, since tor 0.4.9 would give no reply at all",
        arguments: [
            "NEW:BEST Port=80 ClientAuth=bob", "NEW:BEST Flags=Detach Port=80 ClientAuth=bob:abc",
            "NEW:BEST ClientAuth=bob Flags=BasicAuth Port=80",
        ])
    func clientAuthNeedsItsFlag(text: String) {
        #expect(throws: AddOnion.Unreadable.clientAuthorization) { try AddOnion(parsing: text) }
    }

    @Test("Targets are listed with their virtual ports, in order")
    func targets() throws {
        let parsed = try AddOnion(parsing: "NEW:BEST Port=80 Flags=Detach Port=443,unix:/x Port=80,[::1]:1")
        #expect(parsed.targets.map(\.virtualPort) == [80, 443, 80])
        #expect(parsed.targets.map(\.target.description) == ["127.0.0.1:80", "unix:/x", "[::1]:1"])
        #expect(parsed.keyType == "NEW")
        #expect(parsed.keyBlob == "BEST")
    }

    @Test("Each reason is told in words of its own")
    func reasons() {
        let all: [AddOnion.Unreadable] = [
            .key, .keywordArguments, .unknownArgument, .port, .flags, .value, .clientAuthorization, .noPort,
        ]
        #expect(Set(all.map(\.reason)).count == all.count)
    }

    @Test(
        "Random arguments never crash, and what is accepted and encoded is read the same again",
        arguments: UInt64(0)..<40)
    func stable(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        var accepted = 0
        for _ in 0..<200 {
            let count = generator.int(1...4)
            let text = (["NEW:BEST"] + (0..<count).map { _ in Self.argument(&generator) }).joined(
                separator: generator.pick([" ", "  "]))
            guard let parsed = try? AddOnion(parsing: text) else { continue }
            accepted += 1
            #expect(try AddOnion(parsing: parsed.encoded) == parsed, "\(text)")
            #expect(try AddOnion(parsing: parsed.encoded).encoded == parsed.encoded, "\(text)")
        }
        #expect(accepted > 20)
    }

    private static func argument(_ generator: inout SplitMix64) -> String {
        switch generator.int(0...5) {
        case 0...2:
            let target = generator.pick([
                "", ",81", ",127.0.0.1:81", ",[::1]:81", ",unix:/a", ",10.0.0.1", ",localhost:1", ",",
                ",[::ffff:1.2.3.4]",
            ])
            return generator.pick(["Port=", "port="]) + generator.pick(["1", "80", "65535", "80", "080"]) + target
        case 3:
            return "Flags=" + generator.text(1...2, of: ["Detach", ",", "discardpk", ",V3Auth"])
        case 4:
            return generator.pick(["MaxStreams=", "PoWQueueRate=", "ClientAuthV3="])
                + generator.text(1...3, from: "0123")
        default:
            return generator.text(0...4, from: "aP=,\"' 1")
        }
    }

    @Test("Random bytes as text never crash any of the parsers", arguments: UInt64(0)..<20)
    func randomBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<300 {
            let text = String(decoding: generator.bytes(0...40), as: UTF8.self)
            for prefix in ["", "NEW:BEST Port=", "ED25519-V3:", "a=\""] {
                _ = try? AddOnion(parsing: prefix + text)
                _ = ConfAssignments(arguments: prefix + text)
                _ = GetConf(arguments: prefix + text)
                _ = SetEvents(arguments: prefix + text)
                _ = GetInfo(arguments: prefix + text)
                _ = KeywordArgument.parse(prefix + text, [.positional, .quoted])
                _ = QuotedString.hidesControlCharacters(prefix + text)
                _ = OnionTarget(text, virtualPort: 80)
                _ = ReplyLine(prefix + text)
            }
        }
    }
}
