// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// Bytes in any portions -> lines without their ends. CR LF and bare LF end a line; that is decided here alone.
package struct LineFramer: Sendable {
    package enum Result: Hashable, Sendable {
        case line(ByteBuffer)
        case incomplete
        /// More bytes than the bound without an end of line.
        case tooLong
    }

    private var buffer = ByteBuffer()
    /// Bytes from the reader index that are known to hold no LF, so that a slow sender costs no second look.
    private var scanned = 0
    private let bound: Int

    /// - Parameter bound: bytes of a line with its end.
    package init(bound: Int) { self.bound = bound }

    /// Bytes that are not part of any line given out yet.
    package var pendingBytes: Int { buffer.readableBytes }

    package mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
            scanned = 0
        } else {
            // What was given out as slices keeps its storage, so consumed bytes must not be dragged along.
            if buffer.readerIndex > 0 { buffer = buffer.slice() }
            buffer.writeImmutableBuffer(bytes)
        }
    }

    package mutating func next() -> Result {
        let view = buffer.readableBytesView
        guard let end = view.dropFirst(scanned).firstIndex(of: .lineFeed) else {
            scanned = view.count
            return view.count >= bound ? .tooLong : .incomplete
        }
        let length = end - view.startIndex
        guard length < bound, var line = buffer.readSlice(length: length) else { return .tooLong }
        buffer.moveReaderIndex(forwardBy: 1)
        scanned = 0
        if let last = line.readableBytesView.last, last == .carriageReturn {
            line.moveWriterIndex(to: line.writerIndex - 1)
        }
        return .line(line)
    }
}
