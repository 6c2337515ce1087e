// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import FuzzProperties
import TestSupport
import Testing

/// What the differential fuzzer takes for tor's reading is what the table says, which the end-to-end tests hold against a real tor.
@Suite struct TorReadsTests {
    @Test("commands are read as tor reads them")
    func reading() throws {
        let rows = try Self.rows()
        #expect(!rows.isEmpty)
        for row in rows {
            let lines = TorReads.lines(Array(row.input.utf8) + [0x0D, 0x0A], keys: ["version", "process/pid"])
            #expect(lines == row.expected, "\(row)")
        }
    }

    private static func rows() throws -> [Row<[String]>] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        var rows: [Row<[String]>] = []
        for line in try GoldenFile.read("\(root)/Fuzzing/tor-reads").split(separator: "\n") {
            if line.hasPrefix("> ") {
                rows.append(Row(unescaped(line.dropFirst(2)), []))
            } else if !line.hasPrefix("#"), let row = rows.popLast() {
                rows.append(Row(row.input, row.expected + [String(line)]))
            }
        }
        return rows
    }

    /// The text with each `<09>` as the byte that it stands for.
    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
            let digits = rest[rest.index(after: open)..<close]
            result += rest[..<open]
            result += UInt8(digits, radix: 16).map { String(UnicodeScalar($0)) } ?? "<\(digits)>"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
