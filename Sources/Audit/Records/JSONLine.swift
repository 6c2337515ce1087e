// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// A record as a line of JSON (RFC 8259), in printable ASCII: whoever reads it with other tools meets no byte that a terminal acts
/// on.
package enum JSONLine {
    /// Bytes of one text that are written at most; of a longer one the first, and how many it has.
    package static let textLimit = 4096

    package static func write(_ fields: [AuditField], textLimit: Int = textLimit, to buffer: inout ByteBuffer) {
        write(object: fields, textLimit, to: &buffer)
        buffer.writeInteger(UInt8(ascii: "\n"))
    }

    private static func write(object fields: [AuditField], _ textLimit: Int, to buffer: inout ByteBuffer) {
        var separator = UInt8(ascii: "{")
        for field in fields {
            buffer.writeInteger(separator)
            write(field.name, textLimit, to: &buffer)
            buffer.writeInteger(UInt8(ascii: ":"))
            write(field.value, textLimit, to: &buffer)
            separator = UInt8(ascii: ",")
        }
        if fields.isEmpty { buffer.writeInteger(separator) }
        buffer.writeInteger(UInt8(ascii: "}"))
    }

    private static func write(_ value: AuditField.Value, _ textLimit: Int, to buffer: inout ByteBuffer) {
        switch value {
        case .number(let number): buffer.writeString(String(number))
        case .text(let text): write(text, textLimit, to: &buffer)
        case .flag(let flag): buffer.writeString(String(flag))
        case .texts(let texts): write(array: texts, to: &buffer) { write($0, textLimit, to: &$1) }
        case .fields(let fields): write(object: fields, textLimit, to: &buffer)
        case .list(let list): write(array: list, to: &buffer) { write(object: $0, textLimit, to: &$1) }
        }
    }

    private static func write<Element>(
        array: [Element],
        to buffer: inout ByteBuffer,
        writing: (Element, inout ByteBuffer) -> Void
    ) {
        buffer.writeInteger(UInt8(ascii: "["))
        for (index, element) in array.enumerated() {
            if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
            writing(element, &buffer)
        }
        buffer.writeInteger(UInt8(ascii: "]"))
    }

    private static func write(_ text: String, _ textLimit: Int, to buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(ascii: "\""))
        let isPlain = text.utf8.count <= textLimit && text.utf8.allSatisfy(isPlain)
        if isPlain {
            buffer.writeString(text)
        } else {
            var count = 0
            for scalar in text.unicodeScalars {
                count += UTF8.width(scalar)
                guard count <= textLimit else {
                    buffer.writeString("... (\(text.utf8.count) bytes)")
                    break
                }
                write(scalar, to: &buffer)
            }
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func write(_ scalar: Unicode.Scalar, to buffer: inout ByteBuffer) {
        switch scalar {
        case "\"", "\\":
            buffer.writeInteger(UInt8(ascii: "\\"))
            buffer.writeInteger(UInt8(ascii: scalar))
        case "\u{20}"..."\u{7E}": buffer.writeInteger(UInt8(ascii: scalar))
        default:
            for unit in UTF16.encode(scalar)! { writeEscape(unit, to: &buffer) }
        }
    }

    private static func writeEscape(_ unit: UInt16, to buffer: inout ByteBuffer) {
        let digits = String(unit, radix: 16)
        buffer.writeString("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
    }
}
