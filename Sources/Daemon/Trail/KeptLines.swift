// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import NIOCore

/// Lines of JSON that wait to be written.
struct KeptLines {
    private var writer = RecordWriter()
    private(set) var bytes = ByteBuffer()
    /// How many there are.
    private(set) var count = 0

    /// Bytes of memory that are kept for the next turn.
    private static let mostKept = 1 << 20

    mutating func keep(_ record: AuditRecord, at time: Timestamp) {
        count += 1
        writer.write(record, at: time, to: &bytes)
    }

    mutating func removeAll() {
        count = 0
        bytes.clear()
        if bytes.capacity > Self.mostKept { bytes = ByteBuffer() }
    }

    /// How many of them, at most, are among bytes that were not written.
    func missing(in rest: ByteBuffer) -> Int {
        min(rest.readableBytesView.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }, count)
    }
}
