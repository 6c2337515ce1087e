// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// When to try again to reach a tor that is not there: after 100 ms, then twice as long each time up to a second, until
/// a limit is reached. The last attempt is made at the limit.
package struct ReconnectSchedule: Hashable, Sendable {
    package static let firstDelay = Duration.milliseconds(100)
    package static let longestDelay = Duration.seconds(1)

    /// How long attempts go on, from the first.
    package let limit: Duration
    private var delay = firstDelay

    package init(limit: Duration) { self.limit = limit }

    /// How long to wait before the next attempt, or nil if there is to be none.
    ///
    /// - Parameter elapsed: the time since the first attempt began.
    package mutating func nextDelay(elapsed: Duration) -> Duration? {
        guard elapsed < limit else { return nil }
        defer { delay = min(delay * 2, Self.longestDelay) }
        return min(delay, limit - elapsed)
    }
}
