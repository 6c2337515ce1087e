// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// How much longer the work takes for a large input than for a small one, each at its best of several runs.
///
/// Counted in processor time of this thread, so that other tests beside this one do not count.
package func costRatio(small: () -> Void, large: () -> Void, runs: Int = 3) -> Double {
    func best(_ work: () -> Void) -> Double {
        (0..<runs).map { _ in
            let start = threadSeconds()
            work()
            return threadSeconds() - start
        }.min() ?? 0
    }
    return best(large) / best(small)
}

private func threadSeconds() -> Double {
    var time = timespec()
    guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return .nan }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
