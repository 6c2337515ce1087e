// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads a pattern that `PatternScanner` has let through, and RE2 compiled, as a tree; what they refuse need not be named again.
struct PatternParser {
    private let bytes: [UInt8]
    private var index = 0
    private var ignoresCase = false

    /// Nil if the pattern is none after all.
    static func parse(_ source: String) -> PatternSyntax? {
        var parser = PatternParser(bytes: Array(source.utf8))
        guard let syntax = parser.alternatives(), parser.index == parser.bytes.count else { return nil }
        return syntax
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    private func sees(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes.dropFirst(index).starts(with: $0) }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    /// Up to the end of the pattern or of the group.
    private mutating func alternatives() -> PatternSyntax? {
        var choices: [PatternSyntax] = []
        repeat {
            guard let sequence = sequence() else { return nil }
            choices.append(sequence)
        } while take(UInt8(ascii: "|"))
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private mutating func sequence() -> PatternSyntax? {
        var parts: [PatternSyntax] = []
        while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if takeFlagsOfWhole() { continue }
            guard let atom = atom() else { return nil }
            parts.append(quantified(atom))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom() -> PatternSyntax? {
        guard let byte = peek() else { return nil }
        switch byte {
        case UInt8(ascii: "("): return group()
        case UInt8(ascii: "["): return characterClass().map(set)
        case UInt8(ascii: "\\"): return escape()
        case UInt8(ascii: "^"):
            index += 1
            return .start
        case UInt8(ascii: "$"):
            index += 1
            return .end
        case UInt8(ascii: "."):
            index += 1
            return .set(.dot)
        default:
            index += 1
            return set(ByteSet([byte]))
        }
    }

    private func set(_ bytes: ByteSet) -> PatternSyntax { .set(ignoresCase ? bytes.foldingCase : bytes) }

    // MARK: Groups

    private mutating func takeFlagsOfWhole() -> Bool {
        guard sees("(?"), let flags = flags(endingIn: UInt8(ascii: ")")) else { return false }
        index = flags.end
        if flags.on { ignoresCase = true }
        return true
    }

    /// Whether `i` is switched on or off in `(?i)` or `(?i-s:`, and where what follows begins.
    private func flags(endingIn end: UInt8) -> (on: Bool, off: Bool, end: Int)? {
        let letters = bytes.dropFirst(index + 2).prefix { "ims-".utf8.contains($0) }
        guard letters.endIndex < bytes.count, bytes[letters.endIndex] == end else { return nil }
        let parts = letters.split(separator: UInt8(ascii: "-"), maxSplits: 1, omittingEmptySubsequences: false)
        let letter = UInt8(ascii: "i")
        return (
            parts.first?.contains(letter) ?? false, parts.count > 1 && parts[1].contains(letter), letters.endIndex + 1
        )
    }

    private mutating func group() -> PatternSyntax? {
        let outside = ignoresCase
        if sees("(?P<") {
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
            index = end + 1
        } else if sees("(?") {
            guard let flags = flags(endingIn: UInt8(ascii: ":")) else { return nil }
            index = flags.end
            ignoresCase = flags.on || outside && !flags.off
        } else {
            index += 1
        }
        let contents = alternatives()
        ignoresCase = outside
        return take(UInt8(ascii: ")")) ? contents : nil
    }

    // MARK: Sets

    private mutating func characterClass() -> ByteSet? {
        index += 1
        let isNegated = take(UInt8(ascii: "^"))
        var members = ByteSet()
        var isEmpty = true
        while let byte = peek(), isEmpty || byte != UInt8(ascii: "]") {
            isEmpty = false
            guard let first = member() else { return nil }
            guard peek() == UInt8(ascii: "-"), let last = peek(1), last != UInt8(ascii: "]") else {
                members = members.union(first)
                continue
            }
            index += 1
            guard let second = member(), let low = first.first, let high = second.first, low <= high else { return nil }
            members = members.union(ByteSet(low...high))
        }
        guard take(UInt8(ascii: "]")) else { return nil }
        let folded = ignoresCase ? members.foldingCase : members
        return isNegated ? ByteSet.all.subtracting(folded) : folded
    }

    private mutating func member() -> ByteSet? {
        guard let byte = peek() else { return nil }
        guard byte == UInt8(ascii: "\\") else {
            index += 1
            return ByteSet([byte])
        }
        if case .set(let set)? = escape() { return set }
        return nil
    }

    private mutating func escape() -> PatternSyntax? {
        guard let letter = peek(1) else { return nil }
        index += 2
        switch letter {
        case UInt8(ascii: "d"): return .set(.digits)
        case UInt8(ascii: "D"): return .set(.all.subtracting(.digits))
        case UInt8(ascii: "s"): return .set(.blanks)
        case UInt8(ascii: "S"): return .set(.all.subtracting(.blanks))
        case UInt8(ascii: "w"): return .set(.wordCharacters)
        case UInt8(ascii: "W"): return .set(.all.subtracting(.wordCharacters))
        case UInt8(ascii: "b"): return .wordBoundary
        case UInt8(ascii: "A"): return .start
        case UInt8(ascii: "n"): return .set(ByteSet([0x0A]))
        case UInt8(ascii: "r"): return .set(ByteSet([0x0D]))
        case UInt8(ascii: "t"): return .set(ByteSet([0x09]))
        case UInt8(ascii: "a"): return .set(ByteSet([0x07]))
        case UInt8(ascii: "f"): return .set(ByteSet([0x0C]))
        case UInt8(ascii: "v"): return .set(ByteSet([0x0B]))
        case UInt8(ascii: "x"):
            guard let byte = UInt8(String(decoding: bytes.dropFirst(index).prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            index += 2
            return set(ByteSet([byte]))
        default: return set(ByteSet([letter]))
        }
    }

    // MARK: Quantifiers

    private mutating func quantified(_ atom: PatternSyntax) -> PatternSyntax {
        guard let (least, most) = quantifier() else { return atom }
        // Reluctance changes what is captured, never what matches.
        _ = take(UInt8(ascii: "?"))
        return .repetition(atom, least: least, most: most)
    }

    private mutating func quantifier() -> (least: Int, most: Int?)? {
        if take(UInt8(ascii: "*")) { return (0, nil) }
        if take(UInt8(ascii: "+")) { return (1, nil) }
        if take(UInt8(ascii: "?")) { return (0, 1) }
        guard peek() == UInt8(ascii: "{"), let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else {
            return nil
        }
        let parts = bytes[(index + 1)..<end].split(
            separator: UInt8(ascii: ","), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.joined().allSatisfy({ ByteSet.digits.contains($0) }), let least = parts.first.flatMap(Self.number)
        else { return nil }
        index = end + 1
        return (least, parts.count == 1 ? least : Self.number(parts[1]))
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }
}
