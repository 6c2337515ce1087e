// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// What is asked of the journal.
package struct JournalQuery: Hashable, Sendable {
    /// Of another machine or an earlier system; nil for this one's.
    package var directory: String?
    package var trust: JournalTrust
    package var since: Timestamp?
    package var until: Timestamp?
    /// Entries that are shown before what is yet to come; nil if it ends with what is there.
    package var following: Int?

    package init(directory: String? = nil, trust: JournalTrust, since: Timestamp? = nil, until: Timestamp? = nil) {
        self.directory = directory
        self.trust = trust
        self.since = since
        self.until = until
    }

    /// How a daemon is called in the journal, whoever started it.
    private static let identifier = "onion-sieve"

    /// For `journalctl`. Who sent an entry is judged by ``JournalLine``, not here, so that forged ones are told.
    package var arguments: [String] {
        var arguments = [
            "--output=json", "--all", "--no-pager",
            "--output-fields=" + JournalLine.fieldNames.joined(separator: ","),
        ]
        if let directory { arguments.append("--directory=\(directory)") }
        if let since { arguments.append("--since=\(Self.text(since))") }
        if let until { arguments.append("--until=\(Self.text(until, later: Self.delay))") }
        if let following { arguments += ["--follow"] + (since == nil ? ["--lines=\(following)"] : ["--no-tail"]) }
        arguments.append("SYSLOG_IDENTIFIER=\(Self.identifier)")
        for unit in trust.units.sorted() { arguments += ["+", "_SYSTEMD_UNIT=\(unit)"] }
        return arguments
    }

    /// Seconds after its record in which an entry is surely made. What that brings too many is left out by the records' own times.
    private static let delay: Int64 = 60

    /// systemd.time(7)
    private static func text(_ time: Timestamp, later seconds: Int64 = 0) -> String {
        "@\(max(time.microseconds / 1_000_000 + seconds, 0))"
    }
}
