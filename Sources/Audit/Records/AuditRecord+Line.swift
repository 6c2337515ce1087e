// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension AuditRecord {
    /// The record in one line of printable ASCII, for a person, as `audit` shows it.
    package var line: String { told(at: Timestamp(microseconds: 0)).line }
}
