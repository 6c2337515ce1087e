// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension ReportPage {
    var timeline: [HTML] {
        guard let range = summary.timeSteps.range else { return [Self.note("No commands were recorded.")] }
        let timeSteps = summary.timeSteps
        // A minute's worth of commands is no wall.
        let steps = range.lowerBound...max(range.upperBound, range.lowerBound + Self.leastSteps - 1)
        let ticks = AxisTicks(
            from: timeSteps.beginning(of: steps.lowerBound), to: timeSteps.beginning(of: steps.upperBound + 1))
        let active = applications.filter { !$0.activity.isEmpty }
        let shown = active.prefix(Self.mostCharts)
        let strips = shown.map { application in
            HTML(
                "div", ["class": "strip"],
                [
                    HTML("h3", [Self.name(application), HTML("span", Self.figures(of: application))]),
                    TimelineChart(application: application, timeSteps: timeSteps, steps: steps, ticks: ticks).html,
                ]
            ).onItsOwnLine
        }
        let caption =
            "Each bar is \(Self.duration(timeSteps.step)); times are in UTC. Each application has a scale of its own."
        return [
            HTML("figure", [HTML("figcaption", caption), Self.legend, Self.definitions] + strips).onItsOwnLine
        ] + Self.leftOut(active.count - shown.count, "application")
            + (sentences.untimedCommands.map { [Self.note(Self.ended($0))] } ?? [])
            + [numbers(Array(shown), interval: max(ticks.interval, timeSteps.step))]
    }

    private static let leastSteps: Int64 = 24

    private static func figures(of application: ApplicationSummary) -> String {
        let decisions = application.decisions
        return "\(Figure.text(decisions.passed)) passed, \(Figure.text(decisions.filter)) refused"
    }

    private static func duration(_ step: Int64) -> String {
        let minutes = step / 60_000_000
        return switch minutes {
        case 1: "one minute"
        case ..<60: "\(minutes) minutes"
        case 60: "one hour"
        case ..<1440: "\(minutes / 60) hours"
        case 1440: "one day"
        default: "\(minutes / 1440) days"
        }
    }

    private static var legend: HTML {
        HTML(
            "ul", ["class": "legend", "aria-label": "Legend"],
            Series.allCases.map { series in
                let swatch = [
                    HTML(
                        "rect", ["class": "swatch \(series.style)", "x": "0", "y": "0", "width": "14", "height": "14"],
                        [])
                ]
                return HTML("li", [HTML("svg", ["aria-hidden": "true"], swatch), HTML(series.legend)]).onItsOwnLine
            }
        ).onItsOwnLine
    }

    /// How bars are filled that are told apart by more than their colour.
    private static var definitions: HTML {
        func pattern(_ name: String, size: String, _ contents: [HTML]) -> HTML {
            HTML("pattern", ["id": name, "width": size, "height": size, "patternUnits": "userSpaceOnUse"], contents)
        }
        return HTML(
            "svg", ["class": "definitions", "aria-hidden": "true", "focusable": "false"],
            [
                HTML(
                    "defs",
                    [
                        pattern(
                            "hatched", size: "4",
                            [HTML("path", ["d": "M-1 1l2-2M0 4l4-4M3 5l2-2", "stroke-width": "1.4"], [])]),
                        pattern("dotted", size: "4", [HTML("circle", ["cx": "2", "cy": "2", "r": "1.4"], [])]),
                    ])
            ]
        ).onItsOwnLine
    }

    /// The same for those who do not see the bars, by coarser steps.
    private func numbers(_ applications: [ApplicationSummary], interval: Int64) -> HTML {
        let factor = interval / summary.timeSteps.step
        let rows = applications.flatMap { application in
            let coarse = application.activity.reduce(into: [Int64: DecisionCounts]()) {
                $0[$1.key / factor, default: DecisionCounts()].add($1.value)
            }
            return coarse.sorted { $0.key < $1.key }.map { step, counts in
                [Self.name(application), Self.time(Timestamp(microseconds: step * interval))]
                    + Series.allCases.map { series in
                        series == .refused
                            ? Self.refusedNumber(series.count(counts)) : Self.number(series.count(counts))
                    }
            }
        }
        let columns = Series.allCases.map { HTMLTable.Column($0.heading, .number) }
        let table = HTMLTable(
            caption: "Decisions by application, in steps of \(Self.duration(interval)).",
            columns: [.init("Application"), .init("From (UTC)", .time)] + columns,
            rows: rows
        )
        return HTML("details", [HTML("summary", "The time line in numbers"), table.html]).onItsOwnLine
    }
}
