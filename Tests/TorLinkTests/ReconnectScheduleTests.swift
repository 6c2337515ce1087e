// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import TorLink

@Suite("When to try again")
struct ReconnectScheduleTests {
    private static let schedules: [(Int, [Int])] = [
        (0, []),
        (50, [50]),
        (100, [100]),
        (250, [100, 150]),
        (5_000, [100, 200, 400, 800, 1_000, 1_000, 1_000, 500]),
        (60_000, [100, 200, 400, 800] + Array(repeating: 1_000, count: 58) + [500]),
    ]

    @Test(
        "Delays double up to a second, the last ends at the limit, and then there is none",
        arguments: schedules
    )
    func instantAttempts(limit: Int, delays: [Int]) {
        var schedule = ReconnectSchedule(limit: .milliseconds(limit))
        var elapsed = Duration.zero
        for delay in delays {
            #expect(schedule.nextDelay(elapsed: elapsed) == .milliseconds(delay))
            elapsed += .milliseconds(delay)
        }
        #expect(elapsed == .milliseconds(limit))
        #expect(schedule.nextDelay(elapsed: elapsed) == nil)
    }

    @Test("The time that attempts take counts too")
    func slowAttempts() {
        var schedule = ReconnectSchedule(limit: .seconds(5))
        #expect(schedule.nextDelay(elapsed: .milliseconds(2_000)) == .milliseconds(100))
        #expect(schedule.nextDelay(elapsed: .milliseconds(4_900)) == .milliseconds(100))
        #expect(schedule.nextDelay(elapsed: .milliseconds(5_001)) == nil)
    }
}
