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

    // What others do to the machine's addresses meanwhile is not looked at here: these have a network of their own.

    @Test(.enabled(if: canChangeNetwork, "only root, with iproute2, can make a network of its own"))
    func `an address that is taken on is there at once, and gone when given up`() throws {
        let address = try #require(IPAddress("192.0.2.213"))
        let (before, during, after) = try inOwnNetwork {
            let before = try LocalAddresses.current()
            try Self.change("add", address)
            let during = try LocalAddresses.current()
            try Self.change("del", address)
            return (before, during, try LocalAddresses.current())
        }
        #expect(during == before.union([address]))
        #expect(after == before)
    }

    @Test(.enabled(if: canChangeNetwork, "only root, with iproute2, can make a network of its own"))
    func `what is kept is what is read, after every change`() throws {
        let address = try #require(IPAddress("192.0.2.214"))
        let (kept, read) = try inOwnNetwork {
            let book = LocalAddressBook()
            var (kept, read): ([Set<IPAddress>], [Set<IPAddress>]) = ([], [])
            for change in Array(repeating: ["add", "del"], count: 20).joined() {
                try Self.change(change, address)
                for _ in 0..<2 { kept.append(try book.current()) }
                for _ in 0..<2 { read.append(try LocalAddresses.current()) }
            }
            return (kept, read)
        }
        #expect(kept == read)
        #expect(
            read.map { $0.contains(address) } == Array(repeating: [true, true, false, false], count: 20).flatMap { $0 })
    }

    /// To the loopback interface, of which each network has one.
    private static func change(_ change: String, _ address: IPAddress) throws {
        try #require(Child.run(ip, "address", change, "\(address)/32", "dev", "lo"))
    }
}
