// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Keeps a trail from being flooded: equal refusals and drops of a client become one record with a count, and nobody has more than a
/// bound of records written, nor of different ones remembered.
///
/// The first of a run is written at once, before its effect; how often it came again is told every ``interval`` and when the
/// session ends. What a client does beyond its bounds is counted on its own account, by kind, and takes nothing from others; but what
/// is allowed is never only counted unless an equal one was written: a client that goes on is made to wait, and then refused.
package struct AuditFolding: Sendable {
    /// How long counts are kept back at most.
    package static let interval = Duration.seconds(10)
    /// Refusals and drops: at once, and for each second. In a day they are some forty megabytes.
    package static let refusals = (capacity: 200, perSecond: 1)
    /// Coming and going, so that refusals do not hide it.
    package static let passages = (capacity: 200, perSecond: 1)
    /// What was allowed. Applications begin with thousands of questions, and then ask a few.
    package static let decisions = (capacity: 20_000, perSecond: 10)
    /// With fewer left, equal ones are counted.
    package static let decisionsToFold = 10_000
    /// With fewer left, the client waits.
    package static let decisionsToWait = 5_000
    package static let longestWait = Duration.seconds(10)
    /// Different records of one principal whose equals are counted.
    package static let mostRuns = 64
    package static let mostPrincipals = 256
    /// Accounts that those beyond them share.
    package static let sharedAccounts = 64

    package enum Admission: Hashable, Sendable {
        /// To be written now.
        case write
        /// It was counted.
        case count
        /// It was counted among others of its kind, and what it is about must not happen.
        case refuse
    }

    private var accounts: [AuditPrincipal: AuditAccount] = [:]
    /// Whether anything waits for ``due(at:)``.
    package private(set) var isPending = false
    /// Whether anybody may have to wait: it is asked after every turn, and nearly always nobody has.
    private var isAnyoneNearTheEnd = false

    package init() {}

    /// One of so many equal records is admitted to be written, or all of them are counted.
    ///
    /// - Parameter now: any clock that does not go back.
    package mutating func admit(_ record: AuditRecord, at now: Duration, times: Int = 1) -> Admission {
        guard let session = record.session, let kind = record.foldingKind else { return .write }
        let index = account(of: session, at: now)
        let (admission, isPending, isNearTheEnd) = accounts.values[index].admit(
            record, of: session, kind, at: now, times: times)
        self.isPending = self.isPending || isPending
        isAnyoneNearTheEnd = isAnyoneNearTheEnd || isNearTheEnd
        return admission
    }

    /// How long no more is to be heard of the session's client.
    package mutating func delay(of session: AuditedSession, at now: Duration) -> Duration {
        guard isAnyoneNearTheEnd else { return .zero }
        let delay = accounts[principal(of: session)]?.decisions.time(to: Self.decisionsToWait, at: now) ?? .zero
        return min(delay, Self.longestWait)
    }

    /// The counts of a session that has ended, as far as its client may have them written now.
    package mutating func ended(_ session: AuditedSession, at now: Duration) -> [AuditRecord] {
        accounts[principal(of: session)]?.counts(of: session.number, at: now) ?? []
    }

    /// The counts of everybody. Runs that have not gone on since the last time are forgotten.
    package mutating func due(at now: Duration) -> [AuditRecord] {
        var records: [AuditRecord] = []
        isPending = false
        isAnyoneNearTheEnd = false
        for principal in Array(accounts.keys) {
            guard var account = accounts.removeValue(forKey: principal) else { continue }
            records += account.counts()
            if account.isIdle(at: now) { continue }
            isPending = isPending || account.isPending
            isAnyoneNearTheEnd = isAnyoneNearTheEnd || account.isNearTheEnd
            accounts[principal] = account
        }
        return records
    }

    private typealias AccountIndex = Dictionary<AuditPrincipal, AuditAccount>.Index

    /// Where its account is, which is opened if there is none.
    private mutating func account(of session: AuditedSession, at now: Duration) -> AccountIndex {
        if let index = accounts.index(forKey: session.principal) { return index }
        let principal = principal(of: session)
        if let index = accounts.index(forKey: principal) { return index }
        accounts[principal] = AuditAccount(at: now)
        return accounts.index(forKey: principal)!
    }

    /// Its own, or one of those that are shared where there are too many.
    private func principal(of session: AuditedSession) -> AuditPrincipal {
        let principal = session.principal
        guard accounts[principal] == nil, accounts.count >= Self.mostPrincipals else { return principal }
        return principal.shared(among: Self.sharedAccounts)
    }
}

extension AuditRecord {
    enum FoldingKind {
        /// What was answered here, which tor knows nothing of: each is written, as long as there are not too many.
        case answer
        /// What tor gets, likewise; and it does not get what is not written.
        case passed
        /// Somebody came or went.
        case passage
        /// Refused or dropped: the first is written, equal ones are counted.
        case refusal
    }

    /// Nil for what cannot be made to happen at will.
    var foldingKind: FoldingKind? {
        switch event {
        case .command(let command):
            switch command.decision {
            case .filter: .refusal
            case .answer: .answer
            case .forward, .rewrite: .passed
            }
        case .replyFiltered, .eventDropped, .torFailed, .torReady: .refusal
        case .connected, .rejected, .disconnected: .passage
        case .torLost, .torBack, .reloaded, .folded, .auditFailed: nil
        }
    }
}
