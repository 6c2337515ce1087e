// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc
import SystemPackage

/// A daemon that serves with a runtime directory, found by its lock.
///
/// Its number alone would not do: it could have ended, and another process have the number. A descriptor of the process is opened, and
/// then the lock is looked at again: who held it before and after is the process that the descriptor stands for.
package struct RunningDaemon: ~Copyable {
    package enum Failure: Error, Hashable, Sendable {
        /// No daemon runs with this directory.
        case notRunning
        /// It belongs to another user.
        case notPermitted
        /// Something else is in the way.
        case unreachable(String)
    }

    package let process: Int32
    private let handle: Int32
    private let directory: String

    package init(in directory: String) throws(Failure) {
        let path = "\(directory)/\(DaemonPresence.lockName)"
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: throw .notRunning
            case EACCES, EPERM: throw .notPermitted
            default: throw .unreachable("\(path): \(SystemText.last)")
            }
        }
        // (No other descriptor of this process holds a lock on the file that closing this one could release.)
        defer { close(file) }
        // One that ends and is started again meanwhile is looked for anew, a few times.
        for _ in 0..<8 {
            guard let holder = LockHolder.process(of: file) else { throw .notRunning }
            guard holder > 0 else { throw .unreachable("the daemon runs in a container or pid namespace of its own") }
            let handle = clinux_pidfd_open(holder)
            guard handle >= 0 else {
                if errno == ESRCH { continue }
                throw .unreachable("process \(holder): \(SystemText.last)")
            }
            if LockHolder.process(of: file) == holder {
                process = holder
                self.handle = handle
                self.directory = directory
                return
            }
            close(handle)
        }
        throw .unreachable("the daemon is being started over and over")
    }

    deinit { close(handle) }

    /// Tells it to read its profiles, and waits until it has done so.
    ///
    /// - Returns: what it says of it; nil if it has said nothing in that time.
    package func reload(waiting limit: Duration) async throws -> ReloadReport? {
        let before = report?.begun
        guard clinux_pidfd_send_signal(handle, SIGHUP) == 0 else {
            switch errno {
            case EPERM: throw Failure.notPermitted
            case ESRCH: throw Failure.notRunning
            default: throw Failure.unreachable("process \(process): \(SystemText.last)")
            }
        }
        guard let before else { return nil }
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            // A load that had begun before our signal may not have seen what was changed; the next one has.
            if let report, report.ended > before { return report }
            try await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    private var report: ReloadReport? {
        let path = "\(directory)/\(ReloadReport.fileName)"
        guard let file = try? OpenDescriptor(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let bytes = try? file.read(upTo: ReloadReport.sizeLimit)
        else { return nil }
        return ReloadReport(parsing: String(decoding: bytes, as: UTF8.self))
    }
}
