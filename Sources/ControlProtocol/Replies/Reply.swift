// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// A reply of our own making: whole, ending in an end line.
package struct Reply: Hashable, Sendable {
    package let lines: [ReplyLine]

    /// Nil unless the lines are mid lines followed by one end line. Data lines have no place in what we author.
    package init?(_ lines: [String]) {
        let parsed = lines.compactMap { ReplyLine($0) }
        guard parsed.count == lines.count, parsed.last?.kind == .end,
            parsed.dropLast().allSatisfy({ $0.kind == .mid }),
            parsed.allSatisfy({ $0.status.isSuccess || $0.status.isError })
        else { return nil }
        self.lines = parsed
    }

    package func encode(into buffer: inout ByteBuffer) {
        for line in lines { line.encode(into: &buffer) }
    }

    package var encoded: ByteBuffer {
        var buffer = ByteBuffer()
        encode(into: &buffer)
        return buffer
    }
}
