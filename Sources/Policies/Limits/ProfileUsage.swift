// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// How much of their limits the clients use now, counted for each profile and identity.
///
/// It is kept for profiles without limits as well, since a new version of one may bring some.
package struct ProfileUsage: Sendable {
    /// A session, as far as its use is concerned.
    private struct Session {
        let users: [ProfileUser]
        var services: Set<ServiceID> = []
        var servicesInFlight = 0
        var detachedInFlight = 0
    }

    /// Services of one user of a profile.
    private struct Services {
        /// Each with the number of sessions that hold it, and one more if it is detached.
        var holders: [ServiceID: Int] = [:]
        var inFlight = 0
        /// Detached ones whose sessions ended before tor said which they are.
        var nameless = 0

        var isEmpty: Bool { holders.isEmpty && inFlight == 0 && nameless == 0 }
        var count: Int { holders.count + inFlight + nameless }

        mutating func hold(_ services: Set<ServiceID>) {
            for service in services { holders[service, default: 0] += 1 }
        }

        mutating func release(_ services: Set<ServiceID>) {
            for service in services { holders[service] = holders[service].flatMap { $0 > 1 ? $0 - 1 : nil } }
        }
    }

    private var sessions: [UInt64: Session] = [:]
    private var sessionsByUser: [ProfileUser: Set<UInt64>] = [:]
    /// Those that hold services.
    private var publishers: Set<UInt64> = []
    private var services: [ProfileUser: Services] = [:]
    private var buckets: [ProfileUser: CommandBucket] = [:]
    private var bucketsAfterSweep = 0

    package init() {}

    // MARK: Sessions

    /// Counts a session, unless one of its profiles has as many as it allows: that profile is returned then.
    package mutating func begin(_ session: UInt64, under policy: Policy, by identity: ClientIdentity?)
        -> CompiledProfile?
    {
        let users = policy.users(identity)
        for (profile, user) in zip(policy.profiles, users) {
            if let limit = profile.limits.sessions, sessionsByUser[user]?.count ?? 0 >= limit.value { return profile }
        }
        sessions[session] = Session(users: users)
        for user in users { sessionsByUser[user, default: []].insert(session) }
        return nil
    }

    /// What the session held is given back, but for detached services.
    ///
    /// - Returns: whether it held any, so that others may have more now.
    @discardableResult
    package mutating func end(_ session: UInt64) -> Bool {
        guard let ended = sessions.removeValue(forKey: session) else { return false }
        publishers.remove(session)
        let held = !ended.services.isEmpty || ended.servicesInFlight > 0 || ended.detachedInFlight > 0
        for user in ended.users {
            sessionsByUser[user]?.remove(session)
            if sessionsByUser[user]?.isEmpty == true { sessionsByUser[user] = nil }
            guard held else { continue }
            change(user) {
                $0.release(ended.services)
                $0.inFlight -= ended.servicesInFlight
                $0.nameless += ended.detachedInFlight
            }
        }
        return held
    }

    // MARK: Services

    /// The session's own services have changed.
    ///
    /// - Parameters:
    ///   - inFlight: ADD_ONION commands at tor without a reply.
    ///   - detachedInFlight: those of them whose services will outlive the session.
    package mutating func count(
        _ services: Set<ServiceID>,
        inFlight: Int,
        detachedInFlight: Int,
        of session: UInt64
    ) {
        guard let before = sessions[session] else { return }
        sessions[session]?.services = services
        if services.isEmpty { publishers.remove(session) } else { publishers.insert(session) }
        sessions[session]?.servicesInFlight = inFlight
        sessions[session]?.detachedInFlight = detachedInFlight
        for user in before.users {
            change(user) {
                $0.hold(services.subtracting(before.services))
                $0.release(before.services.subtracting(services))
                $0.inFlight += inFlight - before.servicesInFlight
            }
        }
    }

    /// A service is alive whatever becomes of the session that made it.
    package mutating func detached(_ service: ServiceID, by session: UInt64) {
        for user in sessions[session]?.users ?? [] { change(user) { $0.hold([service]) } }
    }

    /// A detached service is no more.
    package mutating func detachedEnded(_ service: ServiceID, of users: some Sequence<ProfileUser>) {
        for user in users { change(user) { $0.release([service]) } }
    }

    /// Tor has ended, and with it all services that no session holds.
    package mutating func torEnded(_ detached: [ServiceID: Set<ProfileUser>]) {
        for (service, users) in detached { detachedEnded(service, of: users) }
        for user in services.keys { change(user) { $0.nameless = 0 } }
    }

    /// For each profile of the session that limits them, the services that count beside the session's own.
    package func servicesElsewhere(of session: UInt64, under policy: Policy) -> [ProfileID: Int] {
        guard let own = sessions[session] else { return [:] }
        var counts: [ProfileID: Int] = [:]
        for (profile, user) in zip(policy.profiles, own.users) where profile.limits.onions != nil {
            counts[profile.id] = (services[user]?.count ?? 0) - own.services.count - own.servicesInFlight
        }
        return counts
    }

    /// The open sessions that share a profile and the identity with this one, itself among them.
    package func companions(of session: UInt64) -> [UInt64] {
        guard let users = sessions[session].map({ Set($0.users) }) else { return [] }
        return self.sessions(of: users)
    }

    package func sessions(of users: Set<ProfileUser>) -> [UInt64] {
        Array(users.reduce(into: Set()) { $0.formUnion(sessionsByUser[$1] ?? []) })
    }

    /// The open sessions that have published the service.
    package func publishers(of service: ServiceID) -> [UInt64] {
        publishers.filter { sessions[$0]?.services.contains(service) == true }
    }

    private mutating func change(_ user: ProfileUser, _ body: (inout Services) -> Void) {
        var changed = services[user] ?? Services()
        body(&changed)
        services[user] = changed.isEmpty ? nil : changed
    }

    // MARK: Commands

    /// Takes a command from each limit of the policy.
    ///
    /// - Returns: how long it waits; nil if nothing limits it.
    package mutating func permit(under policy: Policy, by identity: ClientIdentity?, at now: Duration) -> Duration? {
        var delay: Duration?
        for (profile, user) in zip(policy.profiles, policy.users(identity)) {
            guard let rate = profile.limits.commandsPerSecond?.value else { continue }
            let wait = buckets[user, default: CommandBucket(at: now)].take(rate: rate, at: now)
            delay = max(delay ?? .zero, wait)
        }
        sweep(at: now)
        return delay
    }

    /// Gives back a command that was not taken when its time came.
    package mutating func giveBackPermit(under policy: Policy, by identity: ClientIdentity?) {
        for (profile, user) in zip(policy.profiles, policy.users(identity)) {
            guard let rate = profile.limits.commandsPerSecond?.value else { continue }
            buckets[user]?.giveBack(rate: rate)
        }
    }

    /// Forgets the buckets of clients that say nothing, so that not each that ever came is remembered.
    private mutating func sweep(at now: Duration) {
        guard buckets.count > 2 * bucketsAfterSweep + 64 else { return }
        buckets = buckets.filter { !$0.value.isFull(at: now) }
        bucketsAfterSweep = buckets.count
    }
}

extension Policy {
    /// The identity under each of the profiles, in their order.
    package func users(_ identity: ClientIdentity?) -> [ProfileUser] {
        profiles.map { ProfileUser(profile: $0.id, identity: identity) }
    }

    package var limitsCommands: Bool { profiles.contains { $0.limits.commandsPerSecond != nil } }

    package var limitsServices: Bool { profiles.contains { $0.limits.onions != nil } }
}
