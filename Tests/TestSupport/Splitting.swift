// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// A way in which a stream of bytes may arrive.
package struct Splitting: Sendable, CustomStringConvertible {
    package let description: String
    package let portions: [ByteBuffer]

    private init(_ description: String, _ bytes: [UInt8], cuts: [Int]) {
        self.description = description
        var portions: [ByteBuffer] = []
        var start = 0
        for cut in cuts + [bytes.count] {
            portions.append(ByteBuffer(bytes: bytes[start..<cut]))
            start = cut
        }
        self.portions = portions
    }

    package static func whole(_ bytes: [UInt8]) -> Splitting { Splitting("whole", bytes, cuts: []) }

    package static func byteByByte(_ bytes: [UInt8]) -> Splitting {
        Splitting("byte by byte", bytes, cuts: bytes.count < 2 ? [] : Array(1..<bytes.count))
    }

    /// The bytes whole, one at a time, in every two parts, and in random portions, some of them empty.
    package static func all(_ bytes: [UInt8], randomWays: Int = 20, seed: UInt64 = 1) -> [Splitting] {
        var ways = [whole(bytes), byteByByte(bytes)]
        ways += bytes.indices.map { Splitting("cut at \($0)", bytes, cuts: [$0]) }
        ways += random(bytes, ways: randomWays, seed: seed)
        return ways
    }

    package static func random(_ bytes: [UInt8], ways: Int, seed: UInt64) -> [Splitting] {
        var generator = SplitMix64(seed: seed)
        return (0..<ways).map { _ in
            let cuts = (0..<generator.int(1...12)).map { _ in generator.int(0...bytes.count) }.sorted()
            return Splitting("cut at \(cuts)", bytes, cuts: cuts)
        }
    }
}
