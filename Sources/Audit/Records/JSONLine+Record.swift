// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

extension JSONLine {
    /// Writes a record as its fields would be written. What it has in common with all of its session's is only copied.
    package static func write(_ record: AuditRecord, at time: Timestamp, to buffer: inout ByteBuffer) {
        buffer.writeString(
            "{\"schema\":\(AuditRecord.schema),\"time\":\"\(time.text)\",\"event\":\"\(record.kind.name)\"")
        if let session = record.session { buffer.writeImmutableBuffer(session.members) }
        let details = record.ownFields
        guard !details.isEmpty else {
            buffer.writeString("}\n")
            return
        }
        let start = buffer.writerIndex
        write(details, to: &buffer)
        buffer.setInteger(UInt8(ascii: ","), at: start)
    }

    /// The fields as they stand behind others, each with a comma before it.
    static func members(_ fields: [AuditField]) -> ByteBuffer {
        var buffer = ByteBuffer()
        write(fields, to: &buffer)
        buffer.setInteger(UInt8(ascii: ","), at: 0)
        // The brace and the line's end.
        buffer.moveWriterIndex(to: buffer.writerIndex - 2)
        return buffer
    }
}
