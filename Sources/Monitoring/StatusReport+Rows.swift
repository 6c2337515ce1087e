// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension StatusReport {
    private static let firstWord = "onion-sieve-status"
    private static let lastWord = "end"

    /// What goes over the daemon's socket: a line for each thing, the last of which says that nothing is missing. Whoever does not know
    /// the first word of a line passes it over.
    package var encoded: String {
        var rows = [
            [Self.firstWord, String(Self.schema)],
            ["daemon", version, String(process), Self.word(started), Self.word(time), String(sessionLimit)],
            [
                "tor", Self.word(tor.isThere), Self.word(tor.since), tor.address ?? "", tor.version ?? "",
                tor.reason ?? "", String(tor.losses), String(tor.failures),
            ],
            [
                "profiles", String(profiles.count), String(profiles.furtherMistakes), String(profiles.loads),
                Self.word(profiles.loaded), Self.word(profiles.isComplete),
            ],
            [
                "trail", trail.destination, trail.level, trail.failure, Self.word(trail.failing), trail.reason ?? "",
                String(trail.lost),
            ],
            ["unauthenticated", String(activity.unauthenticatedCommands)],
        ]
        rows += listeners.map { ["listener", $0] }
        rows += applications.map { ["application", $0] }
        rows += profiles.mistakes.map { ["mistake", $0.text, Self.word($0.isKept)] }
        for policy in activity.policies {
            let numbers =
                [policy.openSessions, policy.sessions]
                + AuditedCommand.Decision.allCases.map { policy.commands[$0] }
                + [policy.complaints, policy.filteredReplies]
                + EventLoss.allCases.map { policy.droppedEvents[$0, default: 0] }
            rows.append(["policy", policy.profiles] + numbers.map { String($0) })
        }
        rows += Self.rows("ended", activity.ends)
        rows += Self.rows("rejected", activity.rejections)
        rows += Self.rows("limit", activity.otherLimits)
        rows.append([Self.lastWord])
        return rows.map { StatusRow($0).encoded }.joined()
    }

    private static func word(_ flag: Bool) -> String { flag ? "yes" : "no" }

    private static func word(_ time: Timestamp?) -> String { time.map { String($0.microseconds) } ?? "" }

    private static func rows<Kind: RawRepresentable<String> & CaseIterable & Hashable>(
        _ word: String, _ counts: [Kind: UInt64]
    ) -> [[String]] {
        Kind.allCases.compactMap { kind in counts[kind].map { [word, kind.rawValue, String($0)] } }
    }

    /// Nil if it is no whole answer, or one of another schema.
    package init?(parsing text: String) {
        let rows = text.unicodeScalars.split(separator: "\n").map { StatusRow(parsing: $0) }
        guard rows.first?.words == [Self.firstWord, String(Self.schema)], rows.last?.words == [Self.lastWord],
            text.utf8.last == 0x0A, let daemon = rows.first(where: { $0.text(0) == "daemon" }),
            let started = daemon.time(3), let time = daemon.time(4)
        else { return nil }
        self.init(version: daemon.text(1), process: daemon.number(2), started: started)
        self.time = time
        sessionLimit = daemon.number(5)
        for row in rows { take(row) }
    }

    private mutating func take(_ row: StatusRow) {
        switch row.text(0) {
        case "tor":
            tor.isThere = row.flag(1)
            tor.since = row.time(2)
            tor.address = row.optional(3)
            tor.version = row.optional(4)
            tor.reason = row.optional(5)
            tor.losses = row.number(6)
            tor.failures = row.number(7)
        case "profiles":
            profiles.count = row.number(1)
            profiles.furtherMistakes = row.number(2)
            profiles.loads = row.number(3)
            profiles.loaded = row.time(4)
            profiles.isComplete = row.flag(5)
        case "trail":
            trail.destination = row.text(1)
            trail.level = row.text(2)
            trail.failure = row.text(3)
            trail.failing = row.time(4)
            trail.reason = row.optional(5)
            trail.lost = row.number(6)
        case "listener": listeners.append(row.text(1))
        case "application": applications.append(row.text(1))
        case "mistake": profiles.mistakes.append(Profiles.Mistake(text: row.text(1), isKept: row.flag(2)))
        case "unauthenticated": activity.unauthenticatedCommands = row.number(1)
        case "policy":
            var policy = PolicyActivity(profiles: row.text(1))
            policy.openSessions = row.number(2)
            policy.sessions = row.number(3)
            for (index, decision) in AuditedCommand.Decision.allCases.enumerated() {
                policy.commands.add(decision, isComplaint: false, row.number(4 + index))
            }
            let next = 4 + AuditedCommand.Decision.allCases.count
            policy.commands.complaints = row.number(next)
            policy.filteredReplies = row.number(next + 1)
            for (index, loss) in EventLoss.allCases.enumerated() where row.number(next + 2 + index) > 0 {
                policy.droppedEvents[loss] = row.number(next + 2 + index)
            }
            activity.take(policy)
        case "ended": SessionEnd(rawValue: row.text(1)).map { activity.ends[$0] = row.number(2) }
        case "rejected": Rejection(rawValue: row.text(1)).map { activity.rejections[$0] = row.number(2) }
        case "limit": ReachedLimit(rawValue: row.text(1)).map { activity.otherLimits[$0] = row.number(2) }
        default: break
        }
    }
}
