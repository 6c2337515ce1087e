// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// What an entry of the journal turned out to be, in a line of `journalctl --output=json`.
package enum JournalLine: Hashable, Sendable {
    /// The daemon's: a record in fields of its own (`serve --audit journal`), or a message that is a line of a trail, as the service
    /// manager catches it from standard error.
    case trail(TrailLine)
    /// What would be a record, from a sender who is not the daemon.
    case untrusted(JournalSender)
    /// No record: what the daemon says besides, and what others say.
    case other
}

extension JournalLine {
    /// The fields that are looked at, for `journalctl --output-fields`.
    package static let fieldNames: [String] = {
        let record = [
            "schema", "time", "event", "session", "profile", "decision", "command", "arguments", "length", "forwarded",
            "rule", "name", "reason", "complain", "version", "profiles", "left_out", "start", "of", "repeated",
        ]
        let client = [
            "transport", "socket", "address", "port", "uid", "user", "pid", "exe", "exe_claimed", "exe_doubt",
            "apparmor", "apparmor_mode", "unit", "unit_doubt",
        ]
        return ["MESSAGE", "_UID", "_SYSTEMD_UNIT", "_EXE"]
            + (record + client.map { "client_\($0)" }).map { JournalEntry.prefix + $0.asciiUppercased }
    }()

    /// Nil if this is no line of `journalctl --output=json`.
    package init?(_ bytes: UnsafeRawBufferPointer, trusting trust: JournalTrust) {
        let line = JSONDocument(bytes)?.withRoot { $0.isObject ? Self($0, trusting: trust) : nil }
        guard let line else { return nil }
        self = line
    }

    package init?(_ bytes: some Collection<UInt8>, trusting trust: JournalTrust) {
        guard let line = Array(bytes).withUnsafeBytes({ Self($0, trusting: trust) }) else { return nil }
        self = line
    }

    private init(_ entry: JSONDocument.Value, trusting trust: JournalTrust) {
        let line: TrailLine
        if entry[JournalEntry.prefix + "SCHEMA"] != nil {
            line = TrailLine(JournalFields(entry: entry))
        } else if let message = entry["MESSAGE"]?.text, message.hasPrefix("{") {
            line = TrailLine(message.utf8)
            // Somebody's JSON, but none of a trail.
            guard line != .foreign else {
                self = .other
                return
            }
        } else {
            self = .other
            return
        }
        let sender = JournalSender(entry)
        self = trust.takes(sender) ? .trail(line) : .untrusted(sender)
    }
}
