// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import TrailSources

@Suite struct PackingTests {
    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0, 0, 0], Packing.gzip), ([0x42, 0x5A, 0x68, 0x39], .bzip2),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz), ([0x28, 0xB5, 0x2F, 0xFD], .zstandard),
            ([0x1F], nil), ([], nil), (Array("{\"sche".utf8), nil),
        ] as [([UInt8], Packing?)])
    func `a packed file is known by its first bytes`(bytes: [UInt8], packing: Packing?) {
        #expect(Packing(beginning: bytes) == packing)
    }
}
