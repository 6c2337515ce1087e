// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
private import Glibc

/// The addresses of this machine, as its interfaces have them.
package enum LocalAddresses {
    /// Read afresh at each call: interfaces come and go.
    package static func current() throws(ClientLookup.Failure) -> Set<IPAddress> {
        Set(try read().map(\.address))
    }

    /// Those of one interface that can be listened on: link-local IPv6 addresses need a scope besides.
    package static func of(interface name: String) throws(ClientLookup.Failure) -> [IPAddress] {
        try read().filter { $0.interface == name && !$0.address.isLinkLocal }.map(\.address)
    }

    private static func read() throws(ClientLookup.Failure) -> [(interface: String, address: IPAddress)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else {
            throw ClientLookup.Failure(reason: "cannot read this machine's addresses: \(SystemError.last)")
        }
        defer { freeifaddrs(list) }
        var found: [(interface: String, address: IPAddress)] = []
        var entry = list
        while let interface = entry {
            if let address = interface.pointee.ifa_addr, let read = SocketAddress.read(UnsafeRawPointer(address)) {
                found.append((String(cString: interface.pointee.ifa_name), read.address.unmapped))
            }
            entry = interface.pointee.ifa_next
        }
        return found
    }
}

extension IPAddress {
    /// fe80::/10
    fileprivate var isLinkLocal: Bool {
        if case .v6(let high, _) = self { high >> 54 == 0x3FA } else { false }
    }
}
