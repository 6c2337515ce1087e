// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore
import NIOPosix

/// The thread on which the daemon's tasks run: what waits, or takes too long for the event loop, as reading profiles does.
///
/// Swift's own threads are Dispatch's, which looks after them once a second from the first task on, for as long as the process lives.
package final class ChoreThread: TaskExecutor {
    package static let executor: any TaskExecutor = ChoreThread()

    private let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
