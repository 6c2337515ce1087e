// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A moment of the calendar, to the microsecond.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z, without leap seconds, as POSIX counts.
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    private static let perSecond: Int64 = 1_000_000
    private static let perDay: Int64 = 86_400 * perSecond

    /// RFC 3339 in UTC: `2026-11-21T17:35:02.123456Z`.
    package var text: String {
        let (day, date) = Self.dividing(microseconds, by: Self.perDay)
        let (year, month, dayOfMonth) = Self.civil(day)
        let seconds = date / Self.perSecond
        func two(_ number: Int64) -> String { Self.padded(number, to: 2) }
        return
            "\(Self.padded(year, to: 4))-\(two(month))-\(two(dayOfMonth))T\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
            + ":\(two(seconds % 60)).\(Self.padded(date % Self.perSecond, to: 6))Z"
    }

    /// The same to the second: `2026-11-21T17:35:02Z`.
    package var secondText: String { "\(text.prefix { $0 != "." })Z" }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
    }

    /// Rounded down, so that moments before 1970 have a day, too.
    private static func dividing(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The date of a day counted from 1970-01-01 in the Gregorian calendar. Years are counted from March here, so that the leap
    /// day is the last one, and in eras of 400 years, which are all alike.
    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = dividing(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    /// Days from 1970-01-01 to a date.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = dividing(shifted, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// - Parameter text: RFC 3339: a date and a time of day with up to nine digits of a second, and `Z` or an offset. Nil if it is
    ///   none, or no moment of the calendar.
    package init?(_ text: some StringProtocol) {
        var scanner = Scanner(bytes: Array(text.utf8))
        guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T", "t", " "), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2)
        else { return nil }
        let fraction = scanner.take(".") ? scanner.fraction() : 0
        guard let fraction, let offset = scanner.offset(), scanner.isAtEnd, (1...12).contains(month), hour < 24,
            minute < 60,
            second <= 60
        else { return nil }
        let days = Self.days(year, month, day)
        guard Self.civil(days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(microseconds: seconds * Self.perSecond + fraction)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ characters: Unicode.Scalar...) -> Bool {
            guard position < bytes.count, characters.contains(where: { UInt8(ascii: $0) == bytes[position] }) else {
                return false
            }
            position += 1
            return true
        }

        mutating func digit() -> Int64? {
            guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
            defer { position += 1 }
            return Int64(bytes[position] - 0x30)
        }

        mutating func number(_ width: Int) -> Int64? {
            var number: Int64 = 0
            for _ in 0..<width {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// Microseconds; finer ones are cut off.
        mutating func fraction() -> Int64? {
            guard var value = digit() else { return nil }
            var width = 1
            while let digit = digit() {
                width += 1
                guard width <= 9 else { return nil }
                if width <= 6 { value = value * 10 + digit }
            }
            for _ in width..<max(6, width) { value *= 10 }
            return value
        }

        /// Seconds east of Greenwich.
        mutating func offset() -> Int64? {
            if take("Z", "z") { return 0 }
            let isEast = take("+")
            guard isEast || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24,
                minutes < 60
            else {
                return nil
            }
            return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
        }
    }
}
