// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension TrailRecord {
    /// The record by the names of its parts, in a fixed order.
    package var fields: [AuditField] {
        Self.fields([
            ("schema", .number(AuditRecord.schema)),
            ("time", .text(time.text)),
            ("event", .text(kind.name)),
        ]) + Self.fields(ofSession: session, client, profiles) + ownFields
    }

    /// What all records of a session have in common.
    static func fields(ofSession session: UInt64?, _ client: AuditedClient?, _ profiles: [String]) -> [AuditField] {
        fields([
            ("session", session.map { .number($0) }),
            ("client", client.map { .fields($0.fields) }),
            ("profile", profiles.isEmpty ? nil : .text(JoinedNames.text(profiles))),
        ])
    }

    /// What it does not have in common with others of its session.
    var ownFields: [AuditField] {
        Self.fields([
            ("of", folded.map { .text($0.name) }),
            ("decision", decision.map { .text($0.rawValue) }),
            ("command", command.map { .text($0) }),
            ("arguments", arguments.map { .text($0) }),
            ("length", length.map { .number($0) }),
            ("forwarded", forwarded.map { .text($0) }),
            ("rule", rule.map { .text($0) }),
            ("name", name.map { .text($0) }),
            ("reason", reason.map { .text($0) }),
            ("complain", isComplaint ? .flag(true) : nil),
            ("version", version.map { .text($0) }),
            ("profiles", profileCount.map { .number($0) }),
            ("left_out", leftOut.isEmpty ? nil : .texts(leftOut)),
            ("start", isStart ? .flag(true) : nil),
            ("repeated", repeated > 1 ? .number(repeated) : nil),
        ])
    }

    private static func fields(_ fields: [(String, AuditField.Value?)]) -> [AuditField] {
        fields.compactMap { name, value in value.map { AuditField(name: name, value: $0) } }
    }
}
