// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import func Glibc.memchr
import func Glibc.memcmp

extension UInt8 {
    package var isDecimalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    package var isOctalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(self) }

    package var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default:
            false
        }
    }

    /// Of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    package var isLetter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }

    /// Space to tilde: the only bytes that a command line of ours may hold.
    package var isPrintable: Bool { (0x20...0x7E).contains(self) }

    /// A space or a tab.
    @inlinable
    package var isBlank: Bool { self == .space || self == UInt8(ascii: "\t") }

    // In other modules a value that is stored would be asked for by a call, for each byte of a line.
    @inlinable
    package static var space: UInt8 { UInt8(ascii: " ") }
    @inlinable
    package static var quote: UInt8 { UInt8(ascii: "\"") }
    @inlinable
    package static var backslash: UInt8 { UInt8(ascii: "\\") }
    @inlinable
    package static var equals: UInt8 { UInt8(ascii: "=") }
    @inlinable
    package static var dot: UInt8 { UInt8(ascii: ".") }
    @inlinable
    package static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    @inlinable
    package static var carriageReturn: UInt8 { UInt8(ascii: "\r") }
}

// Texts are looked at byte by byte, in concrete types: a generic function is slow in another module, where it is not specialised.
// What is `@inlinable` below only leads there.

extension StringProtocol {
    /// The text with ASCII letters in lower case, and nothing else changed.
    @inlinable
    package var asciiLowercased: String { Substring(self).asciiLowercased }

    /// The text with ASCII letters in upper case, and nothing else changed.
    @inlinable
    package var asciiUppercased: String { Substring(self).asciiUppercased }

    /// The words between blanks (space alone separates: tabs are refused before anything is split).
    @inlinable
    package var words: [Substring] { Substring(self).words }
}

extension Substring {
    /// The text with ASCII letters in lower case, and nothing else changed.
    @usableFromInline
    package var asciiLowercased: String {
        withBytes { bytes in bytes.contains { (0x41...0x5A).contains($0) } ? String(lowercasing: bytes) : String(self) }
    }

    /// The text with ASCII letters in upper case, and nothing else changed.
    @usableFromInline
    package var asciiUppercased: String {
        withBytes { bytes in bytes.contains { (0x61...0x7A).contains($0) } ? String(uppercasing: bytes) : String(self) }
    }

