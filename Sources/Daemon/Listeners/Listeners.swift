// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import Logging
import NIOCore
import NIOPosix
import Systemd

/// Every socket that clients may connect to.
struct Listeners: Sendable {
    private let channels: [any Channel]
    private let unixSockets: [UnixListenSocket]
    let descriptions: [String]

    /// Opens all of them, or none. Sockets that the service manager passes take the place of those of the configuration.
    static func open(
        _ configuration: DaemonConfiguration,
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup
    ) async throws -> Listeners {
        let inherited = try Self.inherited(configuration.serviceManager)
        var channels: [any Channel] = []
        var unixSockets: [UnixListenSocket] = []
        var descriptions: [String] = []
        do {
            for socket in inherited {
                channels.append(try await adopt(socket.descriptor, bootstrap(shared, on: group)))
                descriptions.append("a socket of the service manager (\(socket.name))")
            }
            for address in inherited.isEmpty ? configuration.listeners : [] {
                switch address {
                case .unix(let socket):
                    let bound = try Self.bind(socket)
                    unixSockets.append(bound)
                    channels.append(try await adopt(bound.descriptor, bootstrap(shared, on: group)))
                case .tcp(let host, let port):
                    channels.append(try await bind(host, port, bootstrap(shared, on: group)))
                }
                descriptions.append(address.description)
            }
            let ports = Set(channels.compactMap { $0.localAddress?.port }.map { UInt16(truncatingIfNeeded: $0) })
            try await group.next().submit { shared.value.ownPorts = ports }.get()
            // Whoever comes first must be kept from our own ports, too.
            for channel in channels { try await channel.setOption(.autoRead, value: true).get() }
        } catch {
            await Listeners(channels: channels, unixSockets: unixSockets, descriptions: []).close()
            throw error
        }
        return Listeners(channels: channels, unixSockets: unixSockets, descriptions: descriptions)
    }

    func close() async {
        for socket in unixSockets { socket.remove() }
        for channel in channels { try? await channel.close() }
    }

    private static func inherited(_ manager: DaemonConfiguration.ServiceManager) throws -> [InheritedSockets.Socket] {
        do throws(ServiceManagerError) {
            return try InheritedSockets.adopt(
                try InheritedSockets.promises(
                    processID: manager.listenProcess,
                    count: manager.listenDescriptors,
                    names: manager.listenNames,
                    ownProcessID: ProcessIdentifier.own
                )
            )
        } catch {
            throw Daemon.Failure(reason: "cannot use the sockets of the service manager: \(error.reason)")
        }
    }

    /// NIO listens anew, with a queue of its own length; the length that was meant is set again behind it.
    private static func adopt(_ descriptor: Int32, _ bootstrap: ServerBootstrap) async throws -> any Channel {
        let channel = try await bootstrap.withBoundSocket(descriptor).get()
        guard listen(descriptor, UnixListenSocket.backlog) == 0 else {
            throw Daemon.Failure(reason: "cannot listen: \(SystemText.last)")
        }
        return channel
    }

    private static func bind(_ socket: ListenAddress.UnixSocket) throws(Daemon.Failure) -> UnixListenSocket {
        do throws(UnixListenSocket.Failure) {
            return try UnixListenSocket(socket)
        } catch {
            throw Daemon.Failure(reason: error.reason)
        }
    }

    private static func bind(_ host: IPAddress, _ port: UInt16, _ bootstrap: ServerBootstrap) async throws
        -> any Channel
    {
        do {
            return try await bootstrap.bind(host: host.description, port: Int(port)).get()
        } catch let error as IOError {
            throw Daemon.Failure(
                reason: "cannot listen on \(host.bracketed):\(port): \(SystemText.describe(error.errnoCode))"
            )
        }
    }

    private static func bootstrap(
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: UnixListenSocket.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nobody is accepted before `open` has told what sessions copy at their beginning.
            .serverChannelOption(.autoRead, value: false)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Without descriptors clients wait in the kernel's queue, and nobody else notices.
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // A machine that is gone says no goodbye, and its services would stay published. (No effect on a Unix socket.)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: Limits.unreadBytes / 2, high: Limits.unreadBytes)
            )
            .childChannelInitializer { channel in
                ClientAcceptor(shared: shared.value).accept(channel)
            }
    }
}
