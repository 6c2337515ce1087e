// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// What is told to monitoring, by the names that onion-sieve-status(8) lists.
package enum Metric: String, Hashable, Sendable, CaseIterable {
    case up = "onion_sieve_up"
    case info = "onion_sieve_info"
    case startTime = "onion_sieve_start_time_seconds"
    case openSessions = "onion_sieve_open_sessions"
    case sessionLimit = "onion_sieve_sessions_limit"
    case sessions = "onion_sieve_sessions_total"
    case sessionEnds = "onion_sieve_session_ends_total"
    case rejections = "onion_sieve_connections_rejected_total"
    case commands = "onion_sieve_commands_total"
    case complaints = "onion_sieve_complaints_total"
    case unauthenticatedCommands = "onion_sieve_unauthenticated_commands_total"
    case filteredReplies = "onion_sieve_replies_filtered_total"
    case droppedEvents = "onion_sieve_events_dropped_total"
    case limits = "onion_sieve_limits_reached_total"
    case torUp = "onion_sieve_tor_up"
    case torSince = "onion_sieve_tor_changed_time_seconds"
    case torInfo = "onion_sieve_tor_info"
    case torLosses = "onion_sieve_tor_connections_lost_total"
    case torFailures = "onion_sieve_tor_failures_total"
    case profiles = "onion_sieve_profiles"
    case profileMistakes = "onion_sieve_profile_files_with_errors"
    case loads = "onion_sieve_profile_loads_total"
    case loaded = "onion_sieve_profiles_loaded_time_seconds"
    case isLoadComplete = "onion_sieve_profiles_load_complete"
    case trailUp = "onion_sieve_audit_up"
    case lostRecords = "onion_sieve_audit_records_lost_total"

    /// One line without backslashes.
    package var help: String {
        switch self {
        case .up: "Whether the daemon runs and answers."
        case .info: "The version of the daemon; always 1."
        case .startTime: "When the daemon was started, in seconds since 1970."
        case .openSessions: "Sessions that are open, by the profiles that are for their clients."
        case .sessionLimit: "Sessions that may be open in total."
        case .sessions: "Sessions since the start, by the profiles that are for their clients."
        case .sessionEnds: "Sessions that have ended, by the reason."
        case .rejections: "Connections that were not served, by the reason."
        case .commands: "Commands of clients, by the profiles that are for them and what became of the command."
        case .complaints: "Commands that only complain mode let pass; onion_sieve_commands_total has them, too."
        case .unauthenticatedCommands:
            "Commands refused since the client had not authenticated; onion_sieve_commands_total has them, too."
        case .filteredReplies: "Replies that a rule kept from clients whole."
        case .droppedEvents: "Events that were kept from clients, by the reason."
        case .limits: "How often a limit was reached."
        case .torUp: "Whether tor lets the daemon in."
        case .torSince: "When tor came or went, in seconds since 1970."
        case .torInfo: "The version of tor as last seen; always 1."
        case .torLosses: "Connections of sessions to tor that were lost."
        case .torFailures: "Attempts to be let in by tor that failed."
        case .profiles: "Profiles in use."
        case .profileMistakes: "Files of profiles that are not used as they stand, since they have errors."
        case .loads: "How often profiles were read, that of the start among them."
        case .loaded: "When profiles were last read, in seconds since 1970."
        case .isLoadComplete: "Whether all directories of profiles could be read the last time."
        case .trailUp: "Whether the audit trail can be written, or none is wanted."
        case .lostRecords: "Records that are missing in the audit trail."
        }
    }

    package var kind: PrometheusText.Kind { rawValue.hasSuffix("_total") ? .counter : .gauge }

    func samples(of report: StatusReport) -> [PrometheusText.Sample] {
        let activity = report.activity
        func perPolicy(_ number: (PolicyActivity) -> UInt64) -> [PrometheusText.Sample] {
            activity.policies.map { PrometheusText.Sample([("profile", $0.profiles)], number($0)) }
        }
        func each<Kind: RawRepresentable<String> & CaseIterable>(
            _ label: String, _ number: (Kind) -> UInt64
        ) -> [PrometheusText.Sample] {
            Kind.allCases.map { PrometheusText.Sample([(label, $0.rawValue)], number($0)) }
        }
        return switch self {
        case .up: [.init(true)]
        case .info: [.init([("version", report.version)], 1)]
        case .startTime: [.init(report.started)]
        case .openSessions: perPolicy(\.openSessions)
        case .sessionLimit: [.init(report.sessionLimit)]
        case .sessions: perPolicy(\.sessions)
        case .sessionEnds: each("reason") { (end: SessionEnd) in activity.ends[end, default: 0] }
        case .rejections: each("reason") { (rejection: Rejection) in activity.rejections[rejection, default: 0] }
        case .commands:
            activity.policies.flatMap { policy in
                AuditedCommand.Decision.allCases.map { decision in
                    PrometheusText.Sample(
                        [("profile", policy.profiles), ("decision", decision.rawValue)], policy.commands[decision])
                }
            }
        case .complaints: perPolicy(\.complaints)
        case .unauthenticatedCommands: [.init(activity.unauthenticatedCommands)]
        case .filteredReplies: perPolicy(\.filteredReplies)
        case .droppedEvents:
            activity.policies.flatMap { policy in
                EventLoss.allCases.map { loss in
                    PrometheusText.Sample(
                        [("profile", policy.profiles), ("reason", loss.rawValue)],
                        policy.droppedEvents[loss, default: 0])
                }
            }
        case .limits: each("limit") { (limit: ReachedLimit) in activity.count(of: limit) }
        case .torUp: [.init(report.tor.isThere)]
        case .torSince: report.tor.since.map { [.init($0)] } ?? []
        case .torInfo: report.tor.version.map { [.init([("version", $0)], 1)] } ?? []
        case .torLosses: [.init(report.tor.losses)]
        case .torFailures: [.init(report.tor.failures)]
        case .profiles: [.init(report.profiles.count)]
        case .profileMistakes: [.init(UInt64(report.profiles.mistakes.count) + report.profiles.furtherMistakes)]
        case .loads: [.init(report.profiles.loads)]
        case .loaded: report.profiles.loaded.map { [.init($0)] } ?? []
        case .isLoadComplete: [.init(report.profiles.isComplete)]
        case .trailUp: [.init(report.trail.failing == nil)]
        case .lostRecords: [.init(report.trail.lost)]
        }
    }
}
