// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// An IPv4 or IPv6 address as a value: literal text in, literal text out, and nothing is ever resolved.
///
/// Text follows RFC 4291 section 2.2 on the way in and RFC 5952 on the way out. Zone identifiers, leading zeros in
/// IPv4 octets and short IPv4 forms are refused: programs read them in different ways.
package enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    package static let loopback = IPAddress.v4(0x7F00_0001)

    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        guard let address = text.withBytes({ Self.parse($0) }) else { return nil }
        self = address
    }

    /// The address from its octets in network order: 4 or 16 of them.
    package init?(octets: [UInt8]) {
        switch octets.count {
        case 4:
            self = .v4(octets.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self = .v6(
                high: octets[..<8].reduce(0) { $0 << 8 | UInt64($1) },
                low: octets[8...].reduce(0) { $0 << 8 | UInt64($1) }
            )
        default:
            return nil
        }
    }

    /// The octets in network order.
    package var octets: [UInt8] {
        switch self {
        case .v4(let address):
            return stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: address >> UInt32($0)) }
        case .v6(let high, let low):
            return [high, low].flatMap { half in
                stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
            }
        }
    }

    /// A v4-mapped IPv6 address (`::ffff:192.0.2.1`) as the IPv4 address it stands for; any other unchanged.
    package var unmapped: IPAddress {
        guard case .v6(0, let low) = self, low >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: low))
    }

    package var isLoopback: Bool {
        switch unmapped {
        case .v4(let address): address >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    /// `0.0.0.0` or `::`, which a connecting program reads as "this host".
    package var isUnspecified: Bool {
        switch unmapped {
        case .v4(let address): address == 0
        case .v6(let high, let low): high == 0 && low == 0
        }
    }

    package var bitCount: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }

    /// The address with all but its first `length` bits set to zero.
    package func masked(to length: Int) -> IPAddress {
        switch self {
        case .v4(let address):
            return .v4(length <= 0 ? 0 : address & (UInt32.max << UInt32(32 - min(length, 32))))
        case .v6(let high, let low):
            let highMask = length <= 0 ? 0 : UInt64.max << UInt64(64 - min(length, 64))
            let lowMask = length <= 64 ? 0 : UInt64.max << UInt64(128 - min(length, 128))
            return .v6(high: high & highMask, low: low & lowMask)
        }
    }

    /// The text as it stands in front of `:PORT`: an IPv6 address in brackets.
    package var bracketed: String {
        switch self {
        case .v4: description
        case .v6: "[\(description)]"
        }
    }

    /// The longest text of an address: eight groups, the last two of them in decimal.
    private static let longestText = 45

    private static func parse(_ text: UnsafeRawBufferPointer) -> IPAddress? {
        guard text.count <= longestText else { return nil }
        if let address = parseV4(text) { return .v4(address) }
        return parseV6(text).map {
            .v6(high: UInt64(truncatingIfNeeded: $0 >> 64), low: UInt64(truncatingIfNeeded: $0))
        }
    }

    private static func parseV4(_ text: UnsafeRawBufferPointer) -> UInt32? {
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == .dot {
                guard digits > 0 else { return nil }
                address = address << 8 | octet
                octet = 0
                digits = 0
                dots += 1
                guard dots <= 3 else { return nil }
            } else {
                guard byte.isDecimalDigit, digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + UInt32(byte - UInt8(ascii: "0"))
                digits += 1
                guard octet <= 255 else { return nil }
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | octet : nil
    }

    private static func parseV6(_ text: UnsafeRawBufferPointer) -> UInt128? {
        func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: text[range]) }
        guard let gap = gap(in: text) else {
            return parseGroups(text).flatMap { $0.count == 8 ? $0.value : nil }
        }
        let head = part(0..<gap)
        let tail = part(gap + 2..<text.count)
        guard Self.gap(in: tail) == nil,
            let left = head.isEmpty ? (0, 0) : parseGroups(head, isLast: false),
            let right = tail.isEmpty ? (0, 0) : parseGroups(tail),
            left.count + right.count <= 7
        else { return nil }
        return left.value << UInt128(16 * (8 - left.count)) | right.value
    }

    /// The first place of `::`.
    private static func gap(in text: UnsafeRawBufferPointer) -> Int? {
        let colon = UInt8(ascii: ":")
        return text.indices.dropLast().first { text[$0] == colon && text[$0 + 1] == colon }
    }

    /// Groups of hexadecimal digits between colons; the last may be an IPv4 address, which counts as two.
    private static func parseGroups(
        _ text: UnsafeRawBufferPointer,
        isLast: Bool = true
    ) -> (value: UInt128, count: Int)? {
        var value: UInt128 = 0
        var count = 0
        var start = 0
        while true {
            let end = text.firstIndex(of: UInt8(ascii: ":"), from: start) ?? text.count
            let group = UnsafeRawBufferPointer(rebasing: text[start..<end])
            if isLast, end == text.count, let address = parseV4(group) {
                value = value << 32 | UInt128(address)
                count += 2
            } else {
                guard (1...4).contains(group.count) else { return nil }
                var number: UInt16 = 0
                for byte in group {
                    guard let digit = byte.hexadecimalValue else { return nil }
                    number = number << 4 | UInt16(digit)
                }
                value = value << 16 | UInt128(number)
                count += 1
            }
            // More would not be an address, and what is above the 128 bits would be lost.
            guard count <= 8 else { return nil }
            guard end < text.count else { return (value, count) }
            start = end + 1
        }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .v4(let address):
            var text = String(address >> 24)
            for shift: UInt32 in [16, 8, 0] {
                text += "."
                text += String(address >> shift & 0xFF)
            }
            return text
        case .v6(0, let low) where low >> 32 == 0xFFFF:
            return "::ffff:\(unmapped)"
        case .v6(let high, let low):
            let groups = [high, low].flatMap { half in
                [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) }
            }
            return Self.compress(groups)
        }
    }

    /// RFC 5952 section 4: the longest run of two or more zero groups, the first of equals, becomes `::`.
    private static func compress(_ groups: [UInt16]) -> String {
        var longest = 0..<0
        var start: Int?
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 {
                start = start ?? index
            } else if let begin = start {
                if index - begin > longest.count { longest = begin..<index }
                start = nil
            }
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard longest.count >= 2 else { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
