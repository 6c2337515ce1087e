// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension ReportPage {
    var applicationTable: [HTML] {
        let all = applications.filter { $0.application.hasProfile || $0.application == .others }
        guard !all.isEmpty else { return [Self.note("No client had a profile.")] }
        let shown = all.prefix(Self.mostApplications)
        let hasComplaints = shown.contains { $0.decisions.complaints > 0 }
        let rows = shown.map { application in
            let complaints = hasComplaints ? [Self.number(application.decisions.complaints)] : []
            return [
                HTML("div", [Self.name(application)] + Self.remarks(application)), Self.number(application.sessions),
                Self.number(application.decisions.all), Self.refusedNumber(application.decisions.filter),
            ] + complaints + [Self.time(application.firstSeen), Self.time(application.lastSeen)]
        }
        let table = HTMLTable(
            caption: "Clients that profiles are for, by profiles and program; those to whom most was refused first.",
            columns: [
                .init("Application"), .init("Sessions", .number), .init("Commands", .number),
                .init("Refused", .number),
            ] + (hasComplaints ? [.init("By complain mode", .number)] : [])
                + [.init("First seen (UTC)", .time), .init("Last seen (UTC)", .time)],
            rows: Array(rows)
        )
        return [table.html] + Self.leftOut(all.count - shown.count, "application")
    }

    var strangerTable: [HTML] {
        guard !strangers.isEmpty else { return [Self.note("Every client that is in the trail had a profile.")] }
        let shown = strangers.prefix(Self.mostApplications)
        let rows = shown.map { stranger in
            let facts = stranger.client.map { HTML("span", ["class": "remark"], [HTML("code", $0.text)]) } ?? .none
            return [
                HTML("div", [Self.name(stranger), facts] + Self.remarks(stranger)), Self.number(stranger.sessions),
                Self.refusedNumber(stranger.decisions.filter), Self.refusedNumber(stranger.rejections),
                Self.time(stranger.firstSeen), Self.time(stranger.lastSeen),
            ]
        }
        let table = HTMLTable(
            caption: "Who connected and no profile is for, or was not served at all.",
            columns: [
                .init("Who"), .init("Sessions", .number), .init("Refused", .number),
                .init("Rejected", .number), .init("First seen (UTC)", .time), .init("Last seen (UTC)", .time),
            ],
            rows: Array(rows)
        )
        return [table.html] + Self.leftOut(strangers.count - shown.count, "client")
    }

    var newcomers: [HTML] {
        guard let last = summary.last, let first = summary.first else { return [Self.note("Nobody was there.")] }
        guard let newcomers = summary.newcomers(days: Self.newDays) else {
            return [
                Self.note(
                    "The trail does not go back more than \(Self.newDays) days before its end, to \(first.day): it cannot tell who "
                        + "is new.")
            ]
        }
        guard !newcomers.isEmpty else {
            return [
                Self.note("Nobody was seen for the first time in the \(Self.newDays) days before \(last.minute) UTC.")
            ]
        }
        let shown = newcomers.prefix(Self.mostApplications)
        let rows = shown.map { application in
            [
                HTML(
                    "div",
                    [Self.name(application), application.application.hasProfile ? .none : Self.remark("no profile")]),
                Self.time(application.firstSeen), Self.number(application.sessions),
                Self.number(application.decisions.all), Self.refusedNumber(application.decisions.filter),
            ]
        }
        let table = HTMLTable(
            caption: "Seen for the first time in the \(Self.newDays) days before \(last.minute) UTC.",
            columns: [
                .init("Application"), .init("First seen (UTC)", .time), .init("Sessions", .number),
                .init("Commands", .number), .init("Refused", .number),
            ],
            rows: Array(rows)
        )
        return [table.html] + Self.leftOut(newcomers.count - shown.count, "application")
    }
}
