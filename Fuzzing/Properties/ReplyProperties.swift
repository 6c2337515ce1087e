// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore

/// What holds for any bytes from tor.
enum ReplyProperties {
    private struct Reading: Equatable {
        var lines: [TorLine] = []
        /// Why the stream was given up, if it was.
        var violation: ProtocolViolation?
    }

    static func check(_ input: [UInt8]) throws(Violation) {
        let stream = Stream(input, bound: Limits.torLine)
        let reading = read([stream.whole])
        for arrival in stream.arrivals {
            try require(read(arrival) == reading, "the lines depend on how the bytes arrive")
        }
        var encoded = ByteBuffer()
        for line in reading.lines {
            let start = encoded.writerIndex
            line.encode(into: &encoded)
            try check(line, length: encoded.writerIndex - start)
        }
        // A dot that was doubled, or a CR, may put a line that came without over the bound.
        let again = read([encoded])
        guard again.violation != .lineTooLong else { return }
        try require(again == Reading(lines: reading.lines), "encoded lines read differently")
    }

    private static func check(_ line: TorLine, length: Int) throws(Violation) {
        try require(length <= Limits.torLine + 3, "a line of \(length) bytes")
        guard case .reply(let reply) = line else { return }
        try require((100...999).contains(reply.status.value), "a status of \(reply.status)")
        try require(!reply.text.contains { [0, 0x0A, 0x0D].contains($0) }, "a line break or NUL in a reply line")
    }

    private static func read(_ arrival: [ByteBuffer]) -> Reading {
        var framer = ReplyFramer()
        var reading = Reading()
        do throws(ProtocolViolation) {
            for portion in arrival {
                framer.append(portion)
                while let line = try framer.next() { reading.lines.append(line) }
            }
        } catch {
            reading.violation = error
        }
        return reading
    }
}
