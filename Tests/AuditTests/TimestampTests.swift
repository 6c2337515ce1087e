// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_795_282_502_123_456, "2026-11-21T17:35:02.123456Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        ] as [(Int64, String)])
    func `a moment is written in RFC 3339 and read again`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).text == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test func `what is written is read as the same moment, whatever the day`() {
        var moment: Int64 = -62_135_596_800_000_000
        while moment < 253_402_300_800_000_000 {
            #expect(Timestamp(Timestamp(microseconds: moment).text)?.microseconds == moment)
            moment += 86_400_000_000 * 97 + 3_723_000_007
        }
    }

    @Test(arguments: [
        ("2026-11-21T18:35:02+01:00", "2026-11-21T17:35:02.000000Z"),
        ("2026-11-21 17:35:02.5Z", "2026-11-21T17:35:02.500000Z"),
        ("2026-11-21t12:05:02.123456789-05:30", "2026-11-21T17:35:02.123456Z"),
    ])
    func `other spellings of RFC 3339 are read`(text: String, meaning: String) {
        #expect(Timestamp(text)?.text == meaning)
    }

    @Test(arguments: [
        "", "2026", "2026-11-21", "2026-11-21T17:35:02", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T17:60:00Z", "2026-11-21T17:35:02.Z", "2026-11-21T17:35:02Zx",
        "2026-11-21T17:35:02.1234567890Z", "+026-11-21T17:35:02Z", "2026-11-21T17:35:02+1:00",
        "2026-11-21T17:35:02+25:00",
    ])
    func `what is no moment is none`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
