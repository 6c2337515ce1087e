// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// Writes records as lines of JSON, one after the other: how a line with a record of the same time begins is only written once.
package struct RecordWriter: Sendable {
    private var time: Timestamp?
    private var beginning = ByteBuffer()

    package init() {}

    package mutating func write(_ record: AuditRecord, at time: Timestamp, to buffer: inout ByteBuffer) {
        if time != self.time {
            self.time = time
            beginning.clear()
            JSONLine.writeBeginning(at: time, to: &beginning)
        }
        buffer.writeImmutableBuffer(beginning)
        JSONLine.writeRest(of: record, to: &buffer)
    }
}
