// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// Where an axis of time has its marks, and what stands there, in UTC.
struct AxisTicks {
    struct Tick {
        let time: Timestamp
        let label: String
        /// Left out where there is little room.
        let isMinor: Bool
    }

    /// At least so many steps are as wide as the whole.
    private static let most: Int64 = 8
    /// Minutes between two marks; days begin at midnight, UTC.
    private static let intervals: [Int64] = [
        1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440, 7 * 1440, 14 * 1440, 28 * 1440, 84 * 1440, 364 * 1440,
        3 * 364 * 1440, 10 * 364 * 1440,
    ]
    private static let minute: Int64 = 60_000_000
    private static let minutesOfDay: Int64 = 1440

    /// Microseconds between two marks.
    let interval: Int64
    let ticks: [Tick]

    init(from begin: Timestamp, to end: Timestamp) {
        let length = end.microseconds - begin.microseconds
        let minutes = Self.intervals.first { length / ($0 * Self.minute) <= Self.most } ?? Self.intervals.last!
        let interval = minutes * Self.minute
        self.interval = interval
        let first = (begin.microseconds + interval - 1) / interval
        let last = (end.microseconds - 1) / interval
        ticks = (first <= last ? Array(first...last) : []).enumerated().map { place, index in
            let time = Timestamp(microseconds: index * interval)
            return Tick(time: time, label: Self.label(time, minutes, length), isMinor: !place.isMultiple(of: 2))
        }
    }

    private static func label(_ time: Timestamp, _ minutes: Int64, _ length: Int64) -> String {
        let date = time.day.split(separator: "-")
        guard date.count == 3, let month = Int(date[1]), let day = Int(date[2]) else { return time.day }
        let days = time.microseconds / (minutesOfDay * minute)
        if minutes < minutesOfDay, !(time.microseconds / minute).isMultiple(of: minutesOfDay) { return time.timeOfDay }
        if length <= 10 * minutesOfDay * minute { return "\(weekdays[Int((days + 4) % 7)]) \(day)" }
        return minutes < 28 * minutesOfDay ? "\(day) \(months[month - 1])" : "\(months[month - 1]) \(date[0])"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
