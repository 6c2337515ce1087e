// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc

extension TimeExpression {
    /// The moment that is meant, where we are.
    func moment(now: Timestamp) -> Timestamp {
        switch self {
        case .moment(let moment): return moment
        case .ago(let microseconds): return Timestamp(microseconds: now.microseconds - microseconds)
        case .midnight(let daysAgo):
            var seconds = time_t(now.microseconds / 1_000_000)
            var fields = tm()
            localtime_r(&seconds, &fields)
            return Self.moment(
                year: Int(fields.tm_year) + 1900, month: Int(fields.tm_mon) + 1, day: Int(fields.tm_mday) - daysAgo)
        case .local(let date):
            return Self.moment(
                year: date.year, month: date.month, day: date.day, hour: date.hour, minute: date.minute,
                second: date.second)
        }
    }

    /// In our time zone; days beyond the month's are counted on.
    private static func moment(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
    ) -> Timestamp {
        var fields = tm()
        fields.tm_year = CInt(year - 1900)
        fields.tm_mon = CInt(month - 1)
        fields.tm_mday = CInt(day)
        fields.tm_hour = CInt(hour)
        fields.tm_min = CInt(minute)
        fields.tm_sec = CInt(second)
        fields.tm_isdst = -1
        return Timestamp(microseconds: Int64(mktime(&fields)) * 1_000_000)
    }
}
