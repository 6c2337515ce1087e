// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore

/// How much memory a connection's reads take: most sessions say little, and wait.
enum ReceiveBuffers {
    /// A channel keeps its last buffer. It grows where much is read, and shrinks again.
    static let allocator = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 65_536)
}

extension Channel {
    /// Before anything is read. A bootstrap that is given options looks for each by its type and has a future for each, which is
    /// much for a connection that says little.
    func setOptions(_ body: (any NIOSynchronousChannelOptions) throws -> Void) throws {
        guard let options = syncOptions else { throw ChannelError.operationUnsupported }
        try options.setOption(.recvAllocator, value: ReceiveBuffers.allocator)
        try body(options)
    }
}

extension ByteBuffer {
    /// The bytes in a buffer of about their size: who keeps a few does not keep a whole receive buffer, and the channel need not make
    /// another. Very few are not kept (``LineFramer/append(_:)``).
    var fitted: ByteBuffer {
        readableBytes < LineFramer.copied || readableBytes * 4 > storageCapacity
            ? self : ByteBuffer(bytes: readableBytesView)
    }
}
