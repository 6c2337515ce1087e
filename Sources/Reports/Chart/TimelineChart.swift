// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// The decisions of one application over time: what passed stands above the line, what was refused below it.
///
/// Widths are shares of the whole, so that it fits any screen and its text stays readable.
struct TimelineChart {
    let application: ApplicationSummary
    let timeSteps: TimeSteps
    /// The steps that are drawn, the same for all applications.
    let steps: ClosedRange<Int64>
    let ticks: AxisTicks

    /// Pixels from the top.
    private static let top: Int64 = 4
    private static let plotHeight: Int64 = 68
    private static let labelBase = 92

    /// Steps with something in them are drawn at least so high.
    private static let leastHeight: Int64 = 2

    var html: HTML {
        let peak = peaks
        let base = Self.top + height(of: peak.above, in: peak)
        return HTML(
            "div", ["class": "plot"],
            [
                HTML("div", ["class": "scale", "aria-hidden": "true"], scale(peak, base: base)),
                HTML(
                    "svg", ["role": "img", "aria-label": description(peak)],
                    gridLines + bars(peak, base: base) + [line("base", from: ("0", base), to: ("100%", base))] + labels
                ),
            ]
        ).onItsOwnLine
    }

    private struct Peaks {
        var above: UInt64 = 0
        var below: UInt64 = 0
        var time: Int64?
    }

    private var peaks: Peaks {
        application.activity.sorted { $0.key < $1.key }.reduce(into: Peaks()) { peaks, entry in
            let counts = entry.value
            if counts.passed > peaks.above || peaks.time == nil { peaks.time = entry.key }
            peaks.above = max(peaks.above, counts.passed)
            peaks.below = max(peaks.below, counts.filter)
        }
    }

    private func height(of count: UInt64, in peaks: Peaks) -> Int64 {
        let whole = peaks.above.adding(peaks.below)
        guard count > 0, whole > 0 else { return 0 }
        return max(Int64(Double(Self.plotHeight) * Double(count) / Double(whole)), Self.leastHeight)
    }

    private func scale(_ peaks: Peaks, base: Int64) -> [HTML] {
        func label(_ count: UInt64, at y: Int64) -> HTML {
            HTML("span", ["style": "top:\(y)px"], Figure.short(count))
        }
        // The least room between the middles of two numbers.
        let line: Int64 = 13
        let below = height(of: peaks.below, in: peaks)
        return [
            peaks.above > 0 ? label(peaks.above, at: Self.top + 4) : .none,
            base - Self.top - 4 >= line && (below == 0 || below - 4 >= line) ? label(0, at: base) : .none,
            peaks.below > 0
                ? label(peaks.below, at: max(base + below - 4, Self.top + 4 + (peaks.above > 0 ? line : 0))) : .none,
        ]
    }

    private var gridLines: [HTML] {
        ticks.ticks.map { tick in
            let x = share(of: tick.time)
            return line("grid", from: (x, Self.top), to: (x, Self.top + Self.plotHeight))
        }
    }

    private var labels: [HTML] {
        ticks.ticks.map { tick in
            HTML(
                "text", ["x": share(of: tick.time), "y": "\(Self.labelBase)", "class": tick.isMinor ? "minor" : nil],
                tick.label)
        }
    }

    private func line(_ style: String, from: (String, Int64), to: (String, Int64)) -> HTML {
        HTML(
            "line", ["class": style, "x1": from.0, "y1": "\(from.1)", "x2": to.0, "y2": "\(to.1)"], [])
    }

    private func bars(_ peaks: Peaks, base: Int64) -> [HTML] {
        application.activity.sorted { $0.key < $1.key }.filter { steps.contains($0.key) }.flatMap { step, counts in
            var y = base
            var bars: [HTML] = []
            for series in Series.above {
                let height = height(of: series.count(counts), in: peaks)
                guard height > 0 else { continue }
                y -= height
                bars.append(bar(series, step, y: y, height: height))
            }
            let below = height(of: counts.filter, in: peaks)
            if below > 0 { bars.append(bar(.refused, step, y: base, height: below)) }
            return bars
        }
    }

    private func bar(_ series: Series, _ step: Int64, y: Int64, height: Int64) -> HTML {
        HTML(
            "rect",
            [
                "class": series.style, "x": share(step - steps.lowerBound, of: stepCount), "y": "\(y)",
                "width": share(88, of: stepCount * 100), "height": "\(height)",
            ],
            [])
    }

    private var stepCount: Int64 { steps.upperBound - steps.lowerBound + 1 }

    private func share(of time: Timestamp) -> String {
        let begin = timeSteps.beginning(of: steps.lowerBound).microseconds
        // Whole minutes, so that no product is too large.
        return share((time.microseconds - begin) / 60_000_000, of: stepCount * timeSteps.step / 60_000_000)
    }

    /// In hundredths, with three digits behind the point.
    private func share(_ part: Int64, of whole: Int64) -> String {
        let thousandths = part * 100_000 / whole
        let rest = String(thousandths % 1000)
        return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)%"
    }

    private func description(_ peaks: Peaks) -> String {
        let decisions = application.decisions
        let most = peaks.time.map { ", most of them in the time from \(timeSteps.beginning(of: $0).minute) UTC" } ?? ""
        return
            "\(application.application.name): \(Figure.text(decisions.passed, "command")) passed\(peaks.above > 0 ? most : ""), "
            + "\(Figure.text(decisions.filter)) refused. The same in numbers is in the table below."
    }
}
