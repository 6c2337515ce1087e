// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ClientLookup
import ControlProtocol
import Glibc
package import Logging
import Monitoring
import NIOCore
import NIOPosix
import Policies
import Systemd
import TorLink

/// The daemon from its start to its end.
package struct Daemon: Sendable {
    /// It cannot start, and why.
    package struct Failure: Error, Hashable, Sendable {
        package let reason: String
    }

    private let configuration: DaemonConfiguration
    private let logger: Logger

    package init(configuration: DaemonConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Runs until it is told to stop, by SIGTERM or SIGINT; SIGHUP has it read the profiles again.
    package func run() async throws {
        // What we make is nobody else's until it is given away.
        umask(0o077)
        // One loop: sessions share state without locks, and a filter between two sockets needs no more.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        // Before anybody can know that we are there: a hangup that nothing handles would end us.
        let signals = try await CaughtSignals(on: group)
        let shared = try await loop.submit {
            let trail = try trail(on: loop)
            return NIOLoopBound(
                SharedState(configuration: configuration, limits: .fitting(), trail: trail, logger: logger, on: loop),
                eventLoop: loop
            )
        }.get()
        let manager = try ServiceManagerLink(configuration.serviceManager, logger: logger)
        // Before the profiles are read: who changes one later finds us, and has us read it.
        let presence = DaemonPresence(in: configuration.runtimeDirectory, logger: logger)
        let profiles = ProfileStore(directories: configuration.profileDirectories, logger: logger)
        let first = await reload(profiles, nil, shared, presence, isStart: true, on: loop)

        // Before clients are let in: who can reach us can be told of.
        let statusSocket = await StatusSocket.open(configuration, presence, shared, on: group, logger: logger)
        let listeners: Listeners
        do {
            listeners = try await Listeners.open(configuration, shared, on: group)
        } catch {
            await statusSocket?.close()
            throw error
        }
        logger.notice("listening on \(listeners.descriptions.joined(separator: ", "))")
        let descriptions = listeners.descriptions
        try await loop.submit { shared.value.status.listeners = descriptions }.get()
        let applications = await openApplications(first, presence, shared, on: group)
        manager.tell(.ready, status: await status(shared, on: loop))
        try await greetTor(shared, on: loop)

        let keepingAlive = manager.keepAlive(on: loop)
        for await _ in signals.arrivals {
            let (isHangup, isEnd) = signals.take()
            if isEnd { break }
            guard isHangup else { continue }
            manager.tell(.reloading, status: "reloading profiles")
            // First, since log rotation may not wait: reading profiles can take a while.
            try? await loop.submit { shared.value.trail.reopen() }.get()
            _ = await reload(profiles, applications, shared, presence, on: loop)
            manager.tell(.ready, status: await status(shared, on: loop))
        }
        keepingAlive?.cancel()
        manager.tell(.stopping, status: "stopping")
        await listeners.close()
        await applications?.close()
        await statusSocket?.close()
        try await loop.submit {
            shared.value.shutDownSessions()
            shared.value.trail.close()
        }.get()
        // What is on its way to the clients goes out; nobody waits for one that does not read.
        try await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
        try await group.shutdownGracefully()
        logger.notice("stopped")
    }

    private func trail(on loop: any EventLoop) throws -> AuditTrail {
        do throws(TrailFailure) {
            return try AuditTrail(configuration.audit, logger: logger, on: loop)
        } catch {
            throw Failure(
                reason: "the audit trail cannot be written to \(configuration.audit.destination): \(error.reason)")
        }
    }

    /// New sessions get what the files say now; running ones keep what they began with.
    private func reload(
        _ profiles: ProfileStore,
        _ applications: ApplicationSockets?,
        _ shared: NIOLoopBound<SharedState>,
        _ presence: DaemonPresence?,
        isStart: Bool = false,
        on loop: any EventLoop
    ) async -> ProfileStore.Loaded {
        await presence?.loadBegins()
        let loaded = await profiles.load()
        if presence == nil, !loaded.policies.sockets.sockets.isEmpty {
            logger.error("no socket of an application is made: the runtime directory cannot be used")
        }
        let changes = await applications?.arrange(loaded.policies.sockets.sockets).description ?? ""
        let sessions = try? await loop.submit {
            shared.value.install(loaded.policies, needs: loaded.needs)
            shared.value.profilesWereLoaded(loaded)
            let event = AuditRecord.Event.reloaded(
                profiles: loaded.policies.count, leftOut: loaded.leftOut, isStart: isStart)
            shared.value.trail.record(AuditRecord(nil, event))
            shared.value.trail.flush()
            return shared.value.sessionCount
        }.get()
        await applications?.open()
        if let applications { await askSocks(for: applications, shared, on: loop) }
        let summary = "\(loaded.summary)\(sessions.map { $0 > 0 ? "; sessions that keep theirs: \($0)" : "" } ?? "")"
        logger.notice("\(summary)")
        if !changes.isEmpty { logger.notice("sockets of applications: \(changes)") }
        await presence?.loadEnded(loaded, summary: summary)
        return loaded
    }

    /// The sockets that profiles ask for. Without a runtime directory of our own there are none.
    private func openApplications(
        _ loaded: ProfileStore.Loaded,
        _ presence: DaemonPresence?,
        _ shared: NIOLoopBound<SharedState>,
        on group: MultiThreadedEventLoopGroup
    ) async -> ApplicationSockets? {
        guard let presence else { return nil }
        let loop = group.next()
        let applications = ApplicationSockets(configuration, presence, shared, on: group, logger: logger)
        await applications.arrange(loaded.policies.sockets.sockets)
        await applications.open()
        let names = await applications.names
        if !names.isEmpty { logger.notice("sockets of applications: \(names.joined(separator: ", "))") }
        try? await loop.submit {
            shared.value.torWasFound = {
                Task(executorPreference: ChoreThread.executor) { await askSocks(for: applications, shared, on: loop) }
            }
        }.get()
        return applications
    }

    /// Asks tor for its SOCKS port, unless applications are told another, and does not wait for the answer.
    private func askSocks(
        for applications: ApplicationSockets,
        _ shared: NIOLoopBound<SharedState>,
        on loop: any EventLoop
    ) async {
        guard configuration.torSocks == nil, await !applications.names.isEmpty else { return }
        loop.execute {
            guard shared.value.tor.found != nil else { return }
            shared.value.askSocksListeners(on: loop) { listeners in
                guard let listeners else { return }
                let sockets = shared.value.socksSockets
                Task(executorPreference: ChoreThread.executor) {
                    await applications.socksListenersKnown(listeners, sockets)
                }
            }
        }
    }

    private func status(_ shared: NIOLoopBound<SharedState>, on loop: any EventLoop) async -> String {
        let counts = try? await loop.submit { (shared.value.policies.count, shared.value.sessionCount) }.get()
        return counts.map { "\($0.0) profiles, \($0.1) sessions" } ?? "running"
    }

    private func greetTor(_ shared: NIOLoopBound<SharedState>, on loop: any EventLoop) async throws {
        try await loop.submit {
            for complaint in shared.value.tor.complaints {
                logger.warning("\(complaint.variable) is not used: \(complaint.reason)")
            }
            shared.value.greetTor(on: loop)
        }.get()
    }
}
