// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Steele, Lea and Flood's SplitMix64: random numbers that are the same for the same seed on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    package mutating func bool() -> Bool { Bool.random(using: &self) }

    /// One of the choices; an empty list of choices is a mistake of the test.
    package mutating func pick<Choices: Collection>(_ choices: Choices) -> Choices.Element {
        choices[choices.index(choices.startIndex, offsetBy: int(0...choices.count - 1))]
    }

    /// Text of so many pieces, each drawn from the choices.
    package mutating func text(_ count: ClosedRange<Int>, of pieces: [String]) -> String {
        (0..<int(count)).map { _ in pick(pieces) }.joined()
    }

    /// Text of so many characters, each drawn from the alphabet.
    package mutating func text(_ count: ClosedRange<Int>, from alphabet: String) -> String {
        String((0..<int(count)).map { _ in pick(alphabet) })
    }

    package mutating func bytes(_ count: ClosedRange<Int>) -> [UInt8] {
        (0..<int(count)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// Any printable ASCII text.
    package mutating func printable(_ count: ClosedRange<Int>) -> String {
        String(decoding: (0..<int(count)).map { _ in UInt8.random(in: 0x20...0x7E, using: &self) }, as: UTF8.self)
    }
}
