// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// A command as a person writes it down, in a test or on a command line: one line, and where that announces a data block with a
/// `+`, the lines of the block behind it, without the `.` that ends it.
package struct WrittenCommand: Sendable {
    /// The bytes that a client sends.
    package let bytes: ByteBuffer

    /// Nil if there is more than one line, and no `+` before the first.
    ///
    /// - Parameter text: lines ended by LF; the end of the last may be missing.
    package init?(_ text: some Sequence<UInt8>) {
        var lines = Array(text).split(separator: .lineFeed, omittingEmptySubsequences: false)
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        var bytes = ByteBuffer()
        guard let head = lines.first else { return nil }
        bytes.writeBytes(head)
        bytes.writeStaticString("\r\n")
        if head.first == UInt8(ascii: "+") {
            for line in lines.dropFirst() { DataBlock.encode(line: ByteBuffer(bytes: line), into: &bytes) }
            DataBlock.encodeEnd(into: &bytes)
        } else if lines.count > 1 {
            return nil
        }
        self.bytes = bytes
    }

    /// The command, if it is one.
    package var command: Command? {
        var framer = CommandFramer()
        framer.append(bytes)
        guard case .command(let command) = framer.next() else { return nil }
        return command
    }
}
