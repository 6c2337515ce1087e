// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Systemd
import Testing

@Suite struct WatchdogTests {
    @Test(
        arguments: [
            (nil, nil, nil),
            (nil, "42", nil),
            ("30000000", "42", .seconds(30)),
            ("30000000", nil, .seconds(30)),
            ("30000000", "41", nil),
            ("1", "42", .microseconds(1)),
        ] as [(String?, String?, Duration?)])
    func `the watchdog waits for the process that it names`(
        microseconds: String?,
        processID: String?,
        limit: Duration?
    ) throws {
        let watchdog = try Watchdog(microseconds: microseconds, processID: processID, ownProcessID: 42)
        #expect(watchdog?.limit == limit)
        #expect(watchdog?.interval == limit.map { $0 / 2 })
    }

    @Test(
        arguments: [
            ("", nil), ("0", nil), ("-1", nil), ("1s", nil), ("18446744073709551615", nil), ("30", "me"), ("30", ""),
        ] as [(String, String?)])
    func `a time or process that is none is refused`(microseconds: String, processID: String?) {
        #expect(throws: ServiceManagerError.self) {
            try Watchdog(microseconds: microseconds, processID: processID, ownProcessID: 42)
        }
    }
}
