// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ClientLookup
import ControlProtocol
import Glibc
import Monitoring
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
        // A machine that is gone says no goodbye, and its services would stay published.
        if channel.localAddress?.protocol != .unix {
            try? channel.syncOptions?.setOption(.socketOption(.so_keepalive), value: 1)
        }
        return identify(channel).assumeIsolated().flatMapThrowing { result in
            let client: Client
            let localAddresses: Set<IPAddress>
            do throws(ClientLookup.Failure) {
                client = try result.get()
                localAddresses = try shared.localAddresses.current()
            } catch {
                let rejection: Rejection = error == Self.tooManyLookups ? .lookups : .unidentified
                reject(AuditedSession(number: number, client: nil), rejection, error.reason)
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
        let policy = shared.policy(for: client)
        let driver = SessionDriver(
            number: number,
            client: client,
            policy: policy,
            facts: facts(of: client, on: channel, localAddresses),
            cookie: cookie?.forSession(),
            shared: shared,
            channel: channel
        )
        if let (rejection, reason) = shared.admit(driver) {
            reject(driver.audited, rejection, reason)
            throw ChannelError.eof
        }
        try channel.pipeline.syncOperations.addHandler(ClientHandler(driver: driver))
        driver.start()
    }

    private static let tooManyLookups = ClientLookup.Failure(
        reason: "too many clients of this user are being looked up")

    private func reject(_ session: AuditedSession, _ rejection: Rejection, _ reason: String) {
        shared.status.activity.rejected(rejection)
        shared.trail.record(AuditRecord(session, .rejected(reason: reason)))
        shared.trail.flush()
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
            guard !isUnix else {
                immediate = Self.unixClient(
                    descriptor, socketName, lookup, needs, isTold: shared.trail.isKept)
                return
            }
            // One question to the kernel says whose it is; of a client from elsewhere there is no more to know.
            immediate = Self.tcpClient(descriptor, lookup, [])
            guard !needs.isEmpty, case .success(let client) = immediate, client.isLocal else { return }
            let key = SessionLimits.Key(client)
            guard shared.beginLookup(key) else {
                immediate = .failure(Self.tooManyLookups)
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
            return Self.tcpClient(copy, lookup, needs)
        }.assumeIsolated().always { _ in shared.endLookup(key) }.nonisolated()
    }

    /// Besides what profiles ask about, the trail tells which program it is: on a Unix socket that costs little. Where the
    /// executable cannot be seen, what profiles need is found out as if nobody had asked for it.
    private static func unixClient(
        _ descriptor: Int32,
        _ socketName: String?,
        _ lookup: ClientLookup,
        _ needs: ClientLookup.Needs,
        isTold: Bool
    ) -> Result<Client, ClientLookup.Failure> {
        func look(_ needs: ClientLookup.Needs) -> Result<Client, ClientLookup.Failure> {
            Result { () throws(ClientLookup.Failure) in
                try lookup.unixClient(descriptor: descriptor, socketName: socketName, needs: needs)
            }
        }
        let told = needs.union([.executable, .label, .unit])
        if isTold, told != needs, case .success(let client) = look(told),
            client.executable != nil || client.unverifiedExecutable != nil
        {
            return .success(client)
        }
        return look(needs)
    }

    private static func tcpClient(
        _ descriptor: Int32,
        _ lookup: ClientLookup,
        _ needs: ClientLookup.Needs
    ) -> Result<Client, ClientLookup.Failure> {
        Result { () throws(ClientLookup.Failure) in try lookup.tcpClient(descriptor: descriptor, needs: needs) }
    }

    private func facts(of client: Client, on channel: any Channel, _ localAddresses: Set<IPAddress>) -> SessionFacts {
        let guarded = shared.guardedTargets(localAddresses)
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
