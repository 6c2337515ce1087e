// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What one principal may have written, and what was counted of it instead.
struct AuditAccount: Sendable {
    private var refusals: RecordBudget
    private var passages: RecordBudget
    var decisions: RecordBudget
    private var runs: [RecordRun.Key: RecordRun] = [:]
    /// What was not kept apart, and the session that did it last.
    private var folded: [FoldedKind: RecordRun] = [:]

    init(at now: Duration) {
        refusals = RecordBudget(AuditFolding.refusals, at: now)
        passages = RecordBudget(AuditFolding.passages, at: now)
        decisions = RecordBudget(AuditFolding.decisions, at: now)
    }

    /// Whether anything is there to be told or forgotten.
    var isPending: Bool { !runs.isEmpty || !folded.isEmpty }

    /// Whether its client has to wait, as far as is known without a look at the clock.
    var isNearTheEnd: Bool { decisions.hasLess(than: AuditFolding.decisionsToWait) }

    /// Whether nothing is remembered that a new account would not have.
    mutating func isIdle(at now: Duration) -> Bool {
        !isPending && refusals.isFull(at: now) && passages.isFull(at: now) && decisions.isFull(at: now)
    }

    /// One is admitted to be written, or all are counted.
    ///
    /// - Returns: also what is to be known of the account after that: to ask it would be to copy it out of its dictionary.
    mutating func admit(
        _ record: AuditRecord,
        of session: AuditedSession,
        _ kind: AuditRecord.FoldingKind,
        at now: Duration,
        times: Int
    ) -> (AuditFolding.Admission, isPending: Bool, isNearTheEnd: Bool) {
        (admission(of: record, of: session, kind, at: now, times: times), isPending, isNearTheEnd)
    }

    private mutating func admission(
        of record: AuditRecord,
        of session: AuditedSession,
        _ kind: AuditRecord.FoldingKind,
        at now: Duration,
        times: Int
    ) -> AuditFolding.Admission {
        switch kind {
        case .passage:
            if passages.take(at: now) { return .write }
            fold(record, of: session, times: times)
            return .count
        case .answer, .passed:
            if decisions.take(at: now, leaving: AuditFolding.decisionsToFold) { return .write }
            return run(record, of: session, at: now, from: \.decisions, times: times)
                ?? (kind == .passed ? .refuse : .count)
        case .refusal:
            return run(record, of: session, at: now, from: \.refusals, times: times) ?? .count
        }
    }

    /// Counts a record of a run, or begins one with it; nil if the budget has nothing left for that, and it was counted by its kind.
    private mutating func run(
        _ record: AuditRecord,
        of session: AuditedSession,
        at now: Duration,
        from budget: WritableKeyPath<AuditAccount, RecordBudget>,
        times: Int
    ) -> AuditFolding.Admission? {
        let key = RecordRun.Key(record, of: session)
        if let index = runs.index(forKey: key) {
            runs.values[index].count += times
            runs.values[index].last = session
            return .count
        }
        guard self[keyPath: budget].take(at: now) else {
            fold(record, of: session, times: times)
            return nil
        }
        if runs.count < AuditFolding.mostRuns { runs[key] = RecordRun(last: session) }
        return .write
    }

    private mutating func fold(_ record: AuditRecord, of session: AuditedSession, times: Int) {
        let kind = FoldedKind(record)
        folded[kind, default: RecordRun(last: session)].count += times
        folded[kind]?.last = session
    }

    /// The counts of a session that has ended, as far as there is room for them now.
    mutating func counts(of session: UInt64, at now: Duration) -> [AuditRecord] {
        var records: [AuditRecord] = []
        for (key, run) in runs where run.last.number == session {
            guard let record = run.record(of: key.event), refusals.take(at: now) else { continue }
            runs[key]?.count = 0
            records.append(record)
        }
        return Self.sorted(records)
    }

    /// All counts. Runs that have not gone on since the last time are forgotten.
    mutating func counts() -> [AuditRecord] {
        let records =
            runs.compactMap { $1.record(of: $0.event) } + folded.compactMap { $1.record(of: .folded($0)) }
        folded = [:]
        runs = runs.filter { $0.value.count > 0 }.mapValues { RecordRun(last: $0.last) }
        return Self.sorted(records)
    }

    /// In an order that does not depend on chance.
    private static func sorted(_ records: [AuditRecord]) -> [AuditRecord] {
        records.map { ($0.line, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
