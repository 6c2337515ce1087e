// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Records that came again, in one session or several that have all in common but their numbers.
struct RecordRun: Sendable {
    /// What they are equal in: what happened, and to whom, whatever number the process or the connection has.
    struct Key: Hashable, Sendable {
        let event: AuditRecord.Event
        private let session: AuditedSession

        init(_ record: AuditRecord, of session: AuditedSession) {
            event = record.event
            self.session = session
        }

        static func == (left: Key, right: Key) -> Bool {
            left.session.isLike(right.session) && left.event == right.event
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(event)
            session.hashLikeness(into: &hasher)
        }
    }

    /// How many came since one was last written.
    var count = 0
    /// The session of the last of them.
    var last: AuditedSession

    /// What there is to tell.
    func record(of event: AuditRecord.Event) -> AuditRecord? {
        guard count > 0 else { return nil }
        var record = AuditRecord(last, event)
        record.repeated = count
        return record
    }
}
