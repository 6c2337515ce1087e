// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing

@Suite struct StatusCodeTests {
    @Test(
        "A status has three digits",
        arguments: zip([0, 99, 100, 999, 1000, UInt16.max], [false, false, true, true, false, false]))
    func range(value: UInt16, isStatus: Bool) {
        #expect(StatusCode(value)?.value == (isStatus ? value : nil))
    }

    @Test(
        "The first digit tells success and events apart",
        arguments: [
            (200, true, false), (299, true, false), (250, true, false), (510, false, false), (650, false, true),
            (451, false, false),
        ]
            as [(UInt16, Bool, Bool)])
    func classes(value: UInt16, isSuccess: Bool, isEvent: Bool) throws {
        let status = try #require(StatusCode(value))
        #expect(status.isSuccess == isSuccess)
        #expect(status.isEvent == isEvent)
        #expect(status.description == String(value))
    }
}
