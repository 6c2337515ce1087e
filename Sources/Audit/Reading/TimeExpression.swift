// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A time as somebody writes it who asks for a part of a trail.
package enum TimeExpression: Hashable, Sendable {
    /// `2026-11-21T17:35:02Z`
    case moment(Timestamp)
    /// `2026-11-21` or `2026-11-21 17:35[:02]`, where the reader is.
    case local(LocalDate)
    /// `today`, `yesterday`: midnight of a day, so many days ago, where the reader is.
    case midnight(daysAgo: Int)
    /// `now`, `90s`, `30min`, `2h`, `7d`, `2w`: so many microseconds ago.
    case ago(Int64)

    package struct LocalDate: Hashable, Sendable {
        package var year: Int
        package var month: Int
        package var day: Int
        package var hour = 0
        package var minute = 0
        package var second = 0
    }

    /// What can be written, for messages.
    package static let forms =
        "a time like 2026-11-21T17:35:02Z, a date like 2026-11-21, `2026-11-21 17:35`, today, yesterday, now, or a span like 30min, "
        + "2h or 7d"

    private static let units: [String: Int64] = [
        "s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400,
    ]

    package init?(_ text: String) {
        if let moment = Timestamp(text) {
            self = .moment(moment)
        } else if let date = LocalDate(text) {
            self = .local(date)
        } else {
            switch text {
            case "now": self = .ago(0)
            case "today": self = .midnight(daysAgo: 0)
            case "yesterday": self = .midnight(daysAgo: 1)
            default:
                let digits = text.prefix { $0.isASCII && $0.isNumber }
                guard let seconds = Self.units[String(text.dropFirst(digits.count))], digits.utf8.count <= 9,
                    let count = Int64(digits)
                else { return nil }
                self = .ago(count * seconds * 1_000_000)
            }
        }
    }
}

extension TimeExpression.LocalDate {
    /// Nil if it is no date of the calendar.
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { return nil }
        var time = parts.count > 1 ? String(parts[1]) : "00:00:00"
        if time.utf8.count == 5 { time += ":00" }
        // Read as if it were universal time, so that there is one reading of dates.
        guard parts.count > 1 || first.utf8.count == 10, Timestamp("\(first)T\(time)Z") != nil else { return nil }
        let numbers = (first.split(separator: "-") + time.split(separator: ":")).compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        self.init(
            year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3], minute: numbers[4],
            second: numbers[5])
    }
}
