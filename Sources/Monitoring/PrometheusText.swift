// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Profiles

/// Metrics in Prometheus' text format, version 0.0.4. Units are seconds since 1970 and numbers of things.
package struct PrometheusText: Sendable {
    package enum Kind: String, Hashable, Sendable {
        case counter
        case gauge
    }

    struct Sample: Sendable {
        let labels: [(String, String)]
        let value: String

        init(_ labels: [(String, String)], _ value: UInt64) {
            self.labels = labels
            self.value = String(value)
        }

        init(_ value: UInt64) { self.init([], value) }

        init(_ flag: Bool) { self.init(flag ? 1 : 0) }

        /// In seconds.
        init(_ time: Timestamp) {
            labels = []
            value = String(Double(time.microseconds) / 1_000_000)
        }
    }

    private var lines = ""

    private mutating func add(_ metric: Metric, _ samples: [Sample]) {
        lines += "# HELP \(metric.rawValue) \(metric.help)\n# TYPE \(metric.rawValue) \(metric.kind.rawValue)\n"
        for sample in samples {
            let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            lines += "\(metric.rawValue)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)\n"
        }
    }

    /// What a terminal would act on is written as an escape first, in such a way that two names never become one: nobody takes a file
    /// in which a series stands twice.
    static func escaped(_ label: String) -> String {
        var text = ""
        for scalar in VisibleText.escaped(doublingBackslashes(label)).unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func doublingBackslashes(_ label: String) -> String {
        var text = ""
        for scalar in label.unicodeScalars {
            if scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    /// - Parameter report: nil where no daemon runs, or it does not answer.
    package static func text(_ report: StatusReport?) -> String {
        var text = Self()
        for metric in Metric.allCases {
            if let report {
                text.add(metric, metric.samples(of: report))
            } else if metric == .up {
                text.add(metric, [Sample(false)])
            }
        }
        return text.lines
    }
}
