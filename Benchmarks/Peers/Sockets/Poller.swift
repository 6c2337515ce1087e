// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CEpoll
import Glibc

/// epoll(7), level-triggered; each descriptor comes with a number of its owner's.
final class Poller {
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let reading = Interest(rawValue: EPOLLIN.rawValue)
        static let writing = Interest(rawValue: EPOLLOUT.rawValue)
    }

    private static let mostEvents = 512
    private let descriptor: Int32
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: mostEvents)

    init() throws(Failure) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system("epoll_create1") }
    }

    deinit {
        close(descriptor)
        events.deallocate()
    }

    func add(_ watched: Int32, _ interest: Interest, as number: Int) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: UInt64(number)))
        epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event)
    }

    func change(_ watched: Int32, _ interest: Interest, as number: Int) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: UInt64(number)))
        epoll_ctl(descriptor, EPOLL_CTL_MOD, watched, &event)
    }

    /// Waits for at most so many milliseconds, for ever if that is negative. Errors and hang-ups are told as both.
    func wait(_ milliseconds: Int32, _ body: (_ number: Int, _ ready: Interest) -> Void) {
        let count = epoll_wait(descriptor, events, Int32(Self.mostEvents), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let flags = events[index].events
            let isBroken = flags & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            body(Int(events[index].data.u64), isBroken ? [.reading, .writing] : Interest(rawValue: flags))
        }
    }
}
