// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore

/// A stream of bytes as an input describes it, and the ways in which it may arrive.
///
/// Two byte values stand for runs of the letter `x`, so that a short input reaches the bounds on lines and blocks: 0xFE for a
/// quarter of the bound, 0xFD for eight bytes less.
struct Stream {
    /// The bytes of the input one by one, and each run as one.
    private(set) var pieces: [ByteBuffer] = []

    /// Runs of one input; with more, an input would be slow for its length alone.
    private static let mostRuns = 5

    /// - Parameter bound: bytes of the longest line.
    init(_ input: some Sequence<UInt8>, bound: Int) {
        var runs = 0
        for byte in input {
            if byte == 0xFD || byte == 0xFE {
                runs += 1
                guard runs <= Self.mostRuns else { continue }
                let length = bound / 4 - (byte == 0xFD ? 8 : 0)
                pieces.append(ByteBuffer(repeating: UInt8(ascii: "x"), count: length))
            } else {
                pieces.append(ByteBuffer(integer: byte))
            }
        }
    }

    var whole: ByteBuffer { Self.joined(pieces[...]) }

    /// All at once, piece by piece, and in portions of one to eight pieces that the input itself decides on.
    var arrivals: [[ByteBuffer]] {
        var portions: [ByteBuffer] = []
        var rest = pieces[...]
        var state = UInt64(pieces.count)
        while !rest.isEmpty {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let size = Int(state >> 61) + 1
            portions.append(Self.joined(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return [[whole], pieces, portions]
    }

    private static func joined(_ pieces: ArraySlice<ByteBuffer>) -> ByteBuffer {
        var buffer = ByteBuffer()
        for piece in pieces { buffer.writeImmutableBuffer(piece) }
        return buffer
    }
}
