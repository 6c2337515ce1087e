// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
private import Glibc

/// The addresses of this machine, as its interfaces have them.
package enum LocalAddresses {
    /// Read afresh at each call: interfaces come and go.
    package static func current() throws(ClientLookup.Failure) -> Set<IPAddress> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else {
            throw ClientLookup.Failure(reason: "cannot read this machine's addresses: \(SystemError.last)")
        }
        defer { freeifaddrs(list) }
        var addresses: Set<IPAddress> = []
        var entry = list
        while let interface = entry {
            if let address = interface.pointee.ifa_addr, let read = SocketAddress.read(UnsafeRawPointer(address)) {
                addresses.insert(read.address.unmapped)
            }
            entry = interface.pointee.ifa_next
        }
        return addresses
    }
}
