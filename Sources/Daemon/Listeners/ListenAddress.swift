// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// One value of `--listen`: `unix:PATH`, `127.0.0.1:951` or `[::1]:951`, with the settings of ``ListenSettings`` behind it.
package enum ListenAddress: Hashable, Sendable {
    case unix(UnixSocket)
    case tcp(IPAddress, port: UInt16, cookie: CookiePlace? = nil)

    package struct UnixSocket: Hashable, Sendable {
        package var path: String
        /// Permission bits; connecting takes write permission (unix(7)).
        package var mode: UInt32
        package var owner: String?
        package var group: String?
        /// Path of the file with the listener's cookie; nil for a listener that asks for none.
        package var cookie: String?
        /// What profiles call it in `sockets`; nil for one that is shared.
        package var name: String?

        package init(
            path: String,
            mode: UInt32 = 0o660,
            owner: String? = nil,
            group: String? = nil,
            cookie: String? = nil,
            name: String? = nil
        ) {
            self.path = path
            self.mode = mode
            self.owner = owner
            self.group = group
            self.cookie = cookie
            self.name = name
        }

        /// Bytes of a path: sun_path has 108 with its NUL, and the socket is first bound under a longer, temporary name.
        package static let pathLimit = 96
    }

    /// Where the cookie of a listener is written, and who may read it there.
    package struct CookiePlace: Hashable, Sendable {
        package let path: String
        /// Permission bits, none of them to execute.
        package let mode: UInt32
        package let owner: String?
        package let group: String?

        package init(path: String, mode: UInt32 = 0o640, owner: String? = nil, group: String? = nil) {
            self.path = path
            self.mode = mode & 0o666
            self.owner = owner
            self.group = group
        }
    }

    package struct Unreadable: Error, Hashable, Sendable {
        package let reason: String
    }

    package init(parsing text: String) throws(Unreadable) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let settings = try ListenSettings(parsing: parts.dropFirst())
        guard text.hasPrefix("unix:") else {
            let (address, port) = try Self.parseTCP(parts[0])
            self = .tcp(address, port: port, cookie: try settings.cookiePlace())
            return
        }
        let path = String(parts[0].dropFirst(5))
        guard path.isAbsolutePath, path.utf8.count <= UnixSocket.pathLimit else {
            throw Unreadable(reason: "a Unix socket needs an absolute path of at most \(UnixSocket.pathLimit) bytes")
        }
        self = .unix(
            UnixSocket(
                path: path,
                mode: settings.mode ?? 0o660,
                owner: settings.owner,
                group: settings.group,
                cookie: settings.cookie,
                name: settings.name
            )
        )
    }

    private static func parseTCP(_ text: Substring) throws(Unreadable) -> (IPAddress, UInt16) {
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
        return (address, port)
    }

    /// The file with the listener's cookie: as accessible as its Unix socket is.
    package var cookie: CookiePlace? {
        switch self {
        case .unix(let socket):
            socket.cookie.map {
                CookiePlace(path: $0, mode: socket.mode, owner: socket.owner, group: socket.group)
            }
        case .tcp(_, _, let cookie): cookie
        }
    }
}

extension ListenAddress {
    /// What profiles call it in `sockets`; nil for one that is shared.
    package var socketName: String? { if case .unix(let socket) = self { socket.name } else { nil } }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unix(let socket): "unix:\(socket.path)"
        case .tcp(let address, let port, _): "\(address.bracketed):\(port)"
        }
    }
}
