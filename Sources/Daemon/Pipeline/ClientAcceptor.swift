// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ClientLookup
import ControlProtocol
import Glibc
import NIOCore
import NIOPosix
import Policies
import Sessions

/// Turns an accepted connection into a session: who it is comes first, before a byte of it is read.
struct ClientAcceptor {
    let shared: SharedState
    /// Of the listener that accepts; nil if it asks for none.
    let cookie: OfferedCookie?
    /// What profiles call the socket; nil for a shared listener.
    let socketName: String?

    /// The future is done when the session stands; until then nothing is read. It fails if there is to be none.
    func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let number = shared.nextSession()
        return identify(channel).assumeIsolated().flatMapThrowing { result in
            let client: Client
            let localAddresses: Set<IPAddress>
            do throws(ClientLookup.Failure) {
                client = try result.get()
                localAddresses = try LocalAddresses.current()
            } catch {
                shared.record(AuditRecord(session: number, .rejected(client: "unknown client", reason: error.reason)))
                throw ChannelError.eof
            }
            try begin(number, client, localAddresses, on: channel)
        }.nonisolated()
    }

    private func begin(
        _ number: UInt64,
        _ client: Client,
        _ localAddresses: Set<IPAddress>,
        on channel: any Channel
    ) throws {
        let policy = shared.policies.policy(for: client)
        let driver = SessionDriver(
            number: number,
            client: client,
            policy: policy,
            facts: facts(of: client, on: channel, localAddresses),
            cookie: cookie?.forSession(),
            shared: shared,
            channel: channel
        )
        if let refusal = shared.admit(driver) {
            shared.record(AuditRecord(session: number, .rejected(client: client.auditText, reason: refusal)))
            throw ChannelError.eof
        }
        shared.record(
            AuditRecord(session: number, .connected(client: client.auditText, profiles: policy.profileNames))
        )
        try channel.pipeline.syncOperations.addHandler(ClientHandler(driver: driver))
        driver.start()
    }

    private func identify(_ channel: any Channel) -> EventLoopFuture<Result<Client, ClientLookup.Failure>> {
        let needs = shared.needs
        let lookup = shared.lookup
        let isUnix = channel.localAddress?.protocol == .unix
        let socketName = socketName
        var immediate = Result<Client, ClientLookup.Failure>.failure(
            ClientLookup.Failure(reason: "the connection has no socket to ask")
        )
        var work: (copy: Int32, key: SessionLimits.Key)?
        _ = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            descriptor in
            guard !isUnix, !needs.isEmpty else {
                immediate = Self.look(isUnix, socketName, descriptor, lookup, needs)
                return
            }
            // One question to the kernel says whose it is; of a client from elsewhere there is no more to know.
            immediate = Self.look(isUnix, socketName, descriptor, lookup, [])
            guard case .success(let client) = immediate, client.isLocal else { return }
            let key = SessionLimits.Key(client)
            guard shared.beginLookup(key) else {
                immediate = .failure(ClientLookup.Failure(reason: "too many clients of this user are being looked up"))
                return
            }
            work = (fcntl(descriptor, F_DUPFD_CLOEXEC, 0), key)
        }
        guard let (copy, key) = work else { return channel.eventLoop.makeSucceededFuture(immediate) }
        guard copy >= 0 else {
            shared.endLookup(key)
            let failure = ClientLookup.Failure(reason: "cannot look up the client now: \(SystemText.last)")
            return channel.eventLoop.makeSucceededFuture(.failure(failure))
        }
        // The process behind a TCP connection is found by reading through /proc, which must not keep others waiting.
        return NIOThreadPool.singleton.runIfActive(eventLoop: channel.eventLoop) {
            defer { close(copy) }
            return Self.look(isUnix, socketName, copy, lookup, needs)
        }.assumeIsolated().always { _ in shared.endLookup(key) }.nonisolated()
    }

    private static func look(
        _ isUnix: Bool,
        _ socketName: String?,
        _ descriptor: Int32,
        _ lookup: ClientLookup,
        _ needs: ClientLookup.Needs
    ) -> Result<Client, ClientLookup.Failure> {
        do throws(ClientLookup.Failure) {
            return .success(
                isUnix
                    ? try lookup.unixClient(descriptor: descriptor, socketName: socketName, needs: needs)
                    : try lookup.tcpClient(descriptor: descriptor, needs: needs)
            )
        } catch {
            return .failure(error)
        }
    }

    private func facts(of client: Client, on channel: any Channel, _ localAddresses: Set<IPAddress>) -> SessionFacts {
        let guarded = GuardedTargets(
            controlPorts: shared.ownPorts.union(shared.tor.controlPorts),
            controlSockets: shared.controlSockets,
            localAddresses: localAddresses.union(shared.tor.hosts)
        )
        guard case .unix = client.transport else {
            let local = channel.localAddress
            return SessionFacts(
                client: client,
                serverAddress: local?.ipAddress.flatMap { IPAddress($0) } ?? .loopback,
                serverPort: local?.port.map { UInt16(truncatingIfNeeded: $0) } ?? 0,
                guarded: guarded
            )
        }
        return SessionFacts(client: client, guarded: guarded)
    }
}
