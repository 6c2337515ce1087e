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

    /// Fewer bytes are copied into memory that is kept: what most clients and tor say at a time. More are kept as they came.
    package static let copied = 256

    package mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            scanned = 0
            if bytes.readableBytes >= Self.copied {
                buffer = bytes
            } else {
                if buffer.storageCapacity > Self.copied { buffer = ByteBuffer() } else { buffer.clear() }
                buffer.writeImmutableBuffer(bytes)
            }
        } else {
            // What was given out as slices keeps its storage, so consumed bytes must not be dragged along.
            if buffer.readerIndex > 0 { buffer = buffer.slice() }
            buffer.writeImmutableBuffer(bytes)
        }
    }

    package mutating func next() -> Result {
        guard buffer.readableBytes > 0 else { return .incomplete }
        guard let length = lengthOfNext() else {
            scanned = buffer.readableBytes
            return buffer.readableBytes >= bound ? .tooLong : .incomplete
        }
        guard length < bound, var line = buffer.readSlice(length: length) else { return .tooLong }
        buffer.moveReaderIndex(forwardBy: 1)
        scanned = 0
        if length > 0, line.getInteger(at: line.writerIndex - 1, as: UInt8.self) == .carriageReturn {
            line.moveWriterIndex(to: line.writerIndex - 1)
        }
        return .line(line)
    }

    /// Takes out the next line if it is there as a whole and is known by what it holds; else it is still the next.
    mutating func skip(where isKnown: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard let length = lengthOfNext() else {
            scanned = buffer.readableBytes
            return false
        }
        scanned = length
        guard length < bound else { return false }
        let isSkipped = buffer.withUnsafeReadableBytes { bytes in
            let end = length > 0 && bytes[length - 1] == .carriageReturn ? length - 1 : length
            return isKnown(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        }
        guard isSkipped else { return false }
        buffer.moveReaderIndex(forwardBy: length + 1)
        scanned = 0
        return true
    }

    /// Takes out these lines, with their ends, if they are the next.
    mutating func skip(_ lines: [UInt8]) -> Bool {
        guard buffer.withUnsafeReadableBytes({ $0.begins(with: lines) }) else { return false }
        buffer.moveReaderIndex(forwardBy: lines.count)
        scanned = 0
        return true
    }

    /// Bytes before the first LF.
    private func lengthOfNext() -> Int? {
        buffer.withUnsafeReadableBytes { $0.firstIndex(of: .lineFeed, from: scanned) }
    }

    /// The lines at hand, with their ends, that are written as they came when they are content of a data block: they end in CR LF,
    /// and begin with two dots if with one. Nil if the next line is not such a one.
    mutating func nextRun() -> ByteBuffer? {
        let length = buffer.withUnsafeReadableBytes { bytes in
            var start = 0
            var from = scanned
            while let end = bytes.firstIndex(of: .lineFeed, from: from) {
                guard end > start, end - start < bound, bytes[end - 1] == .carriageReturn,
                    bytes[start] != .dot || bytes[start + 1] == .dot
                else { break }
                start = end + 1
                from = start
            }
            return start
        }
        return takeRun(length)
    }

    /// The lines at hand, with their ends, that begin so and are written as they came: they end in CR LF, and hold nothing that no line
    /// may hold. Nil if the next line is not such a one.
    mutating func nextRun(beginning: [UInt8]) -> ByteBuffer? {
        let length = buffer.withUnsafeReadableBytes { bytes in
            var start = 0
            while UnsafeRawBufferPointer(rebasing: bytes[start...]).begins(with: beginning),
                let end = bytes.endOfLine(from: start + beginning.count), end - start <= bound
            {
                start = end
            }
            return start
        }
        return takeRun(length)
    }

    private mutating func takeRun(_ length: Int) -> ByteBuffer? {
        guard length > 0 else { return nil }
        scanned = 0
        return buffer.readSlice(length: length)
    }
}
