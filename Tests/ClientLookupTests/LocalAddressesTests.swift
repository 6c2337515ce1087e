// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Testing

@Suite struct LocalAddressesTests {
    @Test func `the loopback addresses are among them, the unspecified one is not`() throws {
        let addresses = try LocalAddresses.current()
        #expect(addresses.contains(.loopback))
        #expect(!addresses.contains { $0.isUnspecified })
    }

    @Test(.enabled(if: canChangeNetwork, "only root, with iproute2, can take on an address"))
    func `an address that is taken on is there at once, and gone when given up`() throws {
        let address = try #require(IPAddress("192.0.2.213"))
        #expect(Child.run(ip, "address", "add", "192.0.2.213/32", "dev", "lo"))
        let during = try LocalAddresses.current()
        #expect(Child.run(ip, "address", "del", "192.0.2.213/32", "dev", "lo"))
        let after = try LocalAddresses.current()
        #expect(during.contains(address))
        #expect(!after.contains(address))
    }

    @Test func `what is kept is what is read`() throws {
        let book = LocalAddressBook()
        for _ in 0..<3 { #expect(try book.current() == LocalAddresses.current()) }
    }

    @Test(.enabled(if: canChangeNetwork, "only root, with iproute2, can take on an address"))
    func `what is kept follows every change at once`() throws {
        let book = LocalAddressBook()
        let address = try #require(IPAddress("192.0.2.214"))
        for _ in 0..<20 {
            #expect(try !book.current().contains(address))
            #expect(Child.run(ip, "address", "add", "192.0.2.214/32", "dev", "lo"))
            #expect(try book.current().contains(address))
            #expect(Child.run(ip, "address", "del", "192.0.2.214/32", "dev", "lo"))
        }
        #expect(try !book.current().contains(address))
    }
}
