// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// What a summary says in words, for the terminal and the page alike.
struct SummarySentences {
    private let summary: TrailSummary

    init(_ summary: TrailSummary) { self.summary = summary }

    var period: String {
        guard let first = summary.first, let last = summary.last else { return "no records" }
        return "\(first.minute) to \(last.minute) UTC"
    }

    /// From when to when, and how much.
    var facts: [String] {
        guard summary.first != nil else { return ["no records"] }
        let decisions = summary.decisions
        var lines = [
            "\(period): \(sessions), \(Figure.text(decisions.all, "command")), \(Figure.text(decisions.filter)) refused"
        ]
        if decisions.complaints > 0 {
            lines.append("\(Figure.text(decisions.complaints, "command")) passed only by complain mode")
        }
        if summary.rejections > 0 { lines.append("\(Figure.text(summary.rejections, "connection")) rejected") }
        if let starts { lines.append(starts) }
        if let untimed = untimedCommands { lines.append(untimed) }
        return lines
    }

    var sessions: String {
        "\(summary.isSessionCountExact ? "" : "about ")\(Figure.text(summary.sessions, "session"))"
    }

    var starts: String? {
        summary.starts > 0 ? "onion-sieve started \(Figure.text(summary.starts, "time"))" : nil
    }

    var untimedCommands: String? {
        guard summary.untimedCommands > 0 else { return nil }
        return
            "\(Figure.text(summary.untimedCommands, "command")) at times that no trail is of: a clock that was not set?"
    }

    /// What is to be said of an application besides its numbers.
    static func remarks(on application: ApplicationSummary) -> [String] {
        var remarks: [String] = []
        if let probe = application.probe { remarks.append(probe.text) }
        if application.rejections > 0 {
            let reason = application.rejectionReason.map { ": \(ShownText.escaped($0))" } ?? ""
            remarks.append("\(Figure.text(application.rejections, "connection")) rejected\(reason)")
        }
        if application.folded > 0 {
            remarks.append("\(Figure.text(application.folded)) refusals, drops or connections not recorded one by one")
        }
        if application.filteredReplies > 0 {
            remarks.append("\(Figure.text(application.filteredReplies)) replies of tor's filtered")
        }
        if application.application.isMixed {
            remarks.append("more applications, or clients, than are kept apart")
        }
        return remarks
    }

    /// Why a command was refused, with the rule.
    static func why(_ refused: RefusedCommand) -> String? {
        guard let reason = refused.reason else { return refused.rule.map(ShownText.escaped) }
        return ShownText.escaped(refused.rule.map { "\(reason): \($0)" } ?? reason)
    }

    static func outage(_ outage: Outage) -> String {
        let begin = outage.hasBeginning ? "from \(outage.first.second)" : "before \(outage.first.second)"
        let end =
            outage.end.map { outage.hasBeginning ? " to \($0.second)" : "" }
            ?? ", last met \(outage.last.second); its return is not in the trail"
        let parts = [
            outage.losses > 0 ? "\(Figure.text(outage.losses, "session")) lost it" : nil,
            outage.failures > 0 ? "not reached \(Figure.text(outage.failures, "time"))" : nil,
            outage.reason.map(ShownText.escaped),
        ].compactMap(\.self)
        return "tor was away \(begin)\(end)\(parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))")"
    }

    /// What the daemon knows to be missing.
    var missing: [String] {
        var lines = summary.missing.map { missing in
            let reason = missing.reason.map { " (\(ShownText.escaped($0)))" } ?? ""
            return "\(Figure.text(missing.count, "record")) missing before \(missing.time.minute)\(reason)"
        }
        let told = summary.missing.reduce(UInt64(0)) { $0.adding($1.count) }
        if summary.missingRecords > told {
            lines.append("\(Figure.text(summary.missingRecords - told, "record")) missing at other times")
        }
        if summary.outagesBeyond > 0 {
            lines.append("\(Figure.text(summary.outagesBeyond)) times tor was away that are not told one by one")
        }
        return lines
    }

    /// What stands in the trail and is not in the numbers.
    var notUnderstood: [String] {
        let what = summary.notUnderstood
        return [
            what.foreign > 0 ? "\(Figure.text(what.foreign, "line")) not understood: no records of onion-sieve" : nil,
            what.cut > 0 ? "\(Figure.text(what.cut, "line")) cut at the end: a record that was being written?" : nil,
            what.later > 0
                ? "\(Figure.text(what.later, "record")) of a later schema (up to \(what.latestSchema)): use a later onion-sieve"
                : nil,
            what.unknown > 0 ? "\(Figure.text(what.unknown, "record")) of a kind that is not known here" : nil,
        ].compactMap(\.self)
    }
}
