// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The frame in which the kernel is asked for a socket and answers (netlink(7), sock_diag(7)).
///
/// Numbers are in the machine's order. Nothing that the bytes say about lengths is believed.
enum NetlinkMessage {
    enum Answer: Hashable, Sendable {
        case socket(ArraySlice<UInt8>)
        /// The kernel's refusal, an `errno`.
        case error(Int32)
    }

    private static let headerLength = 16
    private static let typeError: UInt16 = 2
    private static let typeSocket: UInt16 = 20
    private static let flagRequest: UInt16 = 1

    /// `SOCK_DIAG_BY_FAMILY` with this request of the family's.
    static func request(_ body: [UInt8], sequence: UInt32) -> [UInt8] {
        var message: [UInt8] = []
        message.append(native: UInt32(headerLength + body.count))
        message.append(native: typeSocket)
        message.append(native: flagRequest)
        message.append(native: sequence)
        message.append(native: UInt32(0))
        return message + body
    }

    /// The answer to the request numbered `sequence`; nil if the bytes hold none.
    static func answer(in bytes: [UInt8], sequence: UInt32) -> Answer? {
        var rest = bytes[...]
        while rest.count >= headerLength {
            let length = Int(rest.native(UInt32.self, at: 0))
            guard length >= headerLength, length <= rest.count else { return nil }
            if rest.native(UInt32.self, at: 8) == sequence {
                let body = rest[(rest.startIndex + headerLength)..<(rest.startIndex + length)]
                switch rest.native(UInt16.self, at: 4) {
                case typeError:
                    guard body.count >= 4 else { return nil }
                    // The kernel's numbers are negative; 0 acknowledges.
                    let code = body.native(Int32.self, at: 0)
                    guard code < 0, code != .min else { return nil }
                    return .error(-code)
                case typeSocket:
                    return .socket(body)
                default:
                    break
                }
            }
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return nil
    }
}

extension [UInt8] {
    mutating func append(native value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value) { append(contentsOf: $0) }
    }

    mutating func append(bigEndian value: some FixedWidthInteger) {
        append(native: value.bigEndian)
    }
}

extension ArraySlice<UInt8> {
    /// The number at `offset` from the start, which the caller knows to be there.
    func native<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number {
        let start = startIndex + offset
        return self[start..<(start + MemoryLayout<Number>.size)].withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    }
}
