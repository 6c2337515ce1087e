// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore

/// How much memory a connection's reads take: most sessions say little, and wait.
enum ReceiveBuffers {
    /// A channel keeps its last buffer. It grows where much is read, and shrinks again.
    static let allocator = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 65_536)
}

extension ByteBuffer {
    /// The bytes in a buffer of about their size: who keeps a few does not keep a whole receive buffer, and the channel need not make
    /// another. Very few are not kept (``LineFramer/append(_:)``).
    var fitted: ByteBuffer {
        readableBytes < LineFramer.copied || readableBytes * 4 > storageCapacity
            ? self : ByteBuffer(bytes: readableBytesView)
    }
}
