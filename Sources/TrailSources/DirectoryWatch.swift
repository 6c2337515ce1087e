// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Waits until something happens to files in some directories (inotify(7)), or a second is over: not every file system tells.
package final class DirectoryWatch {
    private let descriptor: CInt
    /// Milliseconds after which it is looked in any case.
    private static let interval: CInt = 1000
    /// Microseconds in which what happens is gathered, so that a busy directory does not keep us busy.
    private static let pause: UInt32 = 50_000

    package init(of paths: [String]) {
        descriptor = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        let mask = UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
        for directory in Set(paths.map(Self.directory)) { inotify_add_watch(descriptor, directory, mask) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func wait() {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Self.interval) > 0 else { return }
        usleep(Self.pause)
        var events = [UInt8](repeating: 0, count: 1 << 14)
        while read(descriptor, &events, events.count) > 0 {}
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
