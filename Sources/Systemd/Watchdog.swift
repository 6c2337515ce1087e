// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The service manager's expectation to hear from us (sd_watchdog_enabled(3), `WatchdogSec=`).
package struct Watchdog: Hashable, Sendable {
    /// Silence for this long is taken for a hang.
    package var limit: Duration

    /// How often to write, so that being late once does no harm.
    package var interval: Duration { limit / 2 }

    /// Nil if nobody waits for this process.
    ///
    /// - Parameters:
    ///   - microseconds: `WATCHDOG_USEC`
    ///   - processID: `WATCHDOG_PID`; any process is meant without it
    package init?(microseconds: String?, processID: String?, ownProcessID: Int32) throws(ServiceManagerError) {
        guard let microseconds else { return nil }
        if let processID {
            guard let addressee: Int32 = Number.parse(processID) else {
                throw ServiceManagerError(reason: "WATCHDOG_PID is not a process number: \(processID)")
            }
            guard addressee == ownProcessID else { return nil }
        }
        guard let limit: Int64 = Number.parse(microseconds), limit > 0 else {
            throw ServiceManagerError(reason: "WATCHDOG_USEC is not a time: \(microseconds)")
        }
        self.limit = .microseconds(limit)
    }
}
