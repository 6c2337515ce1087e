// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport
import Testing

/// A data block of which nothing is rewritten passes at once; one that a rule looks at, line by line. A client must not be able to tell
/// the two apart where the rule changes nothing.
@Suite struct DataBlockPassageTests {
    private static let keys = """
        commands:
          GETINFO:
            - 'a'
            - pattern: 'b'
              response: [{pattern: 'no such line', replacement: 'never'}]
        events:
          BW:
          NOTICE:
            response: [{pattern: 'no such line', replacement: 'never'}]
        """

    private static func stage(cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>]) throws -> Stage {
        var stage = Stage(policy: try TestPolicies.policy(keys), client: TestPolicies.client, cut: cut)
        stage.authenticate()
        stage.clientSends("SETEVENTS BW NOTICE")
        stage.torSends("250 OK")
        stage.toClient = []
        return stage
    }

    /// What the client gets of tor's bytes, and why the session ended, if it did.
    private static func outcome(
        _ bytes: String,
        asking key: String,
        cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>]
    ) throws -> String {
        var stage = try stage(cut: cut)
        stage.clientSends("GETINFO \(key)")
        stage.torSends(Array(bytes.utf8))
        return visible(stage.toClient) + (stage.closed.map { " closed: \($0)" } ?? "")
    }

    private static let pieces = [
        "\r\n", "\r\n", "\n", "\r", ".", "..", "x", "a line\r\n", "another line\r\n", "\0", "é", "\r\n.\r\n",
        ".\r\n250 OK\r\n",
        "650 BW 1 2\r\n",
    ]

    @Test(arguments: seeds(300))
    func `a block of a reply passes as it would line by line`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let block = random.text(0...12, of: Self.pieces)
        let size = random.int(1...40)
        for cut in [{ [$0[...]] }, { bytes in Self.portions(of: bytes, size) }] as [([UInt8]) -> [ArraySlice<UInt8>]] {
            let atOnce = try Self.outcome("250+a=\r\n" + block, asking: "a", cut: cut)
            let lineByLine = try Self.outcome("250+b=\r\n" + block, asking: "b", cut: cut)
            #expect(atOnce == lineByLine.replacing("250+b=", with: "250+a="), "\(block.debugDescription)")
        }
    }

    @Test(arguments: seeds(200))
    func `a block of an event passes as it would line by line`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        // An event that is held is sent once it is whole.
        let block = random.text(0...8, of: Self.pieces.filter { !$0.contains("650") }) + "\r\n.\r\n650 OK\r\n"
        var outputs: [String] = []
        for name in ["BW", "NOTICE"] {
            var stage = try Self.stage { Self.portions(of: $0, 7) }
            stage.torSends(Array("650+\(name)\r\n\(block)".utf8))
            if stage.closed == nil { outputs.append(visible(stage.toClient).replacing(name, with: "NAME")) }
        }
        #expect(outputs.count != 1 && Set(outputs).count <= 1, "\(block.debugDescription)")
    }

    private static func portions(of bytes: [UInt8], _ size: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard hasPrefix(part) || hasPrefix("650+" + part) else { return self }
        let start = hasPrefix(part) ? "" : "650+"
        return start + other + dropFirst(start.count + part.count)
    }
}
