// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Logging
import NIOCore
import NIOPosix
import Policies
import TorLink

/// The sockets of applications that are there: they come and go with the profiles.
///
/// A socket that stays as it was keeps its listener. One that changes is replaced by another, under its name at once; what waited at
/// the old one and was not let in yet has to connect again. A socket that cannot be made as it was asked for is not there at all, and
/// nothing else suffers from it.
actor ApplicationSockets {
    private struct Served {
        let socket: ApplicationSocket
        let file: ApplicationSocketFile
        let channel: any Channel
    }

    /// Names of sockets that are not as they were.
    struct Changes: Hashable {
        let made: Set<String>
        let replaced: Set<String>
        let gone: Set<String>

        /// Empty if nothing is different.
        var description: String {
            [("new", made), ("replaced", replaced), ("gone", gone)].filter { !$0.1.isEmpty }
                .map { "\($0.0): \($0.1.sorted().joined(separator: ", "))" }.joined(separator: "; ")
        }
    }

    private var directory: ApplicationsDirectory
    /// Names of listeners, which need no socket.
    private let listenerNames: Set<String>
    private let shared: NIOLoopBound<SharedState>
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private var socks: TorAddress?
    private var served: [String: Served] = [:]

    /// - Parameter presence: keeps other daemons from the runtime directory.
    init(
        _ configuration: DaemonConfiguration,
        _ presence: DaemonPresence,
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup,
        logger: Logger
    ) {
        directory = ApplicationsDirectory(
            runtime: configuration.runtimeDirectory, runtimeDescriptor: presence.directory)
        listenerNames = Set(configuration.listeners.compactMap(\.socketName))
        self.shared = shared
        self.group = group
        self.logger = logger
        socks = configuration.torSocks
    }

    /// Takes away what is not wanted any more, and makes what is missing. Nobody is let in at a new socket before ``open()``: when
    /// policies are installed between the two, no door is wider than its policy was meant for.
    ///
    /// - Returns: which came and went.
    @discardableResult
    func arrange(_ wanted: [ApplicationSocket]) async -> Changes {
        let shared = shared
        let before = Set(served.keys)
        let listeners = try? await group.next().submit { shared.value.ownSockets }.get()
        directory.listening = Set((listeners ?? []).compactMap { FileIdentity(at: $0) })
        let wanted = wanted.filter { socket in
            guard listenerNames.contains(socket.name) else { return true }
            logger.warning(
                "the socket \(socket.name) is not made: a --listen has its name, and is served with its own mode and group"
            )
            return false
        }
        let kept = Set(wanted.filter { served[$0.name].map(\.socket) == $0 }.map(\.name))
            .filter { served[$0]?.file.isInPlace ?? false }
        for complaint in directory.clear(except: Set(wanted.map(\.name))) {
            logger.error("a directory of an application's socket cannot be used: \(complaint)")
        }
        let gone = served.filter { !kept.contains($0.key) }
        for name in gone.keys { served[name] = nil }
        for socket in wanted where !kept.contains(socket.name) {
            do {
                served[socket.name] = try await make(socket)
            } catch {
                // Not even the one that was there before: it may let in whom the profile does not want any more.
                let reason = (error as? ListenerFailure)?.reason ?? "\(error)"
                logger.error("the socket of the application \(socket.name) is not there: \(reason)")
                _ = directory.clear(except: Set(wanted.map(\.name)).subtracting([socket.name]))
            }
        }
        // Of those that stay, too: somebody may have taken one away, or tor been asked meanwhile.
        writeEnvironments()
        for old in gone.values { try? await old.channel.close() }
        let paths = Set(served.keys.map { directory.socketPath(of: $0) })
        try? await group.next().submit { shared.value.applicationSockets = paths }.get()
        let now = Set(served.keys)
        return Changes(
            made: now.subtracting(before), replaced: now.intersection(before).subtracting(kept),
            gone: before.subtracting(now))
    }

    /// Lets clients in.
    func open() async {
        for one in served.values { try? await one.channel.setOption(.autoRead, value: true).get() }
    }

    /// Those that are there, as they are shown in the log.
    var names: [String] { served.keys.sorted() }

    /// Sockets and files are removed, directories stay. Sessions go on.
    func close() async {
        _ = directory.clear(except: [])
        let all = served.values
        served = [:]
        for one in all { try? await one.channel.close() }
    }

    /// Tor has said where it takes SOCKS connections. Applications are told of one on loopback, else of a Unix socket, else of another.
    func socksListenersKnown(_ listeners: [Endpoint], _ sockets: [String]) {
        func place(_ endpoint: Endpoint) -> TorAddress {
            .tcp(endpoint.address.isUnspecified ? .loopback : endpoint.address, port: endpoint.port)
        }
        let local = listeners.first { $0.address.isLoopback || $0.address.isUnspecified }
        let known =
            local.map(place) ?? sockets.first(where: ApplicationEnvironment.isWritable).map { .unix(path: $0) }
            ?? listeners.first.map(place)
        guard let known, known != socks else { return }
        socks = known
        writeEnvironments()
    }

    private func writeEnvironments() {
        for name in served.keys {
            do throws(ListenerFailure) {
                try directory.write(environment(of: name), of: name)
            } catch {
                logger.error("the environment file of the application \(name) is not up to date: \(error.reason)")
            }
        }
    }

    private func environment(of name: String) -> ApplicationEnvironment {
        ApplicationEnvironment(control: .unix(path: directory.socketPath(of: name)), socks: socks)
    }

    private func make(_ socket: ApplicationSocket) async throws -> Served {
        let file = try directory.makeSocket(socket, environment(of: socket.name))
        let bootstrap = Listeners.bootstrap(shared, on: group, socketName: socket.name)
        let channel = try await Listeners.adopt(file.descriptor, bootstrap)
        return Served(socket: socket, file: file, channel: channel)
    }
}
