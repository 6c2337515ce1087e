// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Glibc

/// The addresses of one network interface (getifaddrs(3)), link-local IPv6 ones left out: they need a scope.
package enum InterfaceAddresses {
    package static func of(_ name: String) -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [IPAddress] = []
        var entry = list
        while let interface = entry {
            if String(cString: interface.pointee.ifa_name) == name, let address = read(interface.pointee.ifa_addr) {
                addresses.append(address)
            }
            entry = interface.pointee.ifa_next
        }
        return addresses.filter { !$0.isLinkLocal }
    }

    private static func read(_ address: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let address else { return nil }
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin_addr) { IPAddress(octets: Array($0)) }
            }
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { IPAddress(octets: Array($0)) }
            }
        default:
            return nil
        }
    }
}

extension IPAddress {
    fileprivate var isLinkLocal: Bool {
        if case .v6(let high, _) = self { high >> 54 == 0x3FA } else { false }
    }
}
