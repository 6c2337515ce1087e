// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// One line from tor, data blocks told apart from reply lines.
package enum TorLine: Hashable, Sendable {
    case reply(ReplyLine)
    /// A line of the data block that the last data reply line opened, its dot undone.
    case data(ByteBuffer)
    case dataEnd

    package func encode(into buffer: inout ByteBuffer) {
        switch self {
        case .reply(let line): line.encode(into: &buffer)
        case .data(let line): DataBlock.encode(line: line, into: &buffer)
        case .dataEnd: DataBlock.encodeEnd(into: &buffer)
        }
    }
}

/// Bytes from tor, in any portions -> lines. What stands inside a data block is data, even if it looks like an event.
package struct ReplyFramer: Sendable {
    private var lines = LineFramer(bound: Limits.torLine)
    /// Whether the next line belongs to a data block.
    package private(set) var isInData = false

    package init() {}

    package var pendingBytes: Int { lines.pendingBytes }

    package mutating func append(_ bytes: ByteBuffer) { lines.append(bytes) }

    /// Several lines of an open data block at once, as they travel: those at hand that are written as they came, without the line
    /// that ends the block. Nil if there is none before the next line.
    package mutating func nextDataRun() -> ByteBuffer? { isInData ? lines.nextRun() : nil }

    /// Several lines at once that begin so, as they travel: those at hand that are written as they came, and are no part of a data block.
    /// Nil if there is none before the next line.
    package mutating func nextRun(beginning: [UInt8]) -> ByteBuffer? {
        isInData ? nil : lines.nextRun(beginning: beginning)
    }

    /// Takes out these lines, as they travel, if they are the next and no part of a data block.
    package mutating func skip(_ lines: [UInt8]) -> Bool { !isInData && self.lines.skip(lines) }

    /// The next line, or nil until more bytes have come.
    package mutating func next() throws(ProtocolViolation) -> TorLine? {
        switch lines.next() {
        case .incomplete:
            return nil
        case .tooLong:
            throw .lineTooLong
        case .line(let line) where isInData:
            switch DataBlock.Line(received: line) {
            case .content(let content):
                return .data(content)
            case .end:
                isInData = false
                return .dataEnd
            }
        case .line(let line):
            guard let reply = ReplyLine(line) else { throw .malformedReplyLine }
            isInData = reply.kind == .data
            return .reply(reply)
        }
    }
}
