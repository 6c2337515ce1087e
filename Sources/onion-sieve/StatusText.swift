// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Monitoring
import Profiles
import Reports

/// How the daemon is, for a person: first what matters.
struct StatusText {
    private let report: StatusReport
    private let isColoured: Bool
    private let width: Int?

    init(_ report: StatusReport, isColoured: Bool, width: Int?) {
        self.report = report
        self.isColoured = isColoured
        self.width = width
    }

    var lines: [String] {
        let colour: Table.Colour = report.problems.isEmpty ? .green : .red
        let first = isColoured ? colour.painting(verdict) : verdict
        return [first, ""] + facts + [""] + policies + [""] + refusals
    }

    /// `running, tor 0.4.9.11 is there, 3 sessions, 1 profile file has errors`.
    private var verdict: String {
        let version = report.tor.version.map { " \(Self.visible($0))" } ?? ""
        let tor = report.tor.isThere ? "tor\(version) is there" : "tor is away"
        let sessions = Counted.text(Int(clamping: report.activity.openSessions), "session")
        let problems = report.problems.compactMap { problem -> String? in
            switch problem {
            case .torAway: nil
            case .profiles(1): "1 profile file has errors"
            case .profiles(let count): "\(count) profile files have errors"
            case .profilesUnreadable: "the profiles could not be read"
            case .trail: "the audit trail cannot be written"
            }
        }
        return (["running", tor, sessions] + problems).joined(separator: ", ")
    }

    private var facts: [String] {
        let tor = report.tor
        let trail = report.trail
        var rows = [
            ["daemon", "process \(report.process), version \(report.version), since \(report.started.secondText)"],
            ["listeners", report.listeners.isEmpty ? "none" : report.listeners.joined(separator: ", ")],
        ]
        if !report.applications.isEmpty {
            rows.append(["sockets", "of applications: \(report.applications.joined(separator: ", "))"])
        }
        let since = tor.since.map { " since \($0.secondText)" } ?? ""
        let state =
            tor.isThere ? "there\(since), at \(tor.address ?? "")" : "away\(since): \(tor.reason ?? "not asked yet")"
        rows.append(["tor", "\(state); connections lost: \(tor.losses)"])
        let loaded = report.profiles.loaded.map { ", read \($0.secondText)" } ?? ""
        rows.append(["profiles", "\(report.profiles.count) in use\(loaded)"])
        let failing = trail.failing.map { "not written since \($0.secondText): \(trail.reason ?? "")" } ?? "fine"
        rows.append(["audit", "\(trail.destination): \(failing); records lost: \(trail.lost)"])
        return rows.flatMap { row in
            let line = row[0] + String(repeating: " ", count: 11 - row[0].count) + Self.visible(row[1])
            return [line] + (row[0] == "profiles" ? mistakes : [])
        }
    }

    private var mistakes: [String] {
        let further = report.profiles.furtherMistakes
        return report.profiles.mistakes.map {
            "    \(Self.visible($0.text))\($0.isKept ? " (what was there before stays in use)" : "")"
        } + (further > 0 ? ["    and \(further) more"] : [])
    }

    /// Those with most refusals first.
    private var policies: [String] {
        let policies = report.activity.policies.sorted {
            ($0.commands.filter, $1.profiles) > ($1.commands.filter, $0.profiles)
        }
        guard !policies.isEmpty else { return ["no session since the start"] }
        let headings = [
            "PROFILES", "OPEN", "SESSIONS", "FORWARD", "REWRITE", "ANSWER", "FILTER", "COMPLAIN", "EVENTS DROPPED",
        ]
        let rows = policies.map { policy in
            let numbers =
                [policy.openSessions, policy.sessions]
                + AuditedCommand.Decision.allCases.map { policy.commands[$0] }
                + [policy.complaints, policy.droppedEvents.values.reduce(0, +)]
            return [Table.Cell(policy.profiles.isEmpty ? "(none)" : policy.profiles)]
                + numbers.enumerated().map { index, number in
                    Table.Cell(String(number), colour: index == 5 && number > 0 ? .yellow : nil)
                }
        }
        return Table(headings: headings, shrinking: 0).lines(rows, width: width, isColoured: isColoured)
    }

    private var refusals: [String] {
        let activity = report.activity
        func list<Kind: RawRepresentable<String> & CaseIterable>(_ title: String, _ count: (Kind) -> UInt64) -> [String]
        {
            let counts = Kind.allCases.map { ($0.rawValue, count($0)) }.filter { $0.1 > 0 }
            return counts.isEmpty ? [] : ["\(title): \(counts.map { "\($0) \($1)" }.joined(separator: ", "))"]
        }
        return ["commands before authentication: \(activity.unauthenticatedCommands)"]
            + list("sessions ended") { (end: SessionEnd) in activity.ends[end, default: 0] }
            + list("connections rejected") { (rejection: Rejection) in activity.rejections[rejection, default: 0] }
            + list("limits reached") { (limit: ReachedLimit) in activity.count(of: limit) }
    }

    private static func visible(_ text: String) -> String { VisibleText.escaped(text) }
}
