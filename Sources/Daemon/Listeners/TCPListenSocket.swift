// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import NIOCore

/// A TCP socket that has its address and does not listen yet: it is nobody else's, and nobody can connect.
enum TCPListenSocket {
    /// - Returns: a descriptor that is the caller's to close.
    static func bind(_ host: IPAddress, _ port: UInt16) throws -> Int32 {
        let address = try SocketAddress(ipAddress: host.description, port: Int(port))
        let family = host.bitCount == 128 ? AF_INET6 : AF_INET
        let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw ListenerFailure.system("cannot make a socket") }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        // As NIO does for listeners that it binds: `[::]` takes IPv4, too.
        var no: Int32 = 0
        if family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = address.withSockAddr { Glibc.bind(descriptor, $0, socklen_t($1)) }
        guard result == 0 else {
            let failure = ListenerFailure.system("cannot listen on \(host.bracketed):\(port)")
            close(descriptor)
            throw failure
        }
        return descriptor
    }
}
