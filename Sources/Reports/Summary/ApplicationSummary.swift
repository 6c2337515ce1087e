// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// What one application did, or the clients without a profile that look alike.
package struct ApplicationSummary: Sendable {
    package let application: Application
    /// Of the last record: who it was, without what is different each time.
    package private(set) var client: AuditedClient?
    package private(set) var firstSeen: Timestamp
    package private(set) var lastSeen: Timestamp
    package private(set) var sessions: UInt64 = 0
    package private(set) var decisions = DecisionCounts()
    /// Connections that were not served, and why the last one was not.
    package private(set) var rejections: UInt64 = 0
    package private(set) var rejectionReason: String?
    package private(set) var filteredReplies: UInt64 = 0
    package private(set) var droppedEvents: UInt64 = 0
    /// Refusals, drops and connections that the daemon did not keep apart.
    package private(set) var folded: UInt64 = 0
    private var refusals: [RefusedCommand.Key: RefusedCommand] = [:]
    /// Refused ones that were not kept apart here, since there were too many different ones.
    package private(set) var refusalsBeyond: UInt64 = 0
    /// Decisions by steps of time, numbered from the epoch.
    package private(set) var activity: [Int64: DecisionCounts] = [:]

    /// Different refused commands that are kept apart.
    package static let mostRefusals = 128
    /// From so many different refused commands, or lines that are no command, it is said that somebody may be trying out what there
    /// is. A program whose profile lacks a thing or two stays below.
    package static let probeThreshold = 12

    init(_ application: Application, at time: Timestamp) {
        self.application = application
        (firstSeen, lastSeen) = (time, time)
    }

    /// - Parameters:
    ///   - client: as ``AuditedClient/lasting`` gives it.
    ///   - sessions: how many it tells of that were not counted yet.
    ///   - step: the step of time that a command belongs to.
    ///   - hasRoom: whether another different refused command may be kept.
    /// - Returns: whether one was.
    mutating func add(
        _ record: TrailRecord,
        client: AuditedClient?,
        sessions count: UInt64,
        step: Int64?,
        hasRoom: Bool
    ) -> Bool {
        sessions.add(count)
        let isLatest = record.time >= lastSeen
        firstSeen = min(firstSeen, record.time)
        lastSeen = max(lastSeen, record.time)
        if let client, isLatest || self.client == nil { self.client = client }
        switch record.kind {
        case .command: return addCommand(record, step: step, hasRoom: hasRoom)
        case .rejected:
            rejections.add(record.repeated)
            if isLatest || rejectionReason == nil { rejectionReason = record.reason.map { BoundedText.cut($0) } }
        case .replyFiltered: filteredReplies.add(record.repeated)
        case .eventDropped: droppedEvents.add(record.repeated)
        case .folded:
            folded.add(record.repeated)
            if record.folded == .command, let decision = record.decision { add(decision, record, step: step) }
        case .connected, .torReady, .torFailed, .torLost, .torBack, .disconnected, .reloaded, .auditFailed, .other:
            break
        }
        return false
    }

    private mutating func addCommand(_ record: TrailRecord, step: Int64?, hasRoom: Bool) -> Bool {
        guard let decision = record.decision else { return false }
        add(decision, record, step: step)
        guard decision == .filter || record.isComplaint else { return false }
        let key = RefusedCommand.key(of: record)
        let isNew = refusals[key] == nil
        guard !isNew || hasRoom && refusals.count < Self.mostRefusals else {
            refusalsBeyond.add(record.repeated)
            return false
        }
        refusals[key, default: RefusedCommand(key, record)].add(record)
        return isNew
    }

    private mutating func add(_ decision: AuditedCommand.Decision, _ record: TrailRecord, step: Int64?) {
        decisions.add(decision, isComplaint: record.isComplaint, record.repeated)
        guard let step else { return }
        activity[step, default: DecisionCounts()].add(decision, isComplaint: record.isComplaint, record.repeated)
    }

    /// - Parameter factor: how many steps of time are one from now on.
    mutating func coarsenActivity(by factor: Int64) {
        activity = activity.reduce(into: [:]) { $0[$1.key / factor, default: DecisionCounts()].add($1.value) }
    }

    /// What was refused most first.
    package var refusedCommands: [RefusedCommand] {
        refusals.values.sorted {
            guard $0.isComplaint == $1.isComplaint else { return !$0.isComplaint }
            return ($1.count, $0.text) < ($0.count, $1.text)
        }
    }

    /// What makes it look as if somebody tried out what there is; nil if nothing does.
    package var probe: Probe? {
        let refused = refusals.values.filter { !$0.isComplaint }
        let unknown = refused.filter { $0.command == "?" }.reduce(UInt64(0)) { $0.adding($1.count) }
        if refused.count >= Self.probeThreshold || folded > 0 && refused.count > Self.probeThreshold / 2 {
            return .manyCommands(refused.count, orMore: refusalsBeyond > 0 || folded > 0)
        }
        return unknown >= UInt64(Self.probeThreshold) ? .noCommands(unknown) : nil
    }
}
