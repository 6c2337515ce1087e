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

    package init?(_ text: some StringProtocol) {
        if let address = Self.parseV4(Substring(text)) {
            self = .v4(address)
        } else if let groups = Self.parseV6(Substring(text)) {
            self = Self.v6(groups: groups)
        } else {
            return nil
        }
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

    private static func v6(groups: [UInt16]) -> IPAddress {
        .v6(
            high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }

    private static func parseV4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let octet = PlainDecimal.parse(part, upTo: 255) else { return nil }
            address = address << 8 | UInt32(octet)
        }
        return address
    }

    private static func parseV6(_ text: Substring) -> [UInt16]? {
        guard text.utf8.count <= 45, let gap = text.range(of: "::") else {
            return parseGroups(text).flatMap { $0.count == 8 ? $0 : nil }
        }
        let head = text[..<gap.lowerBound]
        let tail = text[gap.upperBound...]
        guard tail.range(of: "::") == nil,
            let left = head.isEmpty ? [] : parseGroups(head, isLast: false),
            let right = tail.isEmpty ? [] : parseGroups(tail),
            left.count + right.count <= 7
        else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }

    /// Groups of hexadecimal digits between colons; the last may be an IPv4 address, which counts as two.
    private static func parseGroups(_ text: Substring, isLast: Bool = true) -> [UInt16]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, let address = parseV4(part) {
                groups += [UInt16(truncatingIfNeeded: address >> 16), UInt16(truncatingIfNeeded: address)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(\.isHexadecimalDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .v4(let address):
            return [24, 16, 8, 0].map { String(address >> UInt32($0) & 0xFF) }.joined(separator: ".")
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

extension StringProtocol {
    /// The first place of `needle`; the standard library has this only with Foundation.
    fileprivate func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) {
                return start..<index(start, offsetBy: needle.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
