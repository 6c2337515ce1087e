// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

extension ByteBuffer {
    /// Writes bytes behind those that are there, and takes them over without a copy if there are none.
    package mutating func append(_ bytes: ByteBuffer) {
        if readableBytes == 0 { self = bytes } else { writeImmutableBuffer(bytes) }
    }

    var firstByte: UInt8? { getInteger(at: readerIndex) }

    /// Writes a line with its end, CR LF, in one go.
    mutating func writeLine(_ line: ByteBuffer) {
        let length = line.readableBytes
        writeWithUnsafeMutableBytes(minimumWritableBytes: length + 2) { target in
            line.withUnsafeReadableBytes { target.copyMemory(from: $0) }
            target[length] = .carriageReturn
            target[length + 1] = .lineFeed
            return length + 2
        }
    }
}
