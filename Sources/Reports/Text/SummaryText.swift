// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// A summary for a terminal: what matters on top, what was not understood at the end.
package struct SummaryText: Sendable {
    /// Applications, refused commands of one, and outages that are shown; there may be more in the JSON form and on the page.
    static let mostApplications = 50
    static let mostRefusals = 20
    static let mostOutages = 10

    private let summary: TrailSummary
    private let width: Int?
    private let isColoured: Bool

    /// - Parameter width: cells of the terminal; nil if nobody minds.
    package init(_ summary: TrailSummary, width: Int?, isColoured: Bool) {
        self.summary = summary
        self.width = width
        self.isColoured = isColoured
    }

    package var text: String {
        let sections = [facts, probes, applications, strangers, refusals, gaps, notUnderstood]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    // MARK: Sections

    private var facts: [String] { SummarySentences(summary).facts }

    private var probes: [String] {
        summary.applications.compactMap { application in
            application.probe.map { paint("\(Self.name(of: application)): \($0.text)", .red) }
        }
    }

    private var applications: [String] {
        table(summary.applications.filter { $0.application.hasProfile || $0.application == .others }, of: "APPLICATION")
    }

    private var strangers: [String] {
        table(
            summary.applications.filter { !$0.application.hasProfile && $0.application != .others },
            of: "CLIENT WITHOUT A PROFILE")
    }

    private func table(_ all: [ApplicationSummary], of heading: String) -> [String] {
        guard !all.isEmpty else { return [] }
        let shown = all.prefix(Self.mostApplications)
        let hasComplaints = shown.contains { $0.decisions.complaints > 0 }
        let table = Table(
            headings: [heading, "SESSIONS", "COMMANDS", "REFUSED"] + (hasComplaints ? ["COMPLAIN"] : [])
                + ["LAST SEEN (UTC)"],
            shrinking: 0,
            numeric: hasComplaints ? [1, 2, 3, 4] : [1, 2, 3]
        )
        let rows = shown.map { application in
            let decisions = application.decisions
            let complaints =
                hasComplaints ? [cell(decisions.complaints, colour: decisions.complaints > 0 ? .yellow : nil)] : []
            return [
                Table.Cell(Self.name(of: application), colour: application.probe == nil ? nil : .red),
                cell(application.sessions), cell(decisions.all),
                cell(decisions.filter, colour: decisions.filter > 0 ? .red : nil),
            ] + complaints + [Table.Cell(application.lastSeen.minute)]
        }
        var lines = table.lines(rows, width: width, isColoured: isColoured)
        for (index, application) in shown.enumerated().reversed() {
            lines.insert(contentsOf: SummarySentences.remarks(on: application).map { "    \($0)" }, at: index + 2)
        }
        return lines + more(all.count - shown.count, "client")
    }

    private static func name(of application: ApplicationSummary) -> String {
        ShownText.escaped(BoundedText.cut(application.application.name))
    }

    private var refusals: [String] {
        summary.applications.prefix(Self.mostApplications).reduce(into: []) { lines, application in
            let all = application.refusedCommands
            guard !all.isEmpty else { return }
            if !lines.isEmpty { lines.append("") }
            let shown = all.prefix(Self.mostRefusals)
            let reasons = Set(shown.map(SummarySentences.why))
            // Said once if it is the same for all.
            let reason = reasons.count == 1 ? reasons.first! : nil
            let asked = all.allSatisfy(\.isComplaint) ? "passed by complain mode" : "refused"
            lines.append(paint("\(asked): \(Self.name(of: application))", .red) + (reason.map { " (\($0))" } ?? ""))
            let table = Table(
                headings: ["COUNT", "FIRST (UTC)", "LAST (UTC)", "COMMAND"], shrinking: 3, numeric: [0])
            let rows = shown.map { refused in
                [
                    cell(refused.count), Table.Cell(refused.first.minute), Table.Cell(refused.last.minute),
                    Table.Cell(ShownText.escaped(refused.text), colour: refused.isComplaint ? .yellow : nil),
                ]
            }
            var block = table.lines(rows, width: width, isColoured: isColoured)
            for (index, refused) in shown.enumerated().reversed() {
                guard reason == nil, let why = SummarySentences.why(refused) else { continue }
                block.insert("       \(why)", at: index + 2)
            }
            lines += block + more(all.count - shown.count, "different command")
            if application.refusalsBeyond > 0 {
                lines.append("\(Figure.text(application.refusalsBeyond)) refused that were not kept apart")
            }
        }
    }

    private var gaps: [String] {
        let outages = summary.outages.suffix(Self.mostOutages)
        let sentences = SummarySentences(summary)
        return
            (outages.count < summary.outages.count
            ? ["earlier absences of tor: \(Figure.text(UInt64(summary.outages.count - outages.count)))"] : [])
            + outages.map(SummarySentences.outage) + sentences.missing
    }

    private var notUnderstood: [String] {
        SummarySentences(summary).notUnderstood.map { paint($0, .yellow) }
    }

    // MARK: Parts

    private func cell(_ number: UInt64, colour: Table.Colour? = nil) -> Table.Cell {
        Table.Cell(Figure.text(number), colour: colour)
    }

    private func more(_ count: Int, _ noun: String) -> [String] {
        count > 0 ? ["and \(Figure.text(UInt64(count), noun)) more"] : []
    }

    private func paint(_ text: String, _ colour: Table.Colour) -> String { isColoured ? colour.painting(text) : text }
}
