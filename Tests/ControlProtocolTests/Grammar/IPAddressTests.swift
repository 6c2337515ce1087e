// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import TestSupport
import Testing

@Suite struct IPAddressTests {
    @Test(
        "Literal addresses are read by RFC 4291 and written by RFC 5952",
        arguments: [
            Row("0.0.0.0", "0.0.0.0"), Row("127.0.0.1", "127.0.0.1"), Row("255.255.255.255", "255.255.255.255"),
            Row("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), Row("FF01:0:0:0:0:0:0:101", "ff01::101"),
            Row("0:0:0:0:0:0:0:1", "::1"), Row("0:0:0:0:0:0:0:0", "::"), Row("::", "::"), Row("::1", "::1"),
            Row("1::", "1::"),
            Row("0:0:0:0:0:0:13.1.68.3", "::d01:4403"), Row("::13.1.68.3", "::d01:4403"),
            Row("::FFFF:129.144.52.38", "::ffff:129.144.52.38"),
            Row("::ffff:8190:3426", "::ffff:129.144.52.38"), Row("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            Row("2001:db8::0001", "2001:db8::1"), Row("2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"),
            Row("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), Row("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            Row("1:0:0:2:0:0:3:4", "1::2:0:0:3:4"),
            Row("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), Row("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            Row("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            Row("1::1.2.3.4", "1::102:304"), Row("fe80::1", "fe80::1"), Row("::ffff:0:0", "::ffff:0.0.0.0"),
            Row("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ])
    func spelling(row: Row<String>) throws {
        let address = try #require(IPAddress(row.input))
        #expect(address.description == row.expected)
        #expect(IPAddress(address.description) == address)
        #expect(IPAddress(octets: address.octets) == address)
    }

    @Test(
        "Whatever programs read in different ways is no address",
        arguments: [
            "", " ", "localhost", "127.1", "127", "2130706433", "0x7f.0.0.1", "0x7f000001", "0177.0.0.1", "127.0.0.01",
            "127.0.0.256",
            "127.0.0.1.", ".127.0.0.1", "127..0.1", "127.0.0.0.1", "127.0.0.1 ", " 127.0.0.1", "127.0.0.+1",
            "127.0.0.1\0", "127.0.0.1\n",
            "127.0.0.1/8", "127.0.0.1:80", "[::1]", ":", ":::", "::1::", "1::2::3", ":1", "1:", "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "::12345", "::g", "::1%eth0", "fe80::1%1",
            "::1.2.3", "::1.2.3.4.5",
            "1.2.3.4::", "::1.2.3.4:1", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4", "::01.2.3.4", "::+1", "::-1",
            "::0x1", "１27.0.0.1",
            "::\u{301}1", "1::1:", ":1::1", "::/0", "00000::", String(repeating: "1:", count: 20000),
            String(repeating: ".", count: 60000),
            String(repeating: ":", count: 60000),
        ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "A v4-mapped address stands for its IPv4 address",
        arguments: [
            Row("::ffff:127.0.0.1", "127.0.0.1"), Row("::ffff:0:0", "0.0.0.0"), Row("::127.0.0.1", "::7f00:1"),
            Row("::1", "::1"),
            Row("::fffe:7f00:1", "::fffe:7f00:1"), Row("1::ffff:7f00:1", "1::ffff:7f00:1"),
            Row("::1:ffff:7f00:1", "::1:ffff:7f00:1"),
            Row("10.0.0.1", "10.0.0.1"),
        ])
    func unmapped(row: Row<String>) {
        #expect(IPAddress(row.input)?.unmapped.description == row.expected)
    }

    @Test(
        "Loopback and unspecified addresses are known in every family",
        arguments: [
            Row("127.0.0.1", "loopback"), Row("127.255.255.255", "loopback"), Row("::1", "loopback"),
            Row("::ffff:127.0.0.1", "loopback"),
            Row("::ffff:7fff:1", "loopback"), Row("0.0.0.0", "unspecified"), Row("::", "unspecified"),
            Row("::ffff:0.0.0.0", "unspecified"),
            Row("126.255.255.255", ""), Row("128.0.0.0", ""), Row("::2", ""), Row("1::1", ""), Row("::7f00:1", ""),
            Row("0.0.0.1", ""),
            Row("10.152.152.11", ""),
        ])
    func kinds(row: Row<String>) throws {
        let address = try #require(IPAddress(row.input))
        #expect(address.isLoopback == (row.expected == "loopback"))
        #expect(address.isUnspecified == (row.expected == "unspecified"))
    }

    @Test(
        "A mask leaves the first bits and clears the others",
        arguments: [
            ("255.255.255.255", 0, "0.0.0.0"), ("255.255.255.255", 1, "128.0.0.0"), ("10.152.152.11", 8, "10.0.0.0"),
            ("10.152.152.11", 20, "10.152.144.0"), ("10.152.152.11", 31, "10.152.152.10"),
            ("10.152.152.11", 32, "10.152.152.11"),
            ("10.152.152.11", 128, "10.152.152.11"), ("10.152.152.11", -1, "0.0.0.0"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, "::"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "8000::"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 63, "ffff:ffff:ffff:fffe::"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 64, "ffff:ffff:ffff:ffff::"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65, "ffff:ffff:ffff:ffff:8000::"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 127, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"),
            ("2001:db8::1", 128, "2001:db8::1"), ("2001:db8::1", 1000, "2001:db8::1"), ("2001:db8::1", .min, "::"),
        ])
    func masks(text: String, length: Int, expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.masked(to: length).description == expected)
        #expect(address.bitCount == (text.contains(":") ? 128 : 32))
    }

    @Test("Only 4 or 16 octets are an address", arguments: [0, 1, 3, 5, 15, 17])
    func octets(count: Int) {
        #expect(IPAddress(octets: Array(repeating: 1, count: count)) == nil)
    }

    @Test("In front of a port an IPv6 address stands in brackets")
    func brackets() {
        #expect(IPAddress("::1")?.bracketed == "[::1]")
        #expect(IPAddress.loopback.bracketed == "127.0.0.1")
    }

    @Test("Every address comes back from its text and its octets", arguments: UInt64(0)..<20)
    func roundTrip(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<200 {
            // Groups of zeros are the interesting ones.
            let octets = (0..<8).flatMap { _ in generator.bool() ? [0, 0] : generator.bytes(2...2) }
            for address in [IPAddress(octets: octets), IPAddress(octets: Array(octets.prefix(4)))] {
                let address = try #require(address)
                #expect(IPAddress(address.description) == address, "\(octets)")
                #expect(address.masked(to: address.bitCount) == address)
            }
        }
    }

    @Test("Random text never crashes, and what is accepted is spelt stably", arguments: UInt64(0)..<20)
    func randomText(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let text = generator.text(0...16, of: ["1", "0", "f", ":", "::", ".", "255", "%", "[", "é"])
            guard let address = IPAddress(text) else { continue }
            #expect(IPAddress(address.description) == address, "\(text)")
        }
    }

    @Test func `any text is an address if it is one to the C library`() {
        var random = SplitMix64(seed: 80)
        var count = 0
        for _ in 0..<30_000 {
            let text = random.text(
                1...9, of: [":", ":", "::", ".", ".", "0", "1", "25", "255", "256", "fF0", "1:2", "12345"])
            var octets = [UInt8](repeating: 0, count: 16)
            let family = text.contains(":") ? AF_INET6 : AF_INET
            let isAddress = inet_pton(family, text, &octets) == 1
            let expected = isAddress ? IPAddress(octets: family == AF_INET ? Array(octets[..<4]) : octets) : nil
            #expect(IPAddress(text) == expected, "\(text)")
            if isAddress { count += 1 }
        }
        #expect(count > 500)
    }
}
