// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// A summary as one JSON object, which onion-sieve-audit(5) describes.
package struct SummaryJSON: Sendable {
    /// The version of its names and meanings.
    static let version: UInt64 = 1

    /// For ``JSONLine/write(_:to:)``.
    package let fields: [AuditField]

    package init(_ summary: TrailSummary) {
        fields = Self.present([
            Self.number("summary", Self.version),
            Self.time("from", summary.first),
            Self.time("to", summary.last),
            Self.number("records", summary.records),
            Self.number("sessions", summary.sessions),
            AuditField(name: "sessions_exact", value: .flag(summary.isSessionCountExact)),
            AuditField(name: "commands", value: .fields(Self.decisions(summary.decisions))),
            Self.number("rejected", summary.rejections),
            Self.number("folded", summary.folded),
            Self.number("starts", summary.starts),
            Self.number("reloads", summary.reloads),
            AuditField(name: "applications", value: .list(summary.applications.map(Self.application))),
            AuditField(name: "tor_outages", value: .list(summary.outages.map(Self.outage))),
            summary.outagesBeyond > 0 ? Self.number("tor_outages_beyond", summary.outagesBeyond) : nil,
            Self.number("missing_records", summary.missingRecords),
            AuditField(name: "missing", value: .list(summary.missing.map(Self.missing))),
            AuditField(name: "not_understood", value: .fields(Self.notUnderstood(summary.notUnderstood))),
        ])
    }

    private static func decisions(_ decisions: DecisionCounts) -> [AuditField] {
        AuditedCommand.Decision.allCases.map { number($0.rawValue, decisions[$0]) }
            + [number("complain", decisions.complaints)]
    }

    private static func application(_ application: ApplicationSummary) -> [AuditField] {
        let profiles: AuditField? =
            if case .profiles(let names, _) = application.application {
                AuditField(name: "profiles", value: .texts(names))
            } else {
                nil
            }
        return present([
            text("name", application.application.name),
            profiles,
            application.client.map { AuditField(name: "client", value: .fields($0.fields)) },
            time("first", application.firstSeen),
            time("last", application.lastSeen),
            number("sessions", application.sessions),
            AuditField(name: "commands", value: .fields(decisions(application.decisions))),
            number("rejected", application.rejections),
            text("rejected_reason", application.rejectionReason),
            number("folded", application.folded),
            number("replies_filtered", application.filteredReplies),
            number("events_dropped", application.droppedEvents),
            text("probe", application.probe?.text),
            AuditField(name: "refused", value: .list(application.refusedCommands.map(refused))),
            application.refusalsBeyond > 0 ? number("refused_beyond", application.refusalsBeyond) : nil,
        ])
    }

    private static func refused(_ refused: RefusedCommand) -> [AuditField] {
        present([
            text("command", refused.command),
            text("arguments", refused.arguments),
            number("count", refused.count),
            time("first", refused.first),
            time("last", refused.last),
            text("reason", refused.reason),
            text("rule", refused.rule),
            refused.isComplaint ? AuditField(name: "complain", value: .flag(true)) : nil,
        ])
    }

    private static func outage(_ outage: Outage) -> [AuditField] {
        present([
            outage.hasBeginning ? time("from", outage.first) : nil,
            time("to", outage.end),
            time("last", outage.last),
            number("lost", outage.losses),
            number("failed", outage.failures),
            text("reason", outage.reason),
        ])
    }

    private static func missing(_ missing: MissingRecords) -> [AuditField] {
        present([time("time", missing.time), number("records", missing.count), text("reason", missing.reason)])
    }

    private static func notUnderstood(_ what: NotUnderstood) -> [AuditField] {
        [
            number("foreign", what.foreign), number("cut", what.cut), number("later", what.later),
            number("unknown", what.unknown),
        ]
    }

    // MARK: Fields

    private static func present(_ fields: [AuditField?]) -> [AuditField] { fields.compactMap(\.self) }

    private static func number(_ name: String, _ number: UInt64) -> AuditField {
        AuditField(name: name, value: .number(number))
    }

    private static func text(_ name: String, _ text: String?) -> AuditField? {
        text.map { AuditField(name: name, value: .text($0)) }
    }

    private static func time(_ name: String, _ time: Timestamp?) -> AuditField? { text(name, time?.text) }
}
