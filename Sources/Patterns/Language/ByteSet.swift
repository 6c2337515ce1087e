// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A set of bytes: what a class of a pattern takes.
struct ByteSet: Hashable, Sendable {
    private var words = SIMD4<UInt64>()

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    static let all = ByteSet(UInt8.min...UInt8.max)
    static let printable = ByteSet(0x20...0x7E)
    /// What a line can hold: anything but its end.
    static let line = all.subtracting(ByteSet([0x0A, 0x0D]))
    /// What `.` takes.
    static let dot = all.subtracting(ByteSet([0x0A]))
    static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let blanks = ByteSet([0x09, 0x0A, 0x0C, 0x0D, 0x20])
    static let wordCharacters = digits.union(ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z")))
        .union(ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))).union(ByteSet([UInt8(ascii: "_")]))

    var isEmpty: Bool { words == SIMD4() }

    var first: UInt8? {
        for word in 0..<4 where words[word] != 0 { return UInt8(word << 6 + words[word].trailingZeroBitCount) }
        return nil
    }

    /// The member of a set that has but one.
    var only: UInt8? { first.flatMap { subtracting(ByteSet([$0])).isEmpty ? $0 : nil } }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] & (1 << UInt64(byte & 63)) != 0 }

    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    func union(_ other: ByteSet) -> ByteSet { ByteSet(words: words | other.words) }
    func intersection(_ other: ByteSet) -> ByteSet { ByteSet(words: words & other.words) }
    func subtracting(_ other: ByteSet) -> ByteSet { ByteSet(words: words & ~other.words) }

    /// With each letter the same in the other case.
    var foldingCase: ByteSet {
        var folded = self
        for small in UInt8(ascii: "a")...UInt8(ascii: "z") {
            if contains(small) { folded.insert(small & ~0x20) }
            if contains(small & ~0x20) { folded.insert(small) }
        }
        return folded
    }

    private init(words: SIMD4<UInt64>) { self.words = words }
}
