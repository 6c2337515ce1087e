// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ClientLookup
import ControlProtocol
import Logging
import Monitoring
import NIOCore
import NIOPosix
import Policies
import Sessions
import TorLink

/// What all sessions share. It lives on the one event loop, so that nothing in it needs a lock.
final class SharedState {
    let configuration: DaemonConfiguration
    let lookup: ClientLookup
    let localAddresses = LocalAddressBook()
    let streamOwners: StreamOwners
    let tor: TorLocator
    let logger: Logger
    let trail: AuditTrail
    let turn: Turn
    let clock: SessionClock
    let limits: SessionLimits
    let spareMemory: SpareMemory

    /// New sessions take these; running ones keep what they began with.
    private(set) var policies = PolicySet.empty
    private(set) var needs: ClientLookup.Needs = []
    /// The unions of profiles that sessions have, by the places of the profiles: one for all that are under the same.
    private var unions: [[Int]: Policy] = [:]
    /// Further ones are made anew for each session.
    private static let mostUnions = 256

    var torVersion: TorVersion?
    /// Ports that we listen on: never the target of a service.
    var ownPorts: Set<UInt16> = [] { didSet { guarded = nil } }
    /// Paths of the Unix sockets that we listen on, likewise.
    var ownSockets: Set<String> = [] { didSet { guarded = nil } }
    /// Those of applications, which come and go with the profiles.
    var applicationSockets: Set<String> = [] { didSet { guarded = nil } }
    /// What new sessions copy at their beginning, and the addresses that it was made of: one for all.
    private var guarded: (targets: GuardedTargets, addresses: Set<IPAddress>)?
    /// Told when tor was found, or is back.
    var torWasFound: (() -> Void)?

    var usage = ProfileUsage()
    var registry = OwnershipRegistry()
    var sessions: [UInt64: SessionDriver] = [:]
    /// Those that tor has let in.
    var linkedSessions: Set<UInt64> = []
    private var sessionsByClient: [SessionLimits.Key: Int] = [:]
    private var lookupsByClient: [SessionLimits.Key: Int] = [:]
    private var lastSession: UInt64 = 0
    var awaitingSocksListeners: [([Endpoint]?) -> Void] = []
    /// Where tor took SOCKS connections when it was last asked.
    var socksListeners: ([Endpoint], NIODeadline)?
    /// The Unix sockets beside them.
    var socksSockets: [String] = []
    var recordedCommands = AuditedCommands()
    /// The session that came last, which the next is like as a rule.
    var lastAudited: AuditedSession?
    var isTorLost = false
    /// What `status` is told; the numbers in it are counted as it happens.
    var status: StatusReport
    var awaitingStatus: [(StatusReport) -> Void] = []
    var awaitingListeners: [(GuardedTargets.Listeners?) -> Void] = []

    init(
        configuration: DaemonConfiguration,
        limits: SessionLimits,
        trail: AuditTrail,
        logger: Logger,
        on loop: any EventLoop
    ) {
        self.configuration = configuration
        self.trail = trail
        turn = Turn(trail, on: loop)
        clock = SessionClock(on: loop)
        self.limits = limits
        self.logger = logger
        spareMemory = SpareMemory(on: loop)
        status = StatusReport(
            version: configuration.version, process: UInt64(ProcessIdentifier.own), started: .now)
        lookup = ClientLookup()
        streamOwners = StreamOwners(lookup: lookup, logger: logger)
        tor = TorLocator(configuration: configuration, lookup: lookup)
    }

    var sessionCount: Int { sessions.count }

    func install(_ policies: PolicySet, needs: ClientLookup.Needs) {
        self.policies = policies
        self.needs = needs
        unions = [:]
        spareMemory.profilesWereRead()
    }

    /// What no service may lead to, as far as it is known before tor is asked.
    func guardedTargets(_ localAddresses: Set<IPAddress>) -> GuardedTargets {
        if let guarded, guarded.addresses == localAddresses { return guarded.targets }
        let targets = GuardedTargets(
            controlPorts: ownPorts.union(tor.controlPorts),
            controlSockets: controlSockets,
            localAddresses: localAddresses.union(tor.hosts)
        )
        guarded = (targets, localAddresses)
        return targets
    }

    func policy(for client: Client) -> Policy {
        let places = policies.places(for: client)
        if let union = unions[places] { return union }
        let union = policies.policy(of: places)
        if unions.count < Self.mostUnions { unions[places] = union }
        return union
    }

    func nextSession() -> UInt64 {
        lastSession += 1
        return lastSession
    }

    /// Registers a session, or says why there is no room for it.
    func admit(_ driver: SessionDriver) -> (rejection: Rejection, reason: String)? {
        let key = SessionLimits.Key(driver.client)
        guard sessions.count < limits.total else { return (.sessions, "\(limits.total) sessions are open") }
        let count = sessionsByClient[key, default: 0]
        guard count < limits.perClient else {
            return (.clientSessions, "this client has \(limits.perClient) sessions open")
        }
        if let profile = usage.begin(driver.number, under: driver.policy, by: driver.identity) {
            let limit = profile.limits.sessions.map { "\($0.value) sessions (\($0.origin))" } ?? "no session more"
            return (.profileSessions, "the profile \(profile.name) allows this client \(limit)")
        }
        sessions[driver.number] = driver
        spareMemory.sessionsChanged(to: sessions.count)
        status.activity.sessionBegan(at: driver.place)
        sessionsByClient[key] = count + 1
        tellServices(driver)
        tellOwnership(driver)
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

    func remove(_ driver: SessionDriver, _ reason: CloseReason) {
        guard sessions.removeValue(forKey: driver.number) != nil else { return }
        spareMemory.sessionsChanged(to: sessions.count)
        status.activity.sessionEnded(reason, at: driver.place)
        let key = SessionLimits.Key(driver.client)
        let count = sessionsByClient[key, default: 1] - 1
        sessionsByClient[key] = count > 0 ? count : nil
        linkedSessions.remove(driver.number)
        let heldServices = usage.end(driver.number)
        let hadClaims = registry.ended(session: driver.number)
        trail.ended(driver.audited)
        // What it leaves to others of the client is all that they need to know of it.
        guard heldServices || hadClaims else { return }
        tell(usage.sessions(of: Set(driver.policy.users(driver.identity))))
    }

    func shutDownSessions() {
        for driver in sessions.values { driver.shutDown() }
        turn.end()
    }

    func isComplaining(for client: Client, with policy: Policy) -> Bool {
        switch configuration.complaining {
        case .nobody: false
        case .everybody: !policy.isEmpty
        case .user(let name): client.user.map { $0.name == name || String($0.id) == name } ?? false
        }
    }
}
