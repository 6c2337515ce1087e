// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Systemd
import Testing

@Suite struct JournalStreamTests {
    @Test func `a descriptor is the journal's if device and inode agree`() throws {
        let null = open("/dev/null", O_RDONLY)
        let zero = open("/dev/zero", O_RDONLY)
        defer {
            close(null)
            close(zero)
        }
        var status = stat()
        fstat(null, &status)
        let stream = try #require(JournalStream("\(status.st_dev):\(status.st_ino)"))
        #expect(stream.isBehind(null))
        #expect(!stream.isBehind(zero))
        #expect(!stream.isBehind(-1))
        #expect(try !#require(JournalStream("\(status.st_dev + 1):\(status.st_ino)")).isBehind(null))
    }

    @Test(arguments: ["", ":", "8", "8:", ":9", "8:9:10", "8: 9", "-8:9", "0x8:9", "8:99999999999999999999"])
    func `any other text is no journal`(text: String) {
        #expect(JournalStream(text) == nil)
    }
}
