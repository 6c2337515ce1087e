// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What outlives the session that has made it, and to whom it is given back, for as long as the daemon runs: detached services and
/// client-auth credentials.
///
/// A client is the same if it has the same identity under at least one same profile. One whose user is not known is counted, and
/// given nothing back.
package struct OwnershipRegistry: Sendable {
    private struct Credential: Sendable {
        let owners: Set<ProfileUser>
        let key: Secret
        /// Grows with every credential, so that the oldest is known.
        let number: Int
    }

    /// Credentials for one service that are on their way to tor.
    private struct Claim: Sendable {
        let session: UInt64
        let users: Set<ProfileUser>
        var count = 1
    }

    private var services: [ServiceID: Set<ProfileUser>] = [:]
    private var credentials: [ServiceID: Credential] = [:]
    private var claims: [ServiceID: Claim] = [:]
    private var lastCredential = 0

    /// Services, and credentials, of all clients together: some hundred kilobytes.
    package static let bound = 4096
    /// Those of one identity.
    package static let boundOfIdentity = 256

    package init() {}

    // MARK: Services

    /// Who a detached service belongs to; none if it is not known.
    package func owners(of service: ServiceID) -> Set<ProfileUser> { services[service] ?? [] }

    package var detachedServices: [ServiceID: Set<ProfileUser>] { services }

    /// Whether another detached service may be made. One that is there is remembered, whether or not there was room.
    package func hasRoomForService(of users: Set<ProfileUser>) -> Bool {
        services.count < Self.bound
            && services.values.count { Self.areOfOneIdentity($0, users) } < Self.boundOfIdentity
    }

    package mutating func record(_ service: ServiceID, of users: Set<ProfileUser>) { services[service] = users }

    package mutating func remove(_ service: ServiceID) { services[service] = nil }

    package mutating func removeAllServices() { services = [:] }

    // MARK: Credentials

    /// Whether a credential may be added for the service: nobody else has one on its way.
    package func mayClaim(_ service: ServiceID, session: UInt64) -> Bool {
        claims[service].map { $0.session == session } ?? true
    }

    /// A credential for the service is on its way to tor. Nobody else may claim the address before it is known what became of it.
    ///
    /// - Returns: whether it is the session's; if not, nothing is remembered.
    @discardableResult
    package mutating func claim(_ service: ServiceID, session: UInt64, of users: Set<ProfileUser>) -> Bool {
        guard mayClaim(service, session: session) else { return false }
        claims[service, default: Claim(session: session, users: users, count: 0)].count += 1
        return true
    }

    /// Tor has taken the credential: from now on it is that of the profiles and the identity.
    package mutating func added(_ credential: ClientAuthorization, session: UInt64) {
        guard let claim = claims[credential.service], claim.session == session else {
            // Whose it is was not remembered; that of whoever had one before it is not.
            return release(credential.service)
        }
        lastCredential += 1
        credentials[credential.service] = Credential(
            owners: claim.users, key: credential.key, number: lastCredential)
        endClaim(credential.service)
        forgetOldest(for: claim.users)
    }

    /// Where there are too many, the oldest is nobody's any more: tor may have lost it long ago, and a client must not be kept
    /// from adding one for that.
    private mutating func forgetOldest(for users: Set<ProfileUser>) {
        let ofIdentity = credentials.filter { Self.areOfOneIdentity($0.value.owners, users) }
        let crowd = ofIdentity.count > Self.boundOfIdentity ? ofIdentity : credentials
        guard ofIdentity.count > Self.boundOfIdentity || credentials.count > Self.bound,
            let oldest = crowd.min(by: { $0.value.number < $1.value.number })
        else { return }
        release(oldest.key)
    }

    /// What tor has for the service, if it said so: a credential that it has not is nobody's any more.
    package mutating func compare(_ service: ServiceID, with state: CredentialAtTor.State) {
        guard claims[service] == nil, let credential = credentials[service] else { return }
        switch state {
        case .none: release(service)
        case .key(let key): if !key.isEqual(to: credential.key) { release(service) }
        case .claimed, .unknown: break
        }
    }

    /// Tor has not taken it; what was there before is still there.
    package mutating func notAdded(_ service: ServiceID, session: UInt64) {
        if claims[service]?.session == session { endClaim(service) }
    }

    /// Tor has none for the service any more.
    package mutating func release(_ service: ServiceID) { credentials[service] = nil }

    /// The session has ended. What it had on its way tor may have taken or not: it is nobody's, and so is what it replaced.
    ///
    /// - Returns: whether there was any.
    @discardableResult
    package mutating func ended(session: UInt64) -> Bool {
        let ended = claims.filter { $0.value.session == session }.keys
        for service in ended {
            claims[service] = nil
            release(service)
        }
        return !ended.isEmpty
    }

    private mutating func endClaim(_ service: ServiceID) {
        claims[service]?.count -= 1
        if claims[service]?.count == 0 { claims[service] = nil }
    }

    /// The key that a client of these profiles and this identity has for the service.
    package func key(for service: ServiceID, of users: Set<ProfileUser>) -> Secret? {
        guard let credential = credentials[service], Self.share(credential.owners, users) else { return nil }
        return credential.key
    }

    /// Who has the credential for the service.
    package func owners(ofCredentialFor service: ServiceID) -> Set<ProfileUser> { credentials[service]?.owners ?? [] }

    // MARK: What is given back

    package func share(of users: Set<ProfileUser>) -> SharedOwnership {
        SharedOwnership(
            services: Set(services.filter { Self.share($0.value, users) }.keys),
            credentials: credentials.filter { Self.share($0.value.owners, users) }.mapValues(\.key),
            hasRoomForService: hasRoomForService(of: users)
        )
    }

    /// An identity that is not known is nobody again.
    private static func share(_ owners: Set<ProfileUser>, _ users: Set<ProfileUser>) -> Bool {
        users.contains { $0.identity != nil && owners.contains($0) }
    }

    private static func areOfOneIdentity(_ some: Set<ProfileUser>, _ others: Set<ProfileUser>) -> Bool {
        some.first?.identity == others.first?.identity
    }
}
