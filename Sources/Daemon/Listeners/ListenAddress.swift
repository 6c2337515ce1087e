// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// One value of `--listen`: `unix:PATH[,mode=0660][,owner=USER][,group=GROUP]`, `127.0.0.1:951` or `[::1]:951`.
package enum ListenAddress: Hashable, Sendable {
    case unix(UnixSocket)
    case tcp(IPAddress, port: UInt16)

    package struct UnixSocket: Hashable, Sendable {
        package var path: String
        /// Permission bits; connecting takes write permission (unix(7)).
        package var mode: UInt32
        package var owner: String?
        package var group: String?

        package init(path: String, mode: UInt32 = 0o660, owner: String? = nil, group: String? = nil) {
            self.path = path
            self.mode = mode
            self.owner = owner
            self.group = group
        }

        /// Bytes of a path: sun_path has 108 with its NUL, and the socket is first bound under a longer, temporary name.
        package static let pathLimit = 96
    }

    package struct Unreadable: Error, Hashable, Sendable {
        package let reason: String
    }

    package init(parsing text: String) throws(Unreadable) {
        guard text.hasPrefix("unix:") else {
            self = try Self.parseTCP(text)
            return
        }
        let parts = text.dropFirst(5).split(separator: ",", omittingEmptySubsequences: false)
        var socket = UnixSocket(path: String(parts.first ?? ""))
        guard socket.path.hasPrefix("/"), socket.path.utf8.count <= UnixSocket.pathLimit,
            socket.path.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw Unreadable(reason: "a Unix socket needs an absolute path of at most \(UnixSocket.pathLimit) bytes")
        }
        for part in parts.dropFirst() { try Self.parse(setting: part, into: &socket) }
        self = .unix(socket)
    }

    private static func parse(setting: Substring, into socket: inout UnixSocket) throws(Unreadable) {
        let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[1].isEmpty else {
            throw Unreadable(reason: "'\(setting)' is no setting: mode=0660, owner=USER or group=GROUP")
        }
        switch pair[0] {
        case "mode":
            guard (3...4).contains(pair[1].count), let mode = UInt32(pair[1], radix: 8), mode <= 0o777 else {
                throw Unreadable(reason: "the mode '\(pair[1])' is not three or four octal digits")
            }
            socket.mode = mode
        case "owner": socket.owner = String(pair[1])
        case "group": socket.group = String(pair[1])
        case "cookie":
            throw Unreadable(reason: "a cookie of a listener's own is not supported by this version")
        default:
            throw Unreadable(reason: "unknown setting '\(pair[0])': mode, owner and group are known")
        }
    }

    private static func parseTCP(_ text: String) throws(Unreadable) -> ListenAddress {
        guard let colon = text.lastIndex(of: ":"), let port = PlainDecimal.port(text[text.index(after: colon)...])
        else {
            throw Unreadable(reason: "'\(text)' is neither unix:PATH, ADDRESS:PORT nor [ADDRESS]:PORT")
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(host), isBracketed == (address.bitCount == 128) else {
            throw Unreadable(reason: "'\(text[..<colon])' is no literal address; an IPv6 address stands in brackets")
        }
        return .tcp(address, port: port)
    }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unix(let socket): "unix:\(socket.path)"
        case .tcp(let address, let port): "\(address.bracketed):\(port)"
        }
    }
}
