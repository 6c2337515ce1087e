// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// The steps of time by which decisions are counted: as fine as ``most`` of them reach over the whole trail.
package struct TimeSteps: Hashable, Sendable {
    /// A week by the hour, and a day more.
    package static let most: Int64 = 192
    /// Minutes of a step; each is a multiple of the one before.
    private static let minutes: [Int64] = [
        1, 5, 15, 60, 3 * 60, 6 * 60, 24 * 60, 7 * 24 * 60, 4 * 7 * 24 * 60, 52 * 7 * 24 * 60,
    ]
    /// From 2020-01-01 to 2100-01-01. No trail is older or younger: a record that says so is of a clock that was not set, and would
    /// leave one bar for all the others.
    package static let times =
        Timestamp(microseconds: 1_577_836_800_000_000)..<Timestamp(microseconds: 4_102_444_800_000_000)

    private var level = 0
    /// The first and the last step in which there is something.
    package private(set) var range: ClosedRange<Int64>?

    /// Microseconds.
    package var step: Int64 { Self.minutes[level] * 60_000_000 }

    /// - Parameter coarsen: called when steps become coarser, with how many of them are one from now on.
    /// - Returns: the step's number from the epoch; nil if the time is none of a trail.
    mutating func index(of time: Timestamp, coarsen: (Int64) -> Void) -> Int64? {
        guard Self.times.contains(time) else { return nil }
        var index = time.microseconds / step
        var range = self.range.map { min($0.lowerBound, index)...max($0.upperBound, index) } ?? index...index
        while range.upperBound - range.lowerBound >= Self.most, level + 1 < Self.minutes.count {
            let factor = Self.minutes[level + 1] / Self.minutes[level]
            level += 1
            index = time.microseconds / step
            range = range.lowerBound / factor...range.upperBound / factor
            coarsen(factor)
        }
        self.range = range
        return index
    }

    /// The moment at which a step begins.
    package func beginning(of index: Int64) -> Timestamp { Timestamp(microseconds: index * step) }
}
