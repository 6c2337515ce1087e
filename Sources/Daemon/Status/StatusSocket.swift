// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Glibc
import Logging
import NIOCore
import NIOPosix

/// The socket in the runtime directory on which the daemon says how it is, to root and to its own user.
///
/// Nothing is asked there: whoever connects gets the answer, and the connection ends. Who does not read it holds nothing but what the
/// kernel keeps for him, and that no longer than ``StatusResponder/patience``.
struct StatusSocket: Sendable {
    /// Bytes of the name under which it is bound, beyond its own.
    private static let temporaryEnding = 8

    private let channel: any Channel
    private let file: UnixListenSocket

    /// Nil if it cannot be had, which the log says; clients are served all the same.
    ///
    /// - Parameter presence: keeps other daemons from the runtime directory.
    static func open(
        _ configuration: DaemonConfiguration,
        _ presence: DaemonPresence?,
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup,
        logger: Logger
    ) async -> StatusSocket? {
        guard presence != nil else { return nil }
        let path = StatusQuery.socketPath(in: configuration.runtimeDirectory)
        do {
            guard !configuration.listeners.contains(where: { $0.isAt(path) }) else {
                throw ListenerFailure(reason: "\(path) is a listener's: give that one another name")
            }
            guard path.utf8.count + temporaryEnding <= UnixListenSocket.addressLimit else {
                throw ListenerFailure(
                    reason: "the path \(path) is too long for a socket: choose a shorter --runtime-directory")
            }
            let file = try UnixListenSocket(ListenAddress.UnixSocket(path: path, mode: 0o600)) {}
            let desk = try await group.next().submit { NIOLoopBound(StatusDesk(), eventLoop: group.next()) }.get()
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.autoRead, value: false)
                .serverChannelOption(.maxMessagesPerRead, value: 1)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(AcceptPause())
                    }
                }
                // What is sent to us says nothing.
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            StatusResponder(shared: shared.value, desk: desk.value))
                    }
                }
            let channel = try await Listeners.adopt(file.descriptor, bootstrap)
            try await group.next().submit { desk.value.listener = channel }.get()
            try await channel.setOption(.autoRead, value: true).get()
            return StatusSocket(channel: channel, file: file)
        } catch {
            let reason =
                (error as? ListenerFailure)?.reason ?? (error as? Daemon.Failure)?.reason ?? "\(error)"
            logger.error("`status` cannot be answered: \(reason)")
            return nil
        }
    }

    func close() async {
        file.remove()
        try? await channel.close()
    }
}

extension ListenAddress {
    fileprivate func isAt(_ path: String) -> Bool {
        if case .unix(let socket) = self { socket.path == path } else { false }
    }
}
