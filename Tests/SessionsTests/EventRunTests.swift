// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport
import Testing

/// Events that nothing looks at pass many at once; those that a rule looks at, line by line. A client must not be able to tell the two
/// apart where the rule changes nothing.
@Suite struct EventRunTests {
    private static let policy = """
        commands:
          GETINFO: ['version']
        events:
          BW:
          WARN:
            response: [{pattern: 'no such line', replacement: 'never'}]
        """

    /// What the client gets, with `NAME` for the event's name, and why the session ended, if it did.
    private static func outcome(
        _ text: String, _ name: String, cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>]
    ) throws -> String {
        var stage = Stage(policy: try TestPolicies.policy(policy), client: TestPolicies.client, cut: cut)
        stage.authenticate()
        stage.clientSends("SETEVENTS \(name)")
        stage.torSends("250 OK")
        stage.clientSends("GETINFO version")
        stage.toClient = []
        stage.torSends(Array(text.replacing("NAME", with: name).utf8))
        let told = visible(stage.toClient).replacing(name, with: "NAME")
        return told + (stage.closed.map { " closed: \($0)" } ?? "")
    }

    private static let pieces = [
        "650 NAME 1 2\r\n", "650 NAME 1 2\r\n", "650 NAME 3\r\n", "650 NAME \r\n", "650 NAME\r\n",
        "650 NAME a\tb\u{1}\r\n",
        "650 NAME é\r\n", "650 NAME=1\r\n", "650 NAME 1\n", "650 NAMES 1\r\n", "650 CIRC 1 BUILT\r\n", "650 name 1\r\n",
        "650-NAME 1\r\n650 OK\r\n", "650+NAME 1\r\n650 NAME 2\r\n.\r\n650 OK\r\n", "250-version=1\r\n", "250 OK\r\n",
    ]
    private static let rare = ["650 NAME a\rb\r\n", "650 NAME \0\r\n", "650 NAME 1\r\r\n", "650 NAME 1", "x\r\n", ""]

    @Test(arguments: seeds(300))
    func `events pass at once as they would one by one`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text =
            random.text(0...12, of: Self.pieces) + random.text(0...1, of: Self.rare)
            + random.text(0...3, of: Self.pieces)
        let size = random.int(1...60)
        let cuts: [([UInt8]) -> [ArraySlice<UInt8>]] = [
            { [$0[...]] },
            { bytes in
                stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
            },
        ]
        for cut in cuts {
            let atOnce = try Self.outcome(text, "BW", cut: cut)
            let oneByOne = try Self.outcome(text, "WARN", cut: cut)
            #expect(atOnce == oneByOne, "\(text.debugDescription)")
        }
    }

    @Test func `events that are not asked for any more do not pass`() throws {
        var stage = Stage(policy: try TestPolicies.policy(Self.policy), client: TestPolicies.client)
        stage.authenticate()
        stage.clientSends("SETEVENTS BW")
        stage.torSends("250 OK", "650 BW 1 1", "650 BW 2 2")
        stage.clientSends("SETEVENTS")
        stage.toClient = []
        stage.torSends("650 BW 3 3", "250 OK", "650 BW 4 4")
        #expect(visible(stage.toClient) == visible("650 BW 3 3\r\n250 OK\r\n"))
    }
}
