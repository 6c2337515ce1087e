// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Glibc
import Policies
import Testing

/// Listeners play tor's SOCKS ports here, and their accepted connections streams.
@Suite(.serialized) struct OwnConnectionTests {
    private static let withoutAppArmor = SecurityLabels(isEnabled: false)
    private let lookup = ClientLookup(labels: withoutAppArmor)

    private static func client(_ user: UInt32? = effectiveUser, label: String? = nil) -> Client {
        Client(
            transport: .unix(socket: nil),
            user: user.map { Client.Account(id: $0, name: nil) },
            label: label.map { Client.SecurityLabel(name: $0, mode: "enforce") }
        )
    }

    /// Where a connection of this process or another's comes from, as the one that accepted it sees it.
    private func source(of server: File) throws -> Endpoint {
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        withUnsafeMutablePointer(to: &name) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(server.number, $0, &length) }
        }
        let port = UInt16(bigEndian: name.sin6_port)
        if Int32(name.sin6_family) == AF_INET6 {
            let octets = withUnsafeBytes(of: name.sin6_addr) { Array($0) }
            return Endpoint(try #require(IPAddress(octets: octets)), port: port)
        }
        // The address of IPv4 stands where IPv6 has its flow label.
        return Endpoint(.v4(UInt32(bigEndian: name.sin6_flowinfo)), port: port)
    }

    private func place(_ address: String, _ listener: Listener) throws -> Endpoint {
        Endpoint(try #require(IPAddress(address)), port: listener.port)
    }

    /// Where tor listens, where the client connects to, and what tor says of its listener.
    struct Route: Sendable, CustomTestStringConvertible {
        var listen: String
        var kind: String
        var target: String
        var named: String

        var testDescription: String { "\(kind) to \(target) at \(listen), named \(named)" }

        static let all = [
            Route(listen: "127.0.0.1", kind: "v4", target: "127.0.0.1", named: "127.0.0.1"),
            Route(listen: "127.0.0.1", kind: "v6", target: "::ffff:127.0.0.1", named: "127.0.0.1"),
            Route(listen: "::1", kind: "v6", target: "::1", named: "::1"),
            Route(listen: "0.0.0.0", kind: "v4", target: "127.0.0.1", named: "0.0.0.0"),
            Route(listen: "::", kind: "v6", target: "::1", named: "::"),
            Route(listen: "127.0.0.7", kind: "v4", target: "127.0.0.7", named: "127.0.0.7"),
            Route(listen: "127.0.0.1", kind: "v4", target: "127.0.0.1", named: "::ffff:127.0.0.1"),
        ]
    }

    private static let setpriv = ["/usr/bin/setpriv", "--reuid=1", "--regid=2", "--clear-groups"]

    @Test(arguments: Route.all)
    func `a connection of the same user is the client's own`(route: Route) throws {
        let listener = Listener(try #require(IPAddress(route.listen)))
        let child = ClientProgram.start([route.kind, route.target, "\(listener.port)"])
        let server = listener.accept()
        let source = try source(of: server)
        let named = try place(route.named, listener)
        #expect(try lookup.isOwnConnection(from: source, to: [named], of: Self.client()))
        #expect(try lookup.isConnectionOfUser(from: source, to: [named], of: Self.client()))
        #expect(try lookup.isConnected(from: source, to: [named]))
        #expect(try !lookup.isConnected(from: source, to: []))
        // Beside it a listener that the connection does not lead to, and one of another family.
        let others = [Endpoint(.loopback, port: 9), Endpoint(try #require(IPAddress("::1")), port: 9), named]
        #expect(try lookup.isOwnConnection(from: source, to: others, of: Self.client()))
        #expect(try !lookup.isOwnConnection(from: source, to: others, of: Self.client(effectiveUser + 1)))
        withExtendedLifetime(child) {}
    }

    @Test(.enabled(if: isRoot, "only root can start a program as somebody else"), arguments: Route.all)
    func `a connection of another user is not`(route: Route) throws {
        let listener = Listener(try #require(IPAddress(route.listen)))
        let child = ClientProgram.start([route.kind, route.target, "\(listener.port)"], before: Self.setpriv)
        let source = try source(of: listener.accept())
        let named = try place(route.named, listener)
        #expect(try !lookup.isOwnConnection(from: source, to: [named], of: Self.client()))
        #expect(try lookup.isOwnConnection(from: source, to: [named], of: Self.client(1)))
        withExtendedLifetime(child) {}
    }

    @Test func `who is not known owns nothing`() throws {
        let listener = Listener(.loopback)
        let client = listener.connect(to: .loopback)
        let source = try source(of: listener.accept())
        let named = [try place("127.0.0.1", listener)]
        for user: UInt32? in [nil, 65534, .max] {
            #expect(try !lookup.isOwnConnection(from: source, to: named, of: Self.client(user)), "\(user ?? 0)")
        }
        let account = Client.Account(id: effectiveUser, name: nil)
        for transport: Client.Transport in [.remote(.loopback, port: 1), .ownAddress(.loopback, port: 1)] {
            let stranger = Client(transport: transport, user: account)
            #expect(try !lookup.isOwnConnection(from: source, to: named, of: stranger))
        }
        withExtendedLifetime(client) {}
    }

    @Test func `another port, another address or another listener is another connection`() throws {
        let listener = Listener(.loopback)
        let other = Listener(.loopback)
        let client = listener.connect(to: .loopback)
        let source = try source(of: listener.accept())
        let named = try place("127.0.0.1", listener)
        let rows: [(Endpoint, [Endpoint])] = [
            (Endpoint(source.address, port: source.port ^ 1), [named]),
            (Endpoint(.v4(0x7F00_0002), port: source.port), [named]),
            (Endpoint(try #require(IPAddress("::1")), port: source.port), [named]),
            (source, []),
            (source, [try place("127.0.0.1", other)]),
            (source, [try place("127.0.0.2", listener)]),
            (source, [try place("::1", listener)]),
            (source, [try place("::", listener)]),
            // The listener itself.
            (named, [named]),
            (source, Array(repeating: named, count: ClientLookup.mostListeners + 1)),
        ]
        for (source, listeners) in rows {
            let isOwn = try lookup.isOwnConnection(from: source, to: listeners, of: Self.client())
            #expect(!isOwn, "\(source) to \(listeners)")
        }
        withExtendedLifetime(client) {}
    }

    @Test func `a connection that its program has closed is nobody's`() throws {
        for order in ["close", "reset"] {
            let listener = Listener(.loopback)
            let child = ClientProgram.start(["v4", "127.0.0.1", "\(listener.port)"])
            let server = listener.accept()
            let source = try source(of: server)
            #expect(child.tell(order) == "done")
            let isOwn = try lookup.isOwnConnection(from: source, to: [place("127.0.0.1", listener)], of: Self.client())
            #expect(!isOwn, "\(order)")
            withExtendedLifetime(server) {}
        }
    }

    @Test func `one whose own direction alone is ended is still the client's`() throws {
        let listener = Listener(.loopback)
        let child = ClientProgram.start(["v4", "127.0.0.1", "\(listener.port)"])
        let server = listener.accept()
        #expect(child.tell("shutdown") == "done")
        #expect(
            try lookup.isOwnConnection(
                from: source(of: server), to: [place("127.0.0.1", listener)], of: Self.client()
            )
        )
    }

    /// Tor names only where a stream comes from: a user who takes the source port of another's connection, towards another of
    /// tor's listeners, must not be shown the other's streams, nor the other way round.
    @Test(.enabled(if: isRoot, "only root can start a program as somebody else"))
    func `a source port that two users have towards two listeners is nobody's`() throws {
        let (first, second) = (Listener(.loopback), Listener(.loopback))
        // A port that nobody has at the moment.
        let port = Listener(.loopback).port
        let environment = ["/usr/bin/env", "SOURCE_PORT=\(port)"]
        let mine = ClientProgram.start(["v4", "127.0.0.1", "\(first.port)"], before: environment)
        let source = try source(of: first.accept())
        let theirs = ClientProgram.start(
            ["v4", "127.0.0.1", "\(second.port)"],
            before: Self.setpriv + environment
        )
        let server = second.accept()
        #expect(try self.source(of: server) == source)
        let (one, both) = (
            [try place("127.0.0.1", first)], [try place("127.0.0.1", first), try place("127.0.0.1", second)]
        )
        #expect(try lookup.isOwnConnection(from: source, to: one, of: Self.client()))
        for user in [effectiveUser, 1] {
            #expect(try !lookup.isOwnConnection(from: source, to: both, of: Self.client(user)))
        }
        #expect(theirs.tell("close") == "done")
        withExtendedLifetime(mine) {}
    }

    // MARK: Labels

    struct Labelled: Sendable, CustomTestStringConvertible {
        /// What the kernel says of the process that holds the socket; nil if it says nothing.
        var context: String?
        var client: String?
        var isOwn: Bool

        var testDescription: String { "\(context ?? "nothing") for \(client ?? "nothing")" }
    }

    @Test(arguments: [
        Labelled(context: "browser (enforce)\n", client: "browser", isOwn: true),
        Labelled(context: "other (enforce)\n", client: "browser", isOwn: false),
        Labelled(context: "unconfined\n", client: "browser", isOwn: false),
        Labelled(context: "browser (complain)\n", client: "browser", isOwn: false),
        Labelled(context: "browser (enforce)\n", client: nil, isOwn: false),
        Labelled(context: nil, client: "browser", isOwn: false),
        Labelled(context: nil, client: nil, isOwn: false),
    ])
    func `where there is AppArmor both labels must be known and equal`(row: Labelled) throws {
        let proc = FakeProc()
        let lookup = ClientLookup(procPath: proc.path, labels: SecurityLabels(isEnabled: true))
        #expect(lookup.comparesLabels)
        let listener = Listener(.loopback)
        let client = listener.connect(to: .loopback)
        let source = try source(of: listener.accept())
        proc.addProcess(getpid(), sockets: [client.inode])
        if let context = row.context {
            proc.addLabel(getpid(), context)
        }
        let named = [try place("127.0.0.1", listener)]
        let isOwn = try lookup.isOwnConnection(from: source, to: named, of: Self.client(label: row.client))
        #expect(isOwn == row.isOwn)
        #expect(try lookup.isConnectionOfUser(from: source, to: named, of: Self.client(label: row.client)))
    }
}
