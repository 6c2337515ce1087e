// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension ReportPage {
    var refused: [HTML] {
        let all = applications.filter { !$0.refusedCommands.isEmpty }
        guard !all.isEmpty else { return [Self.note("Nothing was refused.")] }
        var room = Self.mostRefusalsInAll
        var contents: [HTML] = []
        var leftOut = 0
        for (index, application) in all.enumerated() {
            let commands = application.refusedCommands
            let shown = commands.prefix(min(Self.mostRefusals, room))
            room -= shown.count
            guard !shown.isEmpty, index < Self.mostApplications else {
                leftOut += 1
                continue
            }
            contents.append(HTML("h3", [Self.name(application)]).onItsOwnLine)
            contents.append(Self.table(Array(shown)))
            contents += Self.leftOut(commands.count - shown.count, "different command")
            if application.refusalsBeyond > 0 {
                contents.append(
                    Self.note("\(Figure.text(application.refusalsBeyond)) refused that were not kept apart."))
            }
        }
        return contents + Self.leftOut(leftOut, "application with refused commands")
    }

    /// Of a command that are shown.
    private static let mostBytes = 600

    private static func table(_ commands: [RefusedCommand]) -> HTML {
        let reasons = Set(commands.map(SummarySentences.why))
        // Said once if it is the same for all.
        let reason = reasons.count == 1 && commands.count > 1 ? reasons.first! : nil
        let rows = commands.map { refused in
            let complaint = refused.isComplaint ? remark("passed by complain mode") : .none
            let why = reason == nil ? SummarySentences.why(refused).map(remark) ?? .none : .none
            return [
                HTML("div", [HTML("code", BoundedText.cut(refused.text, to: mostBytes)), complaint, why]),
                refused.isComplaint ? number(refused.count) : refusedNumber(refused.count), time(refused.first),
                time(refused.last),
            ]
        }
        return HTMLTable(
            caption:
                "\(commands.count > 1 ? "Most often first" : "One command")\(reason.map { "; for all of them: \($0)" } ?? "").",
            columns: [
                .init(reason == nil ? "Command and reason" : "Command"), .init("Times", .number),
                .init("First (UTC)", .time), .init("Last (UTC)", .time),
            ],
            rows: rows
        ).html
    }
}
