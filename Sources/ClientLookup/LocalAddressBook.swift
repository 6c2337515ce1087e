// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CLinux
package import ControlProtocol
private import Glibc

/// The addresses of this machine, read again when the kernel says that they have changed.
///
/// The kernel puts a notice in our socket's queue (rtnetlink(7)) when an address comes or goes, before whoever did that goes on: as
/// long as there is none, what was read is as it is. Where there can be no such socket the addresses are read each time.
package final class LocalAddressBook {
    private var notices: Descriptor?
    private var known: Set<IPAddress>?

    package init() { notices = try? Self.subscribe() }

    package func current() throws(ClientLookup.Failure) -> Set<IPAddress> {
        if let known, !hasChanged() { return known }
        // What changes while they are read is told afterwards.
        let read = try LocalAddresses.current()
        known = read
        return read
    }

    private static func subscribe() throws(SystemError) -> Descriptor {
        let flags = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let notices = try Descriptor(adopting: socket(AF_NETLINK, flags, NETLINK_ROUTE))
        guard clinux_join_address_notices(notices.number) == 0 else { throw .last }
        return notices
    }

    /// Takes the notices that there are. One that was lost, or cannot be read, counts as one.
    private func hasChanged() -> Bool {
        guard let number = notices?.number else { return true }
        var hasChanged = false
        var byte: UInt8 = 0
        while true {
            guard recv(number, &byte, 1, 0) < 0, errno != ENOBUFS, errno != EINTR else {
                hasChanged = true
                continue
            }
            guard errno == EAGAIN else {
                notices = nil
                return true
            }
            return hasChanged
        }
    }
}
