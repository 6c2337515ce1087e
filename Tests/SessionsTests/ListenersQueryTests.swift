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

    static let spoken: [(String, String, Set<UInt16>, Set<UInt16>)] = [
        ("\"unix:/run/tor/control\" \"127.0.0.1:9051\"", "\"127.0.0.1:9050\"", [9051], [9050]),
        ("\"[::1]:9051\" \"0.0.0.0:9052\"", "", [9051, 9052], []),
        ("", "\"[::]:9050\" \"192.0.2.1:9150\"", [], [9050, 9150]),
        ("\"unix:/run/tor/control\"", "\"unix:/run/tor/socks\"", [], []),
        // A path that looks like a port closes more, never less.
        ("\"unix:/run/a:9051\"", "", [9051], []),
    ]

    @Test(arguments: spoken)
    func `the ports of tor's listeners are read`(
        control: String, socks: String, controlPorts: Set<UInt16>, proxies: Set<UInt16>
    ) throws {
        let query = try Self.feed(
            ["250-net/listeners/control=\(control)", "250-net/listeners/socks=\(socks)"] + Self.rest
        )
        #expect(query.listeners == GuardedTargets.Listeners(control: controlPorts, proxies: proxies))
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
