// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Where a control port is: `unix:PATH` or `IPV4:PORT`.
enum SocketAddress {
    case unix(sockaddr_un)
    case ipv4(sockaddr_in)

    init(_ text: String) throws(Failure) {
        if text.hasPrefix("unix:") {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let path = Array(text.utf8.dropFirst(5))
            guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Failure("too long: \(text)") }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
            self = .unix(address)
        } else {
            let parts = text.split(separator: ":")
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            guard parts.count == 2, let port = UInt16(parts[1]),
                inet_pton(AF_INET, String(parts[0]), &address.sin_addr) == 1
            else { throw Failure("no address: \(text)") }
            address.sin_port = port.bigEndian
            self = .ipv4(address)
        }
    }

    /// A socket of the address' kind that never blocks; negative if there can be none.
    func makeSocket() -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        switch self {
        case .unix: return socket(AF_UNIX, kind, 0)
        case .ipv4:
            let descriptor = socket(AF_INET, kind, 0)
            Self.sendAtOnce(descriptor)
            return descriptor
        }
    }

    /// TCP_NODELAY; does nothing on a Unix socket.
    static func sendAtOnce(_ descriptor: Int32) {
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// connect(2) or bind(2).
    func with(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        switch self {
        case .unix(let address): Self.with(address, body)
        case .ipv4(let address): Self.with(address, body)
        }
    }

    private static func with<Address>(
        _ address: Address,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Listens there; the socket file of an earlier run is removed.
    func listen() throws(Failure) -> Int32 {
        let descriptor = makeSocket()
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        if case .unix(let address) = self {
            _ = withUnsafePointer(to: address.sun_path) { path in
                path.withMemoryRebound(to: CChar.self, capacity: 1) { unlink($0) }
            }
        }
        guard with({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 4096) == 0 else {
            throw .system("listening")
        }
        return descriptor
    }
}
