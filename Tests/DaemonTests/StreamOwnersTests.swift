// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Daemon
import Glibc
import Logging
import NIOCore
import NIOPosix
import Policies
import Testing

/// A server of this process plays tor's SOCKS port.
@Suite(.serialized) struct StreamOwnersTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func client(_ user: UInt32) -> Client {
        Client(
            transport: .unix(socket: nil),
            user: Client.Account(id: user, name: nil),
            label: Client.SecurityLabel(name: "browser", mode: "enforce")
        )
    }

    /// What is answered for a connection of our own, asked `count` times at once by a client of the user.
    private func answers(hasAppArmor: Bool, user: UInt32 = geteuid(), count: Int = 1) async throws -> [Bool] {
        let group = MultiThreadedEventLoopGroup.singleton
        let loop = group.next()
        let server = try await ServerBootstrap(group: loop).bind(host: "127.0.0.1", port: 0).get()
        let listener = Endpoint(.loopback, port: UInt16(try #require(server.localAddress?.port)))
        let connection = try await ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: Int(listener.port))
            .get()
        let source = Endpoint(.loopback, port: UInt16(try #require(connection.localAddress?.port)))
        let answers = try await loop.flatSubmit {
            let lookup = ClientLookup(labels: SecurityLabels(isEnabled: hasAppArmor))
            let owners = StreamOwners(lookup: lookup, logger: Self.logger)
            let asked = (0..<count).map { _ in
                owners.isOwnStream(client: Self.client(user), source: source, listeners: [listener], on: loop)
            }
            return EventLoopFuture.whenAllSucceed(asked, on: loop)
        }.get()
        try await connection.close()
        try await server.close()
        return answers
    }

    @Test func `a stream from a socket of the client's user is its own`() async throws {
        #expect(try await answers(hasAppArmor: false) == [true])
        #expect(try await answers(hasAppArmor: false, user: geteuid() + 1) == [false])
    }

    @Test func `where there is AppArmor a process without that label owns no stream`() async throws {
        #expect(try await answers(hasAppArmor: true) == [false])
    }

    @Test func `every question is answered, however many there are`() async throws {
        let count = StreamOwners.mostWaiting + 10
        #expect(try await answers(hasAppArmor: true, count: count) == Array(repeating: false, count: count))
    }
}
