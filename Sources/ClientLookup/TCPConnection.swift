// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CLinux
internal import ControlProtocol
private import Glibc

/// Our side of an accepted TCP connection.
struct TCPConnection {
    let descriptor: Int32

    var peer: (address: IPAddress, port: UInt16)? { name(getpeername) }

    var local: (address: IPAddress, port: UInt16)? { name(getsockname) }

    /// While this holds, nobody else's connection has the same two ends.
    var isOpen: Bool {
        let state = clinux_tcp_state(descriptor)
        return state > 0 && state != TCP_CLOSE
    }

    var networkNamespace: UInt64? { Self.networkNamespace(of: descriptor) }

    /// A number for the network namespace that a socket lives in; nil before Linux 5.14.
    static func networkNamespace(of socket: Int32) -> UInt64? {
        var cookie: UInt64 = 0
        return clinux_network_namespace(socket, &cookie) == 0 ? cookie : nil
    }

    private func name(
        _ ask: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
    ) -> (address: IPAddress, port: UInt16)? {
        var storage = sockaddr_storage()
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
                guard ask(descriptor, name, &length) == 0 else { return nil }
                return SocketAddress.read(UnsafeRawPointer(name))
            }
        }
    }
}
