// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Monitoring

/// One object (RFC 8259), as onion-sieve-status(8) describes it.
extension StatusReport {
    static func json(withoutDaemon reason: String) -> String {
        JSON.object([
            ("schema", String(schema)), ("running", "false"), ("fine", "false"), ("reason", JSON.string(reason)),
        ])
    }

    var json: String {
        JSON.object(
            [
                ("schema", String(Self.schema)), ("running", "true"), ("fine", String(problems.isEmpty)),
                ("time", Self.json(time)), ("version", JSON.string(version)), ("process", String(process)),
                ("started", Self.json(started)), ("listeners", JSON.strings(listeners)),
                ("applications", JSON.strings(applications)), ("tor", torJSON), ("profiles", profilesJSON),
                ("audit", trailJSON), ("sessions", sessionsJSON), ("commands", commandsJSON),
                ("limits_reached", Self.counts { (limit: ReachedLimit) in activity.count(of: limit) }),
                ("by_profile", JSON.array(activity.policies.map(Self.json))),
            ])
    }

    private static func json(_ time: Timestamp) -> String { JSON.string(time.text) }

    private static func member(_ name: String, _ text: String?) -> [(String, String)] {
        text.map { [(name, JSON.string($0))] } ?? []
    }

    private static func counts<Kind: RawRepresentable<String> & CaseIterable>(_ count: (Kind) -> UInt64) -> String {
        JSON.object(Kind.allCases.map { ($0.rawValue, String(count($0))) })
    }

    private static func decisions(_ counts: DecisionCounts) -> [(String, String)] {
        AuditedCommand.Decision.allCases.map { ($0.rawValue, String(counts[$0])) }
    }

    private var torJSON: String {
        JSON.object(
            [("there", String(tor.isThere))] + Self.member("since", tor.since?.text)
                + Self.member("address", tor.address) + Self.member("version", tor.version)
                + Self.member("reason", tor.reason)
                + [("connections_lost", String(tor.losses)), ("failures", String(tor.failures))])
    }

    private var profilesJSON: String {
        let mistakes = profiles.mistakes.map {
            JSON.object([("error", JSON.string($0.text)), ("previous_in_use", String($0.isKept))])
        }
        return JSON.object(
            [("count", String(profiles.count))] + Self.member("loaded", profiles.loaded?.text)
                + [
                    ("loads", String(profiles.loads)), ("complete", String(profiles.isComplete)),
                    ("with_errors", String(UInt64(mistakes.count) + profiles.furtherMistakes)),
                    ("errors", JSON.array(mistakes)),
                ])
    }

    private var trailJSON: String {
        JSON.object(
            Self.member("destination", trail.destination) + Self.member("level", trail.level)
                + Self.member("failure", trail.failure)
                + [("fine", String(trail.failing == nil))] + Self.member("failing_since", trail.failing?.text)
                + Self.member("reason", trail.reason) + [("records_lost", String(trail.lost))])
    }

    private var sessionsJSON: String {
        JSON.object([
            ("open", String(activity.openSessions)), ("limit", String(sessionLimit)),
            ("total", String(activity.sessions)),
            ("ended", Self.counts { (end: SessionEnd) in activity.ends[end, default: 0] }),
            ("rejected", Self.counts { (rejection: Rejection) in activity.rejections[rejection, default: 0] }),
        ])
    }

    private var commandsJSON: String {
        JSON.object(
            Self.decisions(activity.commands) + [
                ("complaints", String(activity.complaints)),
                ("unauthenticated", String(activity.unauthenticatedCommands)),
            ])
    }

    private static func json(_ policy: PolicyActivity) -> String {
        JSON.object([
            ("profile", JSON.string(policy.profiles)), ("sessions", String(policy.openSessions)),
            ("sessions_total", String(policy.sessions)), ("commands", JSON.object(decisions(policy.commands))),
            ("complaints", String(policy.complaints)), ("replies_filtered", String(policy.filteredReplies)),
            ("events_dropped", counts { (loss: EventLoss) in policy.droppedEvents[loss, default: 0] }),
        ])
    }
}
