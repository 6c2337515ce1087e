// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// What a trail comes to: who asked for what, what was refused, and what is missing.
///
/// It is made record by record, in whatever order they come, and takes a bounded amount of memory whatever the trail holds: what is
/// beyond a bound is counted together, and said.
package struct TrailSummary: Sendable {
    /// Combinations of profiles that are kept apart, and of profiles and clients.
    package static let mostApplications = 256
    /// Kinds of clients of the same profiles that are kept apart: who calls himself something else each time takes no place from other
    /// profiles.
    package static let mostCallers = 32
    /// Clients without a profile that are kept apart. They have bounds of their own, since whoever comes from ever new addresses must
    /// not take the place of what has a profile.
    package static let mostStrangers = 256
    /// Different refused commands of all applications.
    package static let mostRefusals = 8192
    /// Times at which records were missing.
    package static let mostMissing = 64

    /// The years that have four digits; no other time is one.
    private static let times =
        Timestamp(microseconds: -62_167_219_200_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)

    /// The times of the first and the last record.
    package private(set) var first: Timestamp?
    package private(set) var last: Timestamp?
    package private(set) var records: UInt64 = 0
    /// How often the daemon began.
    package private(set) var starts: UInt64 = 0
    package private(set) var reloads: UInt64 = 0
    package private(set) var missing: [MissingRecords] = []
    /// Records that the daemon could not write, in all.
    package private(set) var missingRecords: UInt64 = 0
    package private(set) var notUnderstood = NotUnderstood()
    package private(set) var timeSteps = TimeSteps()
    /// Commands of which the time is none of a trail's, so that ``timeSteps`` leaves them out.
    package private(set) var untimedCommands: UInt64 = 0
    private var byApplication: [Application: ApplicationSummary] = [:]
    /// Kinds of clients, by their profiles.
    private var callers: [[String]: Int] = [:]
    private var applicationsWithProfile = 0
    private var strangers = 0
    private var refusals = 0
    private var census = SessionCensus()
    private var outageList = Outages()

    package init() {}

    /// The lines that follow are of another file, which may be of another time.
    package mutating func beginFile() { census.beginFile() }

    /// Half a line stood at the end of a file.
    package mutating func addCut() { notUnderstood.cut.add(1) }

    package mutating func add(_ line: TrailLine) {
        switch line {
        case .record(let record): add(record)
        case .later(let schema):
            notUnderstood.later.add(1)
            notUnderstood.latestSchema = max(notUnderstood.latestSchema, schema)
        case .foreign: notUnderstood.foreign.add(1)
        }
    }

    private mutating func add(_ record: TrailRecord) {
        // Nothing is made to stand for no happening.
        var record = record
        record.repeated = max(record.repeated, 1)
        record.time = min(max(record.time, Self.times.lowerBound), Self.times.upperBound)
        records.add(1)
        first = min(first ?? record.time, record.time)
        last = max(last ?? record.time, record.time)
        switch record.kind {
        case .reloaded where record.isStart: starts.add(1)
        case .reloaded: reloads.add(1)
        case .auditFailed: addMissing(record)
        case .other: notUnderstood.unknown.add(1)
        case .command where record.decision == nil: notUnderstood.unknown.add(1)
        case .torLost, .torFailed, .torBack: outageList.add(record)
        default: break
        }
        guard record.kind != .auditFailed, record.kind != .reloaded, Self.isOfSomebody(record) else { return }
        addToApplication(record)
    }

    private static func isOfSomebody(_ record: TrailRecord) -> Bool {
        record.session != nil || record.client != nil || !record.profiles.isEmpty
    }

    private mutating func addMissing(_ record: TrailRecord) {
        missingRecords.add(record.repeated)
        guard missing.count < Self.mostMissing else { return }
        let reason = record.reason.map { BoundedText.cut($0) }
        missing.append(MissingRecords(time: record.time, count: record.repeated, reason: reason))
    }

    private mutating func addToApplication(_ record: TrailRecord) {
        let client = record.client?.lasting
        let application = place(of: Application(profiles: record.profiles, client: client))
        let isDecision = record.decision != nil && (record.kind == .command || record.folded == .command)
        let step = isDecision ? self.step(of: record) : nil
        let sessions = census.add(record, client: client)
        let isNew = byApplication[application, default: ApplicationSummary(application, at: record.time)]
            .add(record, client: client, sessions: sessions, step: step, hasRoom: refusals < Self.mostRefusals)
        if isNew { refusals += 1 }
    }

    /// Itself, or what it is counted with where there are too many.
    private mutating func place(of application: Application) -> Application {
        guard byApplication[application] == nil else { return application }
        switch application {
        case .profiles(let names, let caller):
            if callers[names] == nil {
                guard callers.count < Self.mostApplications else { return .others }
                callers[names] = 0
            }
            guard caller != nil else { return application }
            guard callers[names, default: 0] < Self.mostCallers, applicationsWithProfile < Self.mostApplications else {
                return .profiles(names, .others)
            }
            callers[names, default: 0] += 1
            applicationsWithProfile += 1
            return application
        case .stranger:
            guard strangers < Self.mostStrangers else { return .others }
            strangers += 1
            return application
        case .unknown, .others: return application
        }
    }

    private mutating func step(of record: TrailRecord) -> Int64? {
        var factors: [Int64] = []
        let step = timeSteps.index(of: record.time) { factors.append($0) }
        for factor in factors {
            for application in byApplication.keys { byApplication[application]?.coarsenActivity(by: factor) }
        }
        if step == nil { untimedCommands.add(record.repeated) }
        return step
    }

    // MARK: What it comes to

    /// What an administrator should look at first: probes, then what was refused most.
    package var applications: [ApplicationSummary] {
        byApplication.values.map { ($0, isProbe: $0.probe != nil) }.sorted { one, other in
            guard one.isProbe == other.isProbe else { return one.isProbe }
            let (one, other) = (one.0, other.0)
            if one.decisions.filter != other.decisions.filter { return one.decisions.filter > other.decisions.filter }
            if one.decisions.all != other.decisions.all { return one.decisions.all > other.decisions.all }
            if one.rejections != other.rejections { return one.rejections > other.rejections }
            return one.application.order < other.application.order
        }.map(\.0)
    }

    package var outages: [Outage] { outageList.all }

    /// Records of tor's absences that were too many to be kept apart.
    package var outagesBeyond: UInt64 { outageList.beyond }

    package var decisions: DecisionCounts {
        byApplication.values.reduce(into: DecisionCounts()) { $0.add($1.decisions) }
    }

    package var sessions: UInt64 { byApplication.values.reduce(0) { $0.adding($1.sessions) } }

    /// Whether sessions were too many to be remembered, so that some may have been counted twice.
    package var isSessionCountExact: Bool { !census.hasForgotten }

    package var rejections: UInt64 { byApplication.values.reduce(0) { $0.adding($1.rejections) } }

    package var folded: UInt64 { byApplication.values.reduce(0) { $0.adding($1.folded) } }

    /// Who was first seen within so many days of the trail's end; nil if the trail does not go back further, so that nobody can tell.
    package func newcomers(days: Int64) -> [ApplicationSummary]? {
        guard let first, let last else { return nil }
        let begin = last.microseconds - days * 86_400_000_000
        guard first.microseconds < begin else { return nil }
        return applications.filter { $0.firstSeen.microseconds >= begin && !$0.application.isMixed }
    }
}
