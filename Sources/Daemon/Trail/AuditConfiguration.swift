// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// Where the audit trail goes, what is in it, and what happens if it cannot be written.
package struct AuditConfiguration: Hashable, Sendable {
    package enum Destination: Hashable, Sendable, CustomStringConvertible {
        /// Lines of JSON, appended.
        case file(String)
        case standardError
        /// journald's own protocol, with a field for each part (systemd.journal-fields(7)).
        case journal
        /// Readable lines among the daemon's own.
        case log
        case none

        package var description: String {
            switch self {
            case .file(let path): path
            case .standardError: "standard error"
            case .journal: AuditConfiguration.journalSocket
            case .log: "the log"
            case .none: "nowhere"
            }
        }
    }

    /// What becomes of a session whose records cannot be written.
    package enum Failure: String, Hashable, Sendable, CaseIterable {
        /// Its client gets `551 Audit failed`, and it ends.
        case close
        /// It goes on unrecorded.
        case `continue`
    }

    package var destination: Destination
    package var level: AuditLevel
    package var failure: Failure

    package init(destination: Destination, level: AuditLevel = .decisions, failure: Failure = .close) {
        self.destination = destination
        self.level = level
        self.failure = failure
    }

    package static let journalSocket = "/run/systemd/journal/socket"
}
