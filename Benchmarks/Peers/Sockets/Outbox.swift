// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Bytes that are to be sent, in memory that is kept.
struct Outbox {
    private var bytes: [UInt8] = []
    private var sent = 0

    var count: Int { bytes.count - sent }

    mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }
    mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    enum Outcome {
        case empty
        /// The peer reads too slowly for what is left.
        case full
        case broken
    }

    /// Sends what the socket takes.
    mutating func flush(to descriptor: Int32) -> Outcome {
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN ? .full : .broken
            }
            sent += count
        }
        bytes.removeAll(keepingCapacity: true)
        sent = 0
        return .empty
    }
}
