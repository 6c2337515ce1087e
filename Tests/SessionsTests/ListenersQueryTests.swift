// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import Testing

@Suite struct ListenersQueryTests {
    private static let rest = [
        "250-net/listeners/dns=", "250-net/listeners/httptunnel=", "250-net/listeners/trans=",
        "250-net/listeners/natd=",
        "250 OK",
    ]

    static let spoken: [(String, String, Set<UInt16>, Set<UInt16>, Set<String>?)] = [
        ("\"unix:/run/tor/control\" \"127.0.0.1:9051\"", "\"127.0.0.1:9050\"", [9051], [9050], ["/run/tor/control"]),
        ("\"[::1]:9051\" \"0.0.0.0:9052\"", "", [9051, 9052], [], []),
        ("", "\"[::]:9050\" \"192.0.2.1:9150\"", [], [9050, 9150], []),
        ("\"unix:/run/tor/control\"", "\"unix:/run/tor/socks\"", [], [], ["/run/tor/control"]),
        ("\"unix:/a\" \"unix:/b c\"", "", [], [], ["/a", "/b c"]),
        // What cannot be read for certain is not known, rather than not there.
        ("\"unix:/a\\303\\244\"", "", [], [], nil),
        ("\"unix:a\"", "", [], [], nil),
        ("\"unix:/run/a:9051\" \"127.0.0.1:9052\"", "", [9052], [], ["/run/a:9051"]),
        ("\"unix:/a\\303\\244 \\\"b\" \"127.0.0.1:9051\"", "", [9051], [], nil),
    ]

    @Test(arguments: spoken)
    func `the ports and control sockets of tor's listeners are read`(
        control: String, socks: String, controlPorts: Set<UInt16>, proxies: Set<UInt16>, controlSockets: Set<String>?
    ) throws {
        let query = try Self.feed(
            ["250-net/listeners/control=\(control)", "250-net/listeners/socks=\(socks)"] + Self.rest
        )
        let expected = GuardedTargets.Listeners(
            control: controlPorts, proxies: proxies, controlSockets: controlSockets)
        #expect(query.listeners == expected)
    }

    @Test func `DNS, HTTP tunnel, transparent and NAT ports count as proxies`() throws {
        let query = try Self.feed([
            "250-net/listeners/control=", "250-net/listeners/socks=", "250-net/listeners/dns=\"127.0.0.1:1\"",
            "250-net/listeners/httptunnel=\"127.0.0.1:2\"", "250-net/listeners/trans=\"127.0.0.1:3\"",
            "250-net/listeners/natd=\"127.0.0.1:4\"", "250 OK",
        ])
        #expect(query.listeners?.proxies == [1, 2, 3, 4])
    }

    @Test(arguments: [
        ["552 Unrecognized key \"net/listeners/natd\""],
        ["551 Internal error"],
        // A port that cannot be read would go unguarded.
        ["250-net/listeners/control=\"127.0.0.1:what\"", "250-net/listeners/socks="] + rest,
        ["250-net/listeners/control=", "250-net/listeners/socks=127.0.0.1:9050"] + rest,
        ["250+net/listeners/control=", "\"127.0.0.1:9051\"", ".", "250-net/listeners/socks="] + rest,
    ])
    func `an answer that does not say it leaves the listeners unknown`(lines: [String]) throws {
        #expect(try Self.feed(lines).listeners == nil)
    }

    @Test(arguments: [
        ["250 OK"], ["250-net/listeners/socks="], ["250-net/listeners/control=", "250 OK"], ["650 BW 1 2"],
    ])
    func `an answer to something else is a violation`(lines: [String]) {
        #expect(throws: ProtocolViolation.self) { try Self.feed(lines) }
    }

    @Test func `the question is one GETINFO`() {
        #expect(ListenersQuery.command?.line.hasPrefix("GETINFO net/listeners/control net/listeners/socks ") == true)
    }

    @discardableResult
    private static func feed(_ lines: [String]) throws -> ListenersQuery {
        var query = ListenersQuery()
        var framer = ReplyFramer()
        framer.append(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n"))
        var isWhole = false
        while let line = try framer.next() {
            #expect(!isWhole)
            isWhole = try query.accept(line)
        }
        #expect(isWhole)
        return query
    }
}
