// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Daemon
import NIOCore
import NIOPosix
import Testing

private final class User: ClockUser {
    var placeOnClock: Int?
    var deadlines: [NIODeadline] = []
    /// When it was asked, and how many of its timers fired then.
    var looks: [(time: NIODeadline, fired: Int)] = []

    func fireTimers(at now: NIODeadline) -> NIODeadline? {
        let rest = deadlines.filter { $0 > now }
        looks.append((now, deadlines.count - rest.count))
        deadlines = rest
        return rest.min()
    }
}

@Suite struct SessionClockTests {
    private static func later(_ milliseconds: Int64) -> NIODeadline { .now() + .milliseconds(milliseconds) }

    /// The looks at a user for whom `begin` starts timers, after a second.
    private func looks(
        _ begin: @escaping @Sendable (SessionClock, User) -> Void
    ) async throws -> [(time: NIODeadline, fired: Int)] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let user = try await loop.submit {
            let user = User()
            begin(SessionClock(on: loop), user)
            return NIOLoopBound(user, eventLoop: loop)
        }.get()
        return try await loop.scheduleTask(in: .seconds(1)) { user.value.looks }.futureResult.get()
    }

    @Test func `a timer fires when it is due, also one that was started later`() async throws {
        let begin = NIODeadline.now()
        let looks = try await looks { clock, user in
            for time in [Self.later(600), Self.later(50)] {
                user.deadlines.append(time)
                clock.expect(user, at: time)
            }
        }
        // The loop may have been kept from both for so long that one look finds both.
        #expect(looks.map(\.fired).reduce(0, +) == 2)
        #expect(looks.first.map { $0.time >= begin + .milliseconds(50) } == true)
        #expect(looks.last.map { $0.time >= begin + .milliseconds(600) } == true)
    }

    @Test func `for timers that were stopped the loop is woken once at most`() async throws {
        let looks = try await looks { clock, user in
            for _ in 0..<1000 {
                let time = Self.later(100)
                user.deadlines = [time]
                clock.expect(user, at: time)
                user.deadlines = []
            }
        }
        #expect(looks.map(\.fired) == [0])
    }

    @Test func `who is forgotten is not looked at, and the others are`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let users = try await loop.submit {
            let clock = SessionClock(on: loop)
            let users = (0..<5).map { _ in User() }
            for user in users {
                user.deadlines = [Self.later(100)]
                clock.expect(user, at: user.deadlines[0])
            }
            for index in [1, 4, 4] { clock.forget(users[index]) }
            return NIOLoopBound(users, eventLoop: loop)
        }.get()
        let looks = try await loop.scheduleTask(in: .milliseconds(500)) { users.value.map(\.looks.count) }
            .futureResult.get()
        #expect(looks == [1, 0, 1, 1, 0])
    }

    @Test func `many timers that are due one after the other are looked at together`() async throws {
        let looks = try await looks { clock, user in
            for milliseconds in 100..<700 {
                user.deadlines.append(Self.later(Int64(milliseconds)))
                clock.expect(user, at: Self.later(Int64(milliseconds)))
            }
        }
        #expect(looks.map(\.fired).reduce(0, +) == 600)
        #expect(looks.count <= 4)
    }
}
