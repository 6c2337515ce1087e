// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Logging
import Monitoring
import NIOCore
import NIOPosix
import Policies
import Sessions
import TorLink

/// What is known of tor, and how it is asked.
extension SharedState {
    func linkConfiguration(for address: TorAddress) -> LinkConfiguration {
        LinkConfiguration(
            transport: address.transport,
            demanded: configuration.torMethod,
            password: configuration.torPassword
        )
    }

    func torFound(at address: TorAddress, version: TorVersion?) {
        let isNews = isTorLost || tor.found == nil
        if isTorLost {
            logger.notice("tor\(version.map { " \($0)" } ?? "") is back at \(address)")
            isTorLost = false
        } else if tor.found == nil {
            logger.info("tor\(version.map { " \($0)" } ?? "") is at \(address)")
        }
        torVersion = version ?? torVersion
        status.tor.isThere(at: "\(address)", version: version?.text, .now)
        tor.remember(address)
        if isNews { torWasFound?() }
    }

    func linked(_ driver: SessionDriver) { linkedSessions.insert(driver.number) }

    /// Before a session is joined to tor while no other is: tor may have been started anew since, and the detached services that
    /// are remembered be gone.
    func settleDetached(on loop: any EventLoop, _ done: @escaping () -> Void) {
        let remembered = registry.detachedServices.keys
        guard !remembered.isEmpty, linkedSessions.isEmpty else { return done() }
        ask(.detachedServices, on: loop) { question in
            if let alive = question?.services {
                for service in remembered where !alive.contains(service) { self.forget(service) }
                self.tell(Array(self.sessions.keys))
            }
            done()
        }
    }

    /// A session has lost its tor: said once, until one has found it again.
    func torWasLost(by driver: SessionDriver) {
        linkedSessions.remove(driver.number)
        status.tor.losses += 1
        torIsAway("its connection to a session was lost")
        guard !isTorLost else { return }
        isTorLost = true
        forgetDetached()
        logger.warning(
            "a connection to tor was lost: sessions that left nothing in it wait \(SessionTimer.rejoin.duration) for it to come back"
        )
    }

    /// Asks tor where it listens, once for all that ask meanwhile. The answer is nil if tor could not be asked.
    func askListeners(on loop: any EventLoop, _ answer: @escaping (GuardedTargets.Listeners?) -> Void) {
        awaitingListeners.append(answer)
        guard awaitingListeners.count == 1 else { return }
        TorProbe(shared: self, loop: loop, purpose: .listeners) { outcome in
            self.warn(of: outcome)
            let waiting = self.awaitingListeners
            self.awaitingListeners = []
            for answer in waiting {
                if case .listeners(let listeners) = outcome { answer(listeners) } else { answer(nil) }
            }
        }.start()
    }

    /// Whether a stream from `source` is the client's. What tor said of its SOCKS listeners within the last second counts as long
    /// as something is connected to one of them from there; else tor is asked again, since it may have opened others, ten times a
    /// second at most.
    func isOwnStream(of client: Client, from source: Endpoint, on loop: any EventLoop) -> EventLoopFuture<Bool> {
        if let (listeners, time) = socksListeners, NIODeadline.now() - time < .seconds(1),
            NIODeadline.now() - time < .milliseconds(100) || streamOwners.isConnected(from: source, to: listeners)
        {
            return streamOwners.isOwnStream(client: client, source: source, listeners: listeners, on: loop)
        }
        let answer = loop.makePromise(of: Bool.self)
        askSocksListeners(on: loop) { listeners in
            self.streamOwners.isOwnStream(client: client, source: source, listeners: listeners ?? [], on: loop)
                .cascade(to: answer)
        }
        return answer.futureResult
    }

    /// Asks tor where it takes SOCKS connections, once for all that ask meanwhile. The answer is nil if tor did not say.
    func askSocksListeners(on loop: any EventLoop, _ answer: @escaping ([Endpoint]?) -> Void) {
        awaitingSocksListeners.append(answer)
        guard awaitingSocksListeners.count == 1 else { return }
        let time = NIODeadline.now()
        ask(.socksListeners, on: loop) { question in
            let waiting = self.awaitingSocksListeners
            self.awaitingSocksListeners = []
            self.socksListeners = question?.endpoints.map { ($0, time) }
            self.socksSockets = question?.socketPaths ?? []
            for answer in waiting { answer(question?.endpoints) }
        }
    }

    /// Asks tor a question on a connection of its own. The answer is nil if tor could not be asked.
    func ask(_ question: TorQuestion?, on loop: any EventLoop, _ answer: @escaping (TorQuestion?) -> Void) {
        guard let question else { return answer(nil) }
        TorProbe(shared: self, loop: loop, purpose: .question(question)) { outcome in
            self.warn(of: outcome)
            if case .answered(let question) = outcome { answer(question) } else { answer(nil) }
        }.start()
    }

    /// Control sockets known from the configuration: no service may lead there.
    var controlSockets: Set<String> {
        ownSockets.union(applicationSockets).union(tor.controlSockets)
            .union([StatusQuery.socketPath(in: configuration.runtimeDirectory)])
    }

    /// Finds out where paths lead, and where control sockets do: on another thread, since a file system may take its time. What
    /// could not be found out is missing from the answer.
    func resolve(
        _ paths: [String],
        besides torSockets: Set<String>,
        on loop: any EventLoop,
        _ answer: @escaping ([String: String]) -> Void
    ) {
        guard !paths.isEmpty else { return answer([:]) }
        let all = controlSockets.union(torSockets).union(paths)
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            Dictionary(uniqueKeysWithValues: all.map { ($0, RealPath.resolve($0)) }).compactMapValues { $0 }
        }.assumeIsolated().whenComplete { result in
            answer((try? result.get()) ?? [:])
        }
    }

    /// Sees once whether tor is there and lets us in, so that clients are told its version before one of them has reached it,
    /// and so that a cookie that cannot be read is known at once.
    ///
    /// - Parameter attempt: how often one that listens has turned out to be none: each candidate is tried once.
    func greetTor(on loop: any EventLoop, attempt: Int = 1) {
        TorProbe(shared: self, loop: loop, purpose: .greeting) { outcome in
            self.warn(of: outcome)
            guard case .failed(.link) = outcome, attempt < self.tor.candidateCount else { return }
            self.greetTor(on: loop, attempt: attempt + 1)
        }.start()
    }

    private func warn(of outcome: TorProbe.Outcome) {
        guard case .failed(let failure) = outcome else { return }
        torIsAway(for: failure)
        logger.warning("tor is not available: \(failure.reason(cookieFile: configuration.torCookie))")
    }
}
