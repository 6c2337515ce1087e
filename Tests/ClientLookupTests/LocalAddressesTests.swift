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
}
