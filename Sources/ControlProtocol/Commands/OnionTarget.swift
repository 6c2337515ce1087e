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
    package init?(_ text: some StringProtocol, virtualPort: UInt16) {
        let text = String(text)
        if let port = PlainDecimal.port(text) {
            self = .address(.loopback, port: port)
            return
        }
        if text.asciiLowercased.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard Self.isPlain(path) else { return nil }
            self = .unix(path: path)
            return
        }
        guard let (address, rest) = Self.splitAddress(text) else { return nil }
        if rest.isEmpty {
            self = .address(address, port: virtualPort)
        } else {
            guard rest.hasPrefix(":"), let port = PlainDecimal.port(rest.dropFirst()) else { return nil }
            self = .address(address, port: port)
        }
    }

    /// Whether a path is absolute and says each step once: no `//`, `.` or `..`, no `/` at its end, and nothing that an
    /// argument cannot hold. It must fit into `sun_path` (unix(7)).
    package static func isPlain(_ path: some StringProtocol) -> Bool {
        guard path.hasPrefix("/"), path.utf8.count <= 107 else { return false }
        let steps = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        return steps.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && path.utf8.allSatisfy { $0.isPrintable && $0 != .space && $0 != .quote && $0 != UInt8(ascii: "'") }
    }

    private static func splitAddress(_ text: String) -> (IPAddress, Substring)? {
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]"),
                case .v6? = IPAddress(text[text.index(after: text.startIndex)..<close]),
                let address = IPAddress(text[text.index(after: text.startIndex)..<close])
            else { return nil }
            return (address, text[text.index(after: close)...])
        }
        let end = text.firstIndex(of: ":") ?? text.endIndex
        guard case .v4? = IPAddress(text[..<end]), let address = IPAddress(text[..<end]) else { return nil }
        return (address, text[end...])
    }

    package var description: String {
        switch self {
        case .address(let address, let port): "\(address.bracketed):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
