// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// Counts sessions by their numbers, which begin anew with each start of the daemon.
///
/// A session is counted when it is seen to begin. One that is only seen to go on has begun before the trail did, or where records
/// are missing, and counts when it is first met. Number, client and profiles together are taken for one session; after another
/// start of the daemon the same client may have the same number again, and then there is another record of its beginning.
struct SessionCensus: Sendable {
    private struct Session: Sendable {
        var begun: Timestamp?
        /// In which file that was.
        var file = 0
        /// When something was first met that could not belong to a beginning that is known.
        var unbegun: Timestamp?
    }

    /// Sessions that are remembered at least, those met last. Of one that is forgotten and goes on, another would be counted.
    static let memory = 32_768

    /// By a hash of what tells them apart: the texts would take a hundred times the room.
    private var recent: [Int: Session] = [:]
    private var older: [Int: Session] = [:]
    private var file = 0
    private(set) var hasForgotten = false

    /// What follows may be of any time. Within a file the order of records tells what belongs together, also where the clock was set
    /// back; between files the time does.
    mutating func beginFile() { file += 1 }

    /// - Parameter client: as ``AuditedClient/lasting`` gives it.
    /// - Returns: how many sessions the record tells of that were not counted yet.
    mutating func add(_ record: TrailRecord, client: AuditedClient?) -> UInt64 {
        guard let number = record.session, Self.isOfSession(record.kind) else { return 0 }
        var hasher = Hasher()
        hasher.combine(number)
        hasher.combine(client)
        hasher.combine(record.client?.pid)
        hasher.combine(record.client?.port)
        hasher.combine(record.profiles)
        let key = hasher.finalize()
        var session = recent[key] ?? older[key] ?? Session()
        defer { remember(session, as: key) }
        return record.kind == .connected ? begin(&session, record) : goOn(&session, record.time)
    }

    private func begin(_ session: inout Session, _ record: TrailRecord) -> UInt64 {
        session.begun = min(session.begun ?? record.time, record.time)
        session.file = file
        guard let unbegun = session.unbegun, unbegun >= record.time else { return record.repeated }
        // It had been counted already, for what it did later.
        session.unbegun = nil
        return record.repeated - 1
    }

    private func goOn(_ session: inout Session, _ time: Timestamp) -> UInt64 {
        if let begun = session.begun, session.file == file || begun <= time { return 0 }
        defer { session.unbegun = min(session.unbegun ?? time, time) }
        return session.unbegun == nil ? 1 : 0
    }

    /// Whoever is rejected has no session; what was folded may be of several.
    private static func isOfSession(_ kind: TrailRecord.Kind) -> Bool {
        switch kind {
        case .connected, .command, .replyFiltered, .eventDropped, .torReady, .torFailed, .torLost, .torBack,
            .disconnected:
            true
        case .rejected, .reloaded, .folded, .auditFailed, .other: false
        }
    }

    private mutating func remember(_ session: Session, as key: Int) {
        recent[key] = session
        guard recent.count >= Self.memory else { return }
        if !older.isEmpty { hasForgotten = true }
        (older, recent) = (recent, [:])
    }
}