    /// The words between blanks (space alone separates: tabs are refused before anything is split).
    @usableFromInline
    package var words: [Substring] {
        withBytes { bytes in
            // Beyond ASCII a blank may be part of a character.
            guard bytes.allSatisfy({ $0 < 0x80 }) else {
                return split(separator: " ", omittingEmptySubsequences: true)
            }
            var words: [Substring] = []
            bytes.forEachWord { word in
                let start = utf8.index(startIndex, offsetBy: word.lowerBound)
                words.append(self[start..<utf8.index(start, offsetBy: word.count)])
            }
            return words
        }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// The ``words``, each as a text of its own: most are short enough to take no memory but in the list.
    var wordsAsStrings: [String] {
        withBytes { bytes in
            guard bytes.allSatisfy({ $0 < 0x80 }) else { return words.map(String.init) }
            var words: [String] = []
            bytes.forEachWord { words.append(String(decoding: bytes[$0], as: UTF8.self)) }
            return words
        }
    }

    /// The first of the ``words``, without the others.
    package var firstWord: Substring? {
        let isASCII = utf8.allSatisfy { $0 < 0x80 }
        guard isASCII else { return words.first }
        let rest = utf8.drop { $0 == .space }
        let end = rest.firstIndex(of: .space) ?? rest.endIndex
        return rest.isEmpty ? nil : self[rest.startIndex..<end]
    }

    /// How many ``words`` there are, of a text of ASCII.
    package var wordCount: Int {
        withBytes { bytes in
            var count = 0
            bytes.forEachWord { _ in count += 1 }
            return count
        }
    }

    /// Whether no blank stands beside another, or at an end.
    package var hasSingleBlanks: Bool {
        withBytes { bytes in
            var isBlank = true
            for byte in bytes {
                if isBlank, byte == .space { return false }
                isBlank = byte == .space
            }
            return bytes.isEmpty || !isBlank
        }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// - Parameter bytes: of UTF-8.
    init(lowercasing bytes: UnsafeRawBufferPointer) {
        self.init(unsafeUninitializedCapacity: bytes.count) { text in
            for index in bytes.indices {
                let byte = bytes[index]
                text.initializeElement(at: index, to: (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
            return bytes.count
        }
    }

    /// - Parameter bytes: of UTF-8.
    init(uppercasing bytes: UnsafeRawBufferPointer) {
        self.init(unsafeUninitializedCapacity: bytes.count) { text in
            for index in bytes.indices {
                let byte = bytes[index]
                text.initializeElement(at: index, to: (0x61...0x7A).contains(byte) ? byte & 0xDF : byte)
            }
            return bytes.count
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Looks for a byte at that place or behind it.
    package func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard let baseAddress, start < count,
            let found = memchr(baseAddress + start, Int32(byte), count - start)
        else { return nil }
        return UnsafeRawPointer(found) - baseAddress
    }

    /// Looks for a byte that is less than `bound` (up to 128) at that place or behind it, eight places at a time.
    func firstIndex(below bound: UInt8, from start: Int) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let bounds = ones &* UInt64(bound)
        var index = start
        while index &+ 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // The high bit of the first that is less, and of none before it; of some behind it, perhaps.
            let found = (word &- bounds) & ~word & (ones &* 0x80)
            if found != 0 { return index &+ found.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < count {
            if self[index] < bound { return index }
            index &+= 1
        }
        return nil
    }

    /// Where the line ends, its CR LF included, that is looked at from this place on; nil if it is not there as a whole, ends otherwise,
    /// or holds a byte that no line may hold.
    func endOfLine(from start: Int) -> Int? {
        var place = start
        // What may not stand in a line is among the bytes that stand in few.
        while let index = firstIndex(below: .carriageReturn + 1, from: place) {
            switch self[index] {
            case .carriageReturn:
                return index + 1 < count && self[index + 1] == .lineFeed ? index + 2 : nil
            case 0, .lineFeed: return nil
            default: place = index + 1
            }
        }
        return nil
    }

    /// The parts between bytes of that kind, empty ones among them.
    package func parts(between separator: UInt8) -> [UnsafeRawBufferPointer] {
        var parts: [UnsafeRawBufferPointer] = []
        var start = 0
        while let end = firstIndex(of: separator, from: start) {
            parts.append(UnsafeRawBufferPointer(rebasing: self[start..<end]))
            start = end + 1
        }
        return parts + [UnsafeRawBufferPointer(rebasing: self[start...])]
    }

    /// Each run of bytes that are no spaces, in their order.
    func forEachWord(_ body: (Range<Int>) -> Void) {
        var index = 0
        while index < count {
            if self[index] == .space {
                index &+= 1
                continue
            }
            let end = firstIndex(of: .space, from: index) ?? count
            body(index..<end)
            index = end
        }
    }

    /// Whether there is a byte among these that no line may hold: a NUL, CR or LF.
    package var breaksLine: Bool {
        // Without a way out of the loop, so that many bytes are looked at at a time.
        var found: UInt8 = 0
        for byte in self {
            found |= (byte == 0 ? 1 : 0) | (byte == .carriageReturn ? 1 : 0) | (byte == .lineFeed ? 1 : 0)
        }
        return found != 0
    }

    /// Whether these bytes come first.
    package func begins(with bytes: [UInt8]) -> Bool {
        guard count >= bytes.count, let baseAddress else { return bytes.isEmpty }
        return memcmp(baseAddress, bytes, bytes.count) == 0
    }

    func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && text.withUTF8Buffer { elementsEqual($0) }
    }
}
