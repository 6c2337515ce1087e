// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Testing

@Suite struct ProcessStatusTests {
    private static let status =
        "Name:\tperl\nUmask:\t0022\nUid:\t1000\t0\t0\t0\nGid:\t1000\t27\t0\t0\nGroups:\t24 25 \nThreads:\t1\n"

    @Test func `the effective user and group count`() throws {
        let status = try #require(ProcessStatus(Array(Self.status.utf8)))
        #expect(status.effectiveUser == 0)
        #expect(status.effectiveGroup == 27)
        #expect(status.supplementaryGroups == [24, 25])
    }

    @Test func `a process's name need not be text`() throws {
        let bytes = Array("Name:\t".utf8) + [0xFF, 0xFE] + Array(Self.status.utf8.dropFirst(10))
        #expect(ProcessStatus(bytes)?.effectiveGroup == 27)
    }

    @Test(arguments: [
        "", "Uid:\t0\t0\t0\t0\n",
        "Uid:\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\n",
        "Uid:\t0\t0\t0\t0\nGid:\t0\tx\t0\t0\nGroups:\t\n",
        "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t-1\n",
        "Uid:\t0\t0\t0\t0\nUid:\t1\t1\t1\t1\nGid:\t0\t0\t0\t0\nGroups:\t\n",
        "Uid:\t0\t4294967296\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t\n",
    ])
    func `a status that says less than proc(5) promises is none`(text: String) {
        #expect(ProcessStatus(Array(text.utf8)) == nil)
    }

    @Test func `more groups than an account can have are no status`() {
        let head = "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t"
        for (count, isRead) in [(4096, true), (4097, false)] {
            let text = head + String(repeating: "5 ", count: count) + "\n"
            #expect((ProcessStatus(Array(text.utf8)) != nil) == isRead)
        }
    }

    @Test(
        arguments: [
            ("1 (a) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24", 22),
            ("1 (a) S 9 (b)) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 4711 23 24", 4711),
            ("1 (a) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", nil),
            ("1 a S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24", nil),
            ("", nil),
            (")", nil),
        ] as [(String, UInt64?)])
    func `the start time stands behind a name that may hold anything`(text: String, time: UInt64?) {
        #expect(ProcessStatus.startTime(Array(text.utf8)) == time)
    }
}
