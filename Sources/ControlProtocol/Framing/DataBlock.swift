// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// The lines between a command or reply line that announces data and the line `.`: CmdData of control-spec section 2.1.1.
///
/// A line that starts with a dot travels with one more; the lines here have it undone.
package struct DataBlock: Hashable, Sendable {
    /// The lines, each ended by LF. One copy, since a slice of what was received would keep a whole read alive for each.
    package private(set) var text = ByteBuffer()
    private var lineCount = 0

    package init() {}

    package init(lines: [String]) {
        for line in lines { append(ByteBuffer(string: line)) }
    }

    /// Bytes of all lines with their ends, as they would travel.
    package var byteCount: Int { text.readableBytes + lineCount }

    package mutating func append(_ line: ByteBuffer) {
        text.writeImmutableBuffer(line)
        text.writeInteger(UInt8.lineFeed)
        lineCount += 1
    }

    /// Whether a quoted string in one of the lines holds, once decoded, what is not printable: see ``QuotedString``.
    package var hidesControlCharacters: Bool {
        text.readableBytesView.split(separator: .lineFeed).contains {
            QuotedString.hidesControlCharacters(String(decoding: $0, as: UTF8.self))
        }
    }

    package func encode(into buffer: inout ByteBuffer) {
        var rest = text
        while let end = rest.readableBytesView.firstIndex(of: .lineFeed),
            let line = rest.readSlice(length: end - rest.readerIndex)
        {
            rest.moveReaderIndex(forwardBy: 1)
            Self.encode(line: line, into: &buffer)
        }
        Self.encodeEnd(into: &buffer)
    }

    package static func encode(line: ByteBuffer, into buffer: inout ByteBuffer) {
        if line.firstByte == .dot { buffer.writeInteger(UInt8.dot) }
        buffer.writeLine(line)
    }

    package static func encodeEnd(into buffer: inout ByteBuffer) {
        buffer.writeStaticString(".\r\n")
    }

    /// What a line of a data block says.
    package enum Line: Hashable, Sendable {
        case content(ByteBuffer)
        case end

        package init(received line: ByteBuffer) {
            guard line.firstByte == .dot else {
                self = .content(line)
                return
            }
            if line.readableBytes == 1 {
                self = .end
            } else {
                var undone = line
                undone.moveReaderIndex(forwardBy: 1)
                self = .content(undone)
            }
        }
    }
}
