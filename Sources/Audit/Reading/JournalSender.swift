// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Who sent an entry to the journal, by the fields that journald itself adds (systemd.journal-fields(7)) and that no sender can
/// choose: their names begin with a line.
package struct JournalSender: Hashable, Sendable {
    package var uid: UInt32?
    /// The unit of the system's service manager that the sender was in.
    package var unit: String?
    package var executable: String?

    package init(uid: UInt32? = nil, unit: String? = nil, executable: String? = nil) {
        self.uid = uid
        self.unit = unit
        self.executable = executable
    }

    init(_ entry: JSONDocument.Value) {
        uid = entry["_UID"]?.text.flatMap { UInt32($0) }
        unit = entry["_SYSTEMD_UNIT"]?.text
        executable = entry["_EXE"]?.text
    }

    /// In one line of printable ASCII.
    package var text: String {
        let parts = [
            uid.map { "uid=\($0)" }, unit.map { "unit=\($0.asLogValue)" }, executable.map { "exe=\($0.asLogValue)" },
        ]
        let text = parts.compactMap(\.self).joined(separator: " ")
        return text.isEmpty ? "unknown" : text.visible
    }
}
