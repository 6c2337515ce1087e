// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

@testable import Reports

/// Records for tests, of a moment so many seconds after 2026-11-11T00:00:00Z.
enum Records {
    static func time(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: (SampleTrail.beginning + second) * 1_000_000)
    }

    static func of(
        _ kind: TrailRecord.Kind,
        at second: Int64 = 0,
        session: UInt64? = 1,
        profiles: [String] = ["onionshare"],
        client: AuditedClient? = nil,
        change: (inout TrailRecord) -> Void = { _ in }
    ) -> TrailLine {
        var record = TrailRecord(time: time(second), kind: kind)
        (record.session, record.profiles, record.client) = (session, profiles, client)
        change(&record)
        return .record(record)
    }

    static func command(
        _ decision: AuditedCommand.Decision?,
        _ command: String = "GETINFO",
        _ arguments: String? = "version",
        at second: Int64 = 0,
        profiles: [String] = ["onionshare"],
        client: AuditedClient? = nil,
        times: UInt64 = 1
    ) -> TrailLine {
        of(.command, at: second, profiles: profiles, client: client) { record in
            (record.decision, record.command, record.arguments) = (decision, command, arguments)
            record.repeated = times
        }
    }

    static func summary(_ lines: some Sequence<TrailLine>) -> TrailSummary {
        lines.reduce(into: TrailSummary()) { $0.add($1) }
    }
}
