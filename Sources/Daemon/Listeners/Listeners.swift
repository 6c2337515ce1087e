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
    private let cookies: [CookieFile]
    let descriptions: [String]

    /// Opens all of them, or none. Sockets that the service manager passes take the place of those of the configuration.
    static func open(
        _ configuration: DaemonConfiguration,
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup
    ) async throws -> Listeners {
        let inherited = try Self.inherited(configuration.serviceManager)
        if !inherited.isEmpty, let cookie = configuration.listeners.lazy.compactMap(\.cookie).first {
            throw Daemon.Failure(
                reason: """
                    the sockets of the service manager take the place of every --listen, and nobody would be asked for the \
                    cookie in \(cookie.path): leave out one or the other
                    """
            )
        }
        var channels: [any Channel] = []
        var unixSockets: [UnixListenSocket] = []
        var cookies: [CookieFile] = []
        var descriptions: [String] = []
        do {
            for socket in inherited {
                channels.append(try await adopt(socket.descriptor, bootstrap(shared, on: group)))
                descriptions.append("a socket of the service manager (\(socket.name))")
            }
            for address in inherited.isEmpty ? configuration.listeners : [] {
                let cookie = address.cookie.map { OfferedCookie(path: $0.path) }
                let bootstrap = bootstrap(shared, on: group, cookie, socketName: address.socketName)
                // Not before the address is ours: who listens there already may have a cookie in the same file.
                func writeCookie() throws(ListenerFailure) {
                    guard let place = address.cookie, let cookie else { return }
                    cookies.append(try CookieFile(place, holding: cookie.secret, torCookie: configuration.torCookie))
                }
                switch address {
                case .unix(let socket):
                    let bound = try UnixListenSocket(socket, writeCookie)
                    unixSockets.append(bound)
                    channels.append(try await adopt(bound.descriptor, bootstrap))
                case .tcp(let host, let port, nil):
                    channels.append(try await bind(host, port, bootstrap))
                case .tcp(let host, let port, .some):
                    let descriptor = try TCPListenSocket.bind(host, port)
                    do throws(ListenerFailure) {
                        try writeCookie()
                    } catch {
                        Glibc.close(descriptor)
                        throw error
                    }
                    channels.append(try await adopt(descriptor, bootstrap))
                }
                descriptions.append(address.description)
            }
            if let lost = cookies.first(where: { !$0.isInPlace }) {
                throw Daemon.Failure(reason: "the cookie file \(lost.path) was replaced by somebody else")
            }
            let ports = Set(channels.compactMap { $0.localAddress?.port }.map { UInt16(truncatingIfNeeded: $0) })
            // The kernel knows a socket of ours under the name that it was first bound to.
            let paths =
                inherited.isEmpty
                ? unixSockets.map(\.path)
                : channels.compactMap { $0.localAddress?.pathname }.filter { $0.hasPrefix("/") }
            let sockets = Set(paths)
            try await group.next().submit {
                shared.value.ownPorts = ports
                shared.value.ownSockets = sockets
            }.get()
            // Whoever comes first must be kept from our own ports, too.
            for channel in channels { try await channel.setOption(.autoRead, value: true).get() }
        } catch {
            await Listeners(channels: channels, unixSockets: unixSockets, cookies: cookies, descriptions: []).close()
            throw (error as? ListenerFailure).map { Daemon.Failure(reason: $0.reason) } ?? error
        }
        return Listeners(channels: channels, unixSockets: unixSockets, cookies: cookies, descriptions: descriptions)
    }

    func close() async {
        for socket in unixSockets { socket.remove() }
        for cookie in cookies { cookie.remove() }
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
    static func adopt(_ descriptor: Int32, _ bootstrap: ServerBootstrap) async throws -> any Channel {
        let channel = try await bootstrap.withBoundSocket(descriptor).get()
        guard listen(descriptor, UnixListenSocket.backlog) == 0 else {
            throw Daemon.Failure(reason: "cannot listen: \(SystemText.last)")
        }
        return channel
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

    /// - Parameter socketName: what profiles call the socket; nil for a shared listener.
    static func bootstrap(
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup,
        _ cookie: OfferedCookie? = nil,
        socketName: String? = nil
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: UnixListenSocket.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nobody is accepted before `open` has told what sessions copy at their beginning.
            .serverChannelOption(.autoRead, value: false)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause())
                }
            }
            .childChannelInitializer { channel in
                do {
                    try channel.setOptions { options in
                        try options.setOption(.allowRemoteHalfClosure, value: true)
                        try options.setOption(
                            .writeBufferWaterMark,
                            value: .init(low: Limits.unreadBytes / 2, high: Limits.unreadBytes)
                        )
                    }
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
                return ClientAcceptor(shared: shared.value, cookie: cookie, socketName: socketName).accept(channel)
            }
    }
}
