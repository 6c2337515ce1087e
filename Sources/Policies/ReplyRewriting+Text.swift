// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import struct NIOCore.ByteBuffer

extension ReplyRewriting {
    /// What a client is shown of a line; nil if nothing.
    package func text(for line: String, facts: SessionFacts) -> String? {
        switch apply(to: ByteBuffer(bytes: line.utf8), facts: facts) {
        case .unchanged: line
        case .rewritten(let bytes): bytes.withUnsafeReadableBytes { String(decoding: $0, as: UTF8.self) }
        case .emptied, .unmatched, .failed: nil
        }
    }
}
