// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ClientLookup
import ControlProtocol
import Logging
import NIOCore
import Policies
import Sessions
import TorLink

/// What all sessions share. It lives on the one event loop, so that nothing in it needs a lock.
final class SharedState {
    let configuration: DaemonConfiguration
    let lookup: ClientLookup
    let tor: TorLocator
    let logger: Logger
    let limits: SessionLimits

    /// New sessions take these; running ones keep what they began with.
    private(set) var policies = PolicySet.empty
    private(set) var needs: ClientLookup.Needs = []

    var torVersion: TorVersion?
    /// Ports that we listen on: never the target of a service.
    var ownPorts: Set<UInt16> = []

    private var sessions: [UInt64: SessionDriver] = [:]
    private var sessionsByClient: [SessionLimits.Key: Int] = [:]
    private var lookupsByClient: [SessionLimits.Key: Int] = [:]
    private var lastSession: UInt64 = 0
    private var awaitingListeners: [(GuardedTargets.Listeners?) -> Void] = []

    init(configuration: DaemonConfiguration, limits: SessionLimits, logger: Logger) {
        self.configuration = configuration
        self.limits = limits
        self.logger = logger
        lookup = ClientLookup()
        tor = TorLocator(configuration: configuration, lookup: lookup)
    }

    var sessionCount: Int { sessions.count }

    func install(_ policies: PolicySet, needs: ClientLookup.Needs) {
        self.policies = policies
        self.needs = needs
    }

    func nextSession() -> UInt64 {
        lastSession += 1
        return lastSession
    }

    /// Registers a session, or says why there is no room for it.
    func admit(_ driver: SessionDriver) -> String? {
        let key = SessionLimits.Key(driver.client)
        guard sessions.count < limits.total else { return "\(limits.total) sessions are open" }
        let count = sessionsByClient[key, default: 0]
        guard count < limits.perClient else { return "this client has \(limits.perClient) sessions open" }
        sessions[driver.number] = driver
        sessionsByClient[key] = count + 1
        return nil
    }

    /// Whether another client of this kind may be looked up now; ``endLookup(_:)`` must follow.
    func beginLookup(_ key: SessionLimits.Key) -> Bool {
        let count = lookupsByClient[key, default: 0]
        guard count < SessionLimits.mostLookups else { return false }
        lookupsByClient[key] = count + 1
        return true
    }

    func endLookup(_ key: SessionLimits.Key) {
        let count = lookupsByClient[key, default: 1] - 1
        lookupsByClient[key] = count > 0 ? count : nil
    }

    func remove(_ driver: SessionDriver) {
        guard sessions.removeValue(forKey: driver.number) != nil else { return }
        let key = SessionLimits.Key(driver.client)
        let count = sessionsByClient[key, default: 1] - 1
        sessionsByClient[key] = count > 0 ? count : nil
    }

    func shutDownSessions() {
        for driver in sessions.values { driver.shutDown() }
    }

    func linkConfiguration(for address: TorAddress) -> LinkConfiguration {
        LinkConfiguration(
            transport: address.transport,
            demanded: configuration.torMethod,
            password: configuration.torPassword
        )
    }

    func torFound(at address: TorAddress, version: TorVersion?) {
        if tor.found == nil { logger.info("tor\(version.map { " \($0)" } ?? "") is at \(address)") }
        torVersion = version ?? torVersion
        tor.remember(address)
    }

    /// Asks tor where it listens, once for all that ask meanwhile. The answer is nil if tor could not be asked.
    func askListeners(on loop: any EventLoop, _ answer: @escaping (GuardedTargets.Listeners?) -> Void) {
        awaitingListeners.append(answer)
        guard awaitingListeners.count == 1 else { return }
        TorProbe(shared: self, loop: loop, asksListeners: true) { outcome in
            self.warn(of: outcome)
            let waiting = self.awaitingListeners
            self.awaitingListeners = []
            for answer in waiting {
                if case .listeners(let listeners) = outcome { answer(listeners) } else { answer(nil) }
            }
        }.start()
    }

    /// Sees once whether tor is there and lets us in, so that clients are told its version before one of them has reached it,
    /// and so that a cookie that cannot be read is known at once.
    ///
    /// - Parameter attempt: how often one that listens has turned out to be none: each candidate is tried once.
    func greetTor(on loop: any EventLoop, attempt: Int = 1) {
        TorProbe(shared: self, loop: loop, asksListeners: false) { outcome in
            self.warn(of: outcome)
            guard case .failed(.link) = outcome, attempt < self.tor.candidateCount else { return }
            self.greetTor(on: loop, attempt: attempt + 1)
        }.start()
    }

    private func warn(of outcome: TorProbe.Outcome) {
        guard case .failed(let failure) = outcome else { return }
        logger.warning("tor is not available: \(failure.reason(cookieFile: configuration.torCookie))")
    }

    func isComplaining(for client: Client, with policy: Policy) -> Bool {
        switch configuration.complaining {
        case .nobody: false
        case .everybody: !policy.isEmpty
        case .user(let name): client.user.map { $0.name == name || String($0.id) == name } ?? false
        }
    }

    func record(_ record: AuditRecord) {
        switch record.weight {
        case .detail: logger.debug("\(record.line)")
        case .normal: logger.info("\(record.line)")
        case .notable: logger.notice("\(record.line)")
        case .failure: logger.error("\(record.line)")
        }
    }
}
