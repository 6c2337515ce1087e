// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The commands that may still come: so many in a second, and as many at once after a second of silence.
///
/// A permit may lie in the future: those that ask are let through in the order in which they asked. A bucket that is full is one
/// that nobody has used.
package struct CommandBucket: Hashable, Sendable {
    /// When all that was taken will have come back; a second's worth may be owed.
    private var full: Duration

    private static let burst = Duration.seconds(1)

    /// - Parameter now: time since some start, the same for all calls, that never runs backwards.
    package init(at now: Duration) { full = now }

    package func isFull(at now: Duration) -> Bool { full <= now }

    /// Takes one, and says how long to wait before it is used.
    ///
    /// - Parameter rate: commands in a second, at least 1. It may change from call to call.
    package mutating func take(rate: Int, at now: Duration) -> Duration {
        full = max(full, now) + Self.burst / rate
        return max(.zero, full - Self.burst - now)
    }

    /// Gives one back that was waited for and not used.
    package mutating func giveBack(rate: Int) { full -= Self.burst / rate }
}
