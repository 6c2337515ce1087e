// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

package import struct NIOCore.ByteBuffer

/// A record in the journal's native protocol: lines of `NAME=value`, of which no value has a line break.
///
/// What `journalctl` shows is the readable line; the parts are in fields of their own that can be searched.
package struct JournalEntry: Sendable {
    /// What the names of our fields begin with.
    static let prefix = "ONION_SIEVE_"

    package let datagram: ByteBuffer

    package init(_ record: AuditRecord, at time: Timestamp) {
        var datagram = ByteBuffer()
        func add(_ name: String, _ value: String) {
            let text = value.visible
            let bound = JSONLine.textLimit
            datagram.writeString(name)
            datagram.writeString("=")
            datagram.writeString(
                text.utf8.count > bound ? "\(text.prefix(bound))... (\(value.utf8.count) bytes)" : text)
            datagram.writeString("\n")
        }
        func add(_ fields: [AuditField], prefix: String) {
            for field in fields {
                let name = prefix + field.name.asciiUppercased
                switch field.value {
                case .number(let number): add(name, String(number))
                case .text(let text): add(name, text)
                case .flag(let flag): add(name, String(flag))
                case .texts(let texts): for text in texts { add(name, text) }
                case .fields(let fields): add(fields, prefix: name + "_")
                case .list(let list): for fields in list { add(fields, prefix: name + "_") }
                }
            }
        }
        add("MESSAGE", record.line)
        add("PRIORITY", Self.priority(of: record.weight))
        add("SYSLOG_IDENTIFIER", "onion-sieve")
        add(record.fields(at: time), prefix: Self.prefix)
        self.datagram = datagram
    }

    /// Of syslog(3).
    private static func priority(of weight: AuditRecord.Weight) -> String {
        switch weight {
        case .failure: "3"
        case .notable: "5"
        case .normal: "6"
        case .detail: "7"
        }
    }
}
