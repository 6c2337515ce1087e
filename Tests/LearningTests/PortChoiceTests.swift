// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Learning

@Suite struct PortChoiceTests {
    @Test(
        arguments: [
            ([80: 1], 1, "80"),
            ([8080: 1], 1, "8080"),
            ([8080: 1, 9090: 1], 1, "8080 9090"),
            ([8080: 1, 9090: 1], 2, "8000-8099 9000-9049 9052-9099"),
            ([17623: 1], 1, "17600-17699"),
            ([17623: 2], 2, "17623"),
            ([17600: 1, 17650: 1], 2, "17600-17699"),
            ([17600: 1, 17711: 1], 2, "17600-17699 17700-17799"),
            ([43211: 1], 1, "32768-60999"),
            ([40000: 1, 43211: 1, 80: 3], 3, "80 32768-60999"),
            ([32750: 1, 43211: 1], 2, "32700-32767 32768-60999"),
            ([32761: 1], 1, "32700-32767"),
            ([61001: 1, 60999: 1], 2, "32768-60999 61000-61099"),
            ([9054: 1], 1, "9000-9049 9052-9099"),
            ([951: 1], 1, "951"),
            ([80: 1, 81: 1, 82: 1], 1, "80-82"),
            ([65535: 1], 1, "65500-65535"),
        ] as [([UInt16: Int], Int, String)])
    func `targets are as wide as what was seen shows`(sessions: [UInt16: Int], count: Int, expected: String) {
        #expect(PortChoice.targets(sessions, among: count).map(\.text).joined(separator: " ") == expected)
    }

    @Test func `a target that is its own virtual port was asked for by its number`() {
        #expect(PortChoice.targets([9735: 1, 43211: 1], among: 2, named: [9735, 43211]).allSatisfy { $0.why == nil })
    }

    @Test func `whatever is wider than what was seen says why`() {
        for choice in PortChoice.targets([17623: 1, 43211: 1, 80: 1, 8080: 1], among: 1) {
            #expect((choice.why == nil) == (choice.range.count == 1))
        }
    }

    @Test func `virtual ports are those that were seen`() {
        #expect(PortChoice.exactly([65535, 80, 443, 444, 0]).map(\.text) == ["0", "80", "443-444", "65535"])
    }
}
