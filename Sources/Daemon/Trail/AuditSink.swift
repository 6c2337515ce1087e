// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// Something that records are written to. Lives on one event loop.
package protocol AuditSink: AnyObject {
    /// What messages call it.
    var name: String { get }

    /// Keeps a record for ``writeKept()``.
    func keep(_ record: AuditRecord, at time: Timestamp)

    /// Writes all of the records that are kept, and keeps none, whether or not it could.
    func writeKept() throws(TrailFailure)

    /// Keeps none of them.
    func discardKept()

    /// Writes a record before those that are kept.
    func writeAhead(_ record: AuditRecord, at time: Timestamp) throws(TrailFailure)

    /// Begins anew at the same place, after somebody has moved what was there away. What cannot be begun anew goes on as it was.
    /// There is nothing kept then.
    func reopen() throws(TrailFailure)
}
