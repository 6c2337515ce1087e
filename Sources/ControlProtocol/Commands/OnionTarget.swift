// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Where the streams of an onion service's virtual port go: a literal address with a port, or a Unix socket.
///
/// A host name is none: tor would ask the system's resolver for it, outside of tor.
package enum OnionTarget: Hashable, Sendable, CustomStringConvertible {
    case address(IPAddress, port: UInt16)
    case unix(path: String)

    /// The target as it stands behind `Port=VIRTPORT,`: `PORT`, `ADDRESS`, `ADDRESS:PORT` or `unix:PATH`, IPv6 in
    /// brackets.
    @inlinable
    package init?(_ text: some StringProtocol, virtualPort: UInt16) {
        self.init(Substring(text), virtualPort: virtualPort)
    }

    @usableFromInline
    package init?(_ text: Substring, virtualPort: UInt16) {
        if let port = PlainDecimal.port(text) {
            self = .address(.loopback, port: port)
            return
        }
        if Substring(text.utf8.prefix(5)).asciiLowercased == "unix:" {
            let path = String(text[text.utf8.index(text.startIndex, offsetBy: 5)...])
            guard Self.isPlain(path) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let (address, rest) = Self.splitAddress(text) else { return nil }
        if rest.isEmpty {
            self = .address(address, port: virtualPort)
        } else {
            guard rest.utf8.first == UInt8(ascii: ":"), let port = PlainDecimal.port(rest.dropFirst()) else {
                return nil
            }
            self = .address(address, port: port)
        }
    }

    /// Whether a path is absolute and says each step once: no `//`, `.` or `..`, no `/` at its end, and nothing that an
    /// argument cannot hold. It must fit into `sun_path` (unix(7)).
    @inlinable
    package static func isPlain(_ path: some StringProtocol) -> Bool { isPlain(Substring(path)) }

    @usableFromInline
    package static func isPlain(_ path: Substring) -> Bool { path.withBytes { isPlain($0) } }

    private static func isPlain(_ path: UnsafeRawBufferPointer) -> Bool {
        let slash = UInt8(ascii: "/")
        guard path.first == slash, path.count <= 107 else { return false }
        let steps = path.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
        return steps.allSatisfy { !$0.isEmpty && ($0.count > 2 || $0.contains { $0 != .dot }) }
            && path.allSatisfy { $0.isPrintable && $0 != .space && $0 != .quote && $0 != UInt8(ascii: "'") }
    }

    private static func splitAddress(_ text: Substring) -> (IPAddress, Substring)? {
        if text.utf8.first == UInt8(ascii: "[") {
            guard let close = text.utf8.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let address = IPAddress(text[text.utf8.index(after: text.startIndex)..<close])
            guard let address, case .v6 = address else { return nil }
            return (address, text[text.utf8.index(after: close)...])
        }
        let end = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        guard let address = IPAddress(text[..<end]), case .v4 = address else { return nil }
        return (address, text[end...])
    }

    package var description: String {
        switch self {
        case .address(let address, let port): "\(address.bracketed):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
