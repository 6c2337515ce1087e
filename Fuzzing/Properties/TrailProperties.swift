// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import NIOCore

/// What holds for anything that may stand in a trail, or come out of journalctl.
enum TrailProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        let lines = split([input])
        try require(lines == split(input.map { [$0] }), "lines depend on how they arrive")
        for line in lines {
            try check(TrailLine(line))
            if case .trail(let line)? = JournalLine(line, trusting: JournalTrust()) { try check(line) }
        }
    }

    private static func check(_ line: TrailLine) throws(Violation) {
        guard case .record(let record) = line else { return }
        for text in [record.line, record.client?.text ?? ""] {
            try require(text.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a line that does not show: \(text)")
        }
        var buffer = ByteBuffer()
        JSONLine.write(record.fields, textLimit: .max, to: &buffer)
        try require(
            TrailLine(buffer.readableBytesView.dropLast()) == .record(record),
            "what was read is not read again: \(record)")
        var filter = TrailFilter()
        filter.since = record.time
        try require(filter.takes(record), "a record that is not of its own time")
    }

    private static func split(_ pieces: [[UInt8]]) -> [[UInt8]] {
        var splitter = LineSplitter()
        var lines: [[UInt8]] = []
        for piece in pieces {
            piece.withUnsafeBytes { splitter.split($0) { line in if let line { lines.append(Array(line)) } } }
        }
        if case .line(let rest)? = splitter.finish() { lines.append(rest) }
        return lines
    }
}
