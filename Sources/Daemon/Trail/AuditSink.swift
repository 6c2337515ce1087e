// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// Something that records are written to. Lives on one event loop.
protocol AuditSink: AnyObject {
    /// What messages call it.
    var name: String { get }

    /// Writes all of the records, and keeps none, whether or not it could.
    func write(_ records: [TimedRecord]) throws(TrailFailure)

    /// Begins anew at the same place, after somebody has moved what was there away. What cannot be begun anew goes on as it was.
    func reopen() throws(TrailFailure)
}

/// A record and when it was made.
struct TimedRecord {
    let record: AuditRecord
    let time: Timestamp
}
