// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

extension JSONLine {
    /// Writes a record as its fields would be written.
    package static func write(_ record: AuditRecord, at time: Timestamp, to buffer: inout ByteBuffer) {
        writeBeginning(at: time, to: &buffer)
        writeRest(of: record, to: &buffer)
    }

    /// What all records of a time begin with.
    static func writeBeginning(at time: Timestamp, to buffer: inout ByteBuffer) {
        buffer.writeString("{\"schema\":\(AuditRecord.schema),\"time\":\"\(time.text)\",\"event\":\"")
    }

    /// What stands behind that. What a record has in common with all of its session's is only copied, and so is what a command is
    /// to a record.
    static func writeRest(of record: AuditRecord, to buffer: inout ByteBuffer) {
        buffer.writeString(record.kind.name)
        buffer.writeInteger(UInt8(ascii: "\""))
        if let session = record.session { buffer.writeImmutableBuffer(session.members) }
        if case .command(let command) = record.event {
            buffer.writeImmutableBuffer(command.members)
            if record.repeated > 1 { buffer.writeString(",\"repeated\":\(record.repeated)") }
            buffer.writeStaticString("}\n")
            return
        }
        let details = record.ownFields
        guard !details.isEmpty else {
            buffer.writeStaticString("}\n")
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
