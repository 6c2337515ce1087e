// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

internal import ControlProtocol
private import Glibc

/// The system's socket addresses as values.
enum SocketAddress {
    /// Address and port of a `sockaddr` that the system filled in; nil for families other than IPv4 and IPv6.
    static func read(_ pointer: UnsafeRawPointer) -> (address: IPAddress, port: UInt16)? {
        switch Int32(pointer.loadUnaligned(as: sockaddr.self).sa_family) {
        case AF_INET:
            let name = pointer.loadUnaligned(as: sockaddr_in.self)
            return (.v4(UInt32(bigEndian: name.sin_addr.s_addr)), UInt16(bigEndian: name.sin_port))
        case AF_INET6:
            let name = pointer.loadUnaligned(as: sockaddr_in6.self)
            let octets = withUnsafeBytes(of: name.sin6_addr) { Array($0) }
            return IPAddress(octets: octets).map { ($0, UInt16(bigEndian: name.sin6_port)) }
        default:
            return nil
        }
    }
}
