// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Glibc
import NIOCore
import NIOPosix
import Sessions
import TorLink

/// Where tor is. Once one was found, the same address is used ever after.
final class TorLocator {
    private var candidates: [TorAddress]
    private let lookup: ClientLookup
    private let allowedUsers: Set<UInt32>
    private let torUser: String
    /// Variables of the environment that are not used, and why.
    let complaints: [TorCandidates.Complaint]
    private(set) var found: TorAddress?

    init(configuration: DaemonConfiguration, lookup: ClientLookup) {
        switch configuration.tor {
        case .auto:
            let search = TorCandidates(environment: configuration.torEnvironment, demanded: configuration.torMethod)
            let own = Set(configuration.listeners.map(\.description))
            // TOR_CONTROL_* may have been set for applications, and lead to ourselves.
            candidates = search.addresses.filter { !own.contains($0.description) }
            complaints = search.complaints
        case .explicit(let address):
            candidates = [address]
            complaints = []
        }
        self.lookup = lookup
        torUser = configuration.torUser
        allowedUsers = Set([0, geteuid()] + [Accounts.user(configuration.torUser)].compactMap(\.self))
    }

    /// The ports of every tor that may be meant: no service may lead there, whichever it is.
    var controlPorts: Set<UInt16> {
        Set(candidates.compactMap { if case .tcp(_, let port) = $0 { port } else { nil } })
    }

    /// The sockets of every tor that may be meant, likewise.
    var controlSockets: Set<String> {
        Set(candidates.compactMap { if case .unix(let path) = $0 { path } else { nil } })
    }

    /// The addresses of those, which may be another machine's.
    var hosts: Set<IPAddress> {
        Set(candidates.compactMap { if case .tcp(let host, _) = $0 { host.unmapped } else { nil } })
    }

    func remember(_ address: TorAddress) { found = found ?? address }

    /// Tries the addresses one after the other.
    func connect(
        on loop: any EventLoop,
        _ initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<Result<(any Channel, TorAddress), TorFailure>> {
        attempt(found.map { [$0] } ?? candidates, [], on: loop, initialize)
    }

    private func attempt(
        _ addresses: [TorAddress],
        _ failures: [String],
        on loop: any EventLoop,
        _ initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<Result<(any Channel, TorAddress), TorFailure>> {
        guard let address = addresses.first else {
            return loop.makeSucceededFuture(
                .failure(.unreachable("cannot connect to tor at \(failures.joined(separator: ", "))")))
        }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(2))
            .channelInitializer { channel in
                do {
                    try channel.setOptions { _ in }
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
                return initialize(channel)
            }
        let connection: EventLoopFuture<any Channel> =
            switch address {
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .tcp(let host, let port): bootstrap.connect(host: host.description, port: Int(port))
            }
        func tryNext(_ failure: String) -> EventLoopFuture<Result<(any Channel, TorAddress), TorFailure>> {
            attempt(Array(addresses.dropFirst()), failures + [failure], on: loop, initialize)
        }
        return connection.map { Result<any Channel, any Error>.success($0) }.recover { .failure($0) }
            .assumeIsolated().flatMap { outcome in
                switch outcome {
                case .failure(let error):
                    return tryNext("\(address) (\(Self.text(of: error)))")
                case .success(let channel):
                    guard let failure = self.distrust(channel, at: address) else {
                        return loop.makeSucceededFuture(.success((channel, address)))
                    }
                    channel.close(promise: nil)
                    guard self.found == nil, self.candidates.count > 1 else {
                        return loop.makeSucceededFuture(.failure(failure))
                    }
                    return tryNext(failure.reason(cookieFile: ""))
                }
            }.nonisolated()
    }

    /// Whoever listens there is no tor that lets us in. As long as none was found, the others come first from now on.
    func reject(_ address: TorAddress) {
        guard found == nil, let index = candidates.firstIndex(of: address) else { return }
        candidates.append(candidates.remove(at: index))
    }

    var candidateCount: Int { candidates.count }

    /// A Unix peer that is neither root, nor us, nor tor's user has put a socket of its own where tor's belongs.
    private func distrust(_ channel: any Channel, at address: TorAddress) -> TorFailure? {
        guard case .unix = address else { return nil }
        let peer = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            lookup.unixPeer(descriptor: $0)
        }
        guard peer??.processID != ProcessIdentifier.own else {
            return .untrusted("onion-sieve itself listens at \(address)")
        }
        guard let user = peer??.userID else {
            return .untrusted("the kernel does not say who listens at \(address)")
        }
        guard !allowedUsers.contains(user) else { return nil }
        return .untrusted(
            "uid \(user) listens at \(address), which is neither root, onion-sieve's own user nor '\(torUser)' (--tor-user)"
        )
    }

    private static func text(of error: any Error) -> String {
        if let error = error as? IOError { return SystemText.describe(error.errnoCode) }
        if let error = error as? NIOConnectionError, let first = error.connectionErrors.first {
            return text(of: first.error)
        }
        if let error = error as? ChannelError, case .connectTimeout = error { return "no answer" }
        return "\(error)"
    }
}
