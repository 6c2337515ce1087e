// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import NIOCore

/// Who has timers on the clock.
package protocol ClockUser: AnyObject {
    /// Where the clock has it, if it does; the clock's own to set.
    var placeOnClock: Int? { get set }

    /// Has those timers fire that are due, and those that nothing is waited for any more.
    ///
    /// - Returns: when the next of the others is due.
    func fireTimers(at now: NIODeadline) -> NIODeadline?
}

/// The one clock for the timers of all sessions. The loop is woken for the first of them that something is waited for, and not at all
/// if there is none: a session that says nothing costs nothing.
///
/// To start a timer and to stop it again is what most sessions do with each command, so that neither asks the loop for anything as
/// a rule. A timer is up to ``granularity`` late.
package final class SessionClock {
    private let loop: any EventLoop
    private var users: [any ClockUser] = []
    private var alarm: (time: NIODeadline, task: Scheduled<Void>)?

    /// How far apart two looks are at least: each goes through all sessions with a timer.
    package static let granularity = TimeAmount.milliseconds(250)

    package init(on loop: any EventLoop) { self.loop = loop }

    /// A timer was started.
    package func expect(_ user: any ClockUser, at deadline: NIODeadline) {
        if user.placeOnClock == nil { add(user) }
        wake(at: deadline)
    }

    /// None of its timers is to fire any more.
    package func forget(_ user: any ClockUser) {
        guard let place = user.placeOnClock, place < users.count, users[place] === user else { return }
        user.placeOnClock = nil
        let last = users.removeLast()
        guard last !== user else { return }
        users[place] = last
        last.placeOnClock = place
    }

    private func add(_ user: any ClockUser) {
        user.placeOnClock = users.count
        users.append(user)
    }

    private func wake(at deadline: NIODeadline) {
        if let alarm {
            guard deadline < alarm.time else { return }
            alarm.task.cancel()
        }
        alarm = (deadline, loop.assumeIsolated().scheduleTask(deadline: deadline) { self.look() })
    }

    private func look() {
        let now = loop.now
        alarm = nil
        var next: NIODeadline?
        let asked = users
        users = []
        for user in asked {
            if let deadline = user.fireTimers(at: now) {
                add(user)
                next = min(next ?? deadline, deadline)
            } else {
                user.placeOnClock = nil
            }
        }
        if let next { wake(at: max(next, now + Self.granularity)) }
    }
}
