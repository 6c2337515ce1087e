// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Where tor's control socket is. Addresses are literal: a name would let whoever answers for it choose our tor.
package enum TorAddress: Hashable, Sendable {
    case unix(path: String)
    case tcp(IPAddress, port: UInt16)

    /// Why a text is no address.
    package enum Unreadable: Error, Hashable, Sendable {
        case form
        case path
        case host
        case port

        package var reason: String {
            switch self {
            case .form: "write unix:PATH, ADDRESS:PORT or [IPV6]:PORT"
            case .path:
                "the path of a socket is absolute, at most \(TorAddress.pathLimit) bytes and without control characters"
            case .host:
                "the host is localhost or the literal address of one host, IPv6 in brackets; no name is looked up"
            case .port: "the port is a number from 1 to 65535"
            }
        }
    }

    /// Bytes of a socket's path: `sun_path` of unix(7), without the NUL at its end.
    package static let pathLimit = 107

    /// `unix:PATH`, `HOST:PORT` or `[v6]:PORT`.
    package init(parsing text: String) throws(Unreadable) {
        if text.hasPrefix("unix:") {
            try self.init(path: String(text.dropFirst("unix:".count)))
            return
        }
        guard let colon = text.lastIndex(of: ":") else { throw .form }
        let host = text[..<colon]
        guard !host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]") else { throw .form }
        try self.init(host: String(host), port: String(text[text.index(after: colon)...]))
    }

    package init(path: String) throws(Unreadable) {
        guard path.hasPrefix("/"), path.utf8.count <= Self.pathLimit,
            path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .path }
        self = .unix(path: path)
    }

    /// `host` is `localhost`, an IPv4 address, or an IPv6 address with or without brackets.
    package init(host: String, port: String) throws(Unreadable) {
        guard let address = Self.address(of: host), !address.isUnspecified else { throw .host }
        guard let number = PlainDecimal.port(port) else { throw .port }
        self = .tcp(address, port: number)
    }

    private static func address(of host: String) -> IPAddress? {
        if host.asciiLowercased == "localhost" { return .loopback }
        guard host.hasPrefix("["), host.hasSuffix("]"), host.utf8.count > 2 else { return IPAddress(host)?.unmapped }
        guard let address = IPAddress(host.dropFirst().dropLast()), case .v6 = address else { return nil }
        return address.unmapped
    }

    package var transport: LinkConfiguration.Transport {
        switch self {
        case .unix: .unix
        case .tcp: .tcp
        }
    }
}

extension TorAddress: CustomStringConvertible {
    /// As `--tor` takes it.
    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let address, let port): "\(address.bracketed):\(port)"
        }
    }
}
