// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How log rotation may have packed a trail, by its first bytes: names can be wrong.
package enum Packing: Hashable, Sendable, CaseIterable {
    case gzip
    case bzip2
    case xz
    case zstandard

    /// Bytes that are needed to tell.
    package static let length = 6

    package init?(beginning: some Collection<UInt8>) {
        guard let packing = Self.allCases.first(where: { beginning.starts(with: $0.signature) }) else { return nil }
        self = packing
    }

    private var signature: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .bzip2: [0x42, 0x5A, 0x68]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
        }
    }

    /// What unpacks it to standard output.
    package var command: String {
        switch self {
        case .gzip: "zcat"
        case .bzip2: "bzcat"
        case .xz: "xzcat"
        case .zstandard: "zstdcat"
        }
    }
}
