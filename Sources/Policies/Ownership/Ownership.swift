// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What is a session's own, as far as it is known at the moment: nothing else is shown or may be touched under `own`.
package struct Ownership: Sendable {
    /// Services that this session has created and not deleted.
    package private(set) var services: Set<ServiceID> = []
    /// ADD_ONION commands at tor whose replies have not come.
    package private(set) var servicesInFlight = 0
    /// Those of them that ask for a service that outlives the session.
    package private(set) var detachedInFlight = 0
    /// For each profile that limits them, services of the same client that are alive beside this session's own.
    package var servicesElsewhere: [ProfileID: Int] = [:]
    package var streams = StreamLedger()
    package private(set) var descriptors = DescriptorLedger()
    /// What former sessions of the same client have left, and this one shares.
    package var shared = SharedOwnership()
    /// What tor has for the service that a command is about, if it has been asked.
    package var credentialAtTor: CredentialAtTor?

    package init() {}

    // MARK: Services

    /// Services that count against `max` of `onions`: those that are there, and those that may be in a moment.
    package var serviceCount: Int { services.count + servicesInFlight }

    package func owns(_ service: ServiceID) -> Bool {
        services.contains(service) || shared.services.contains(service)
    }

    package mutating func serviceRequested(isDetached: Bool = false) {
        servicesInFlight += 1
        if isDetached { detachedInFlight += 1 }
    }

    package mutating func serviceCreated(_ service: ServiceID) { services.insert(service) }

    /// The reply to an ADD_ONION has ended, whatever it said.
    package mutating func serviceRequestEnded(isDetached: Bool = false) {
        servicesInFlight -= 1
        if isDetached { detachedInFlight -= 1 }
    }

    /// The services that count under a profile, in all sessions of the client.
    func serviceCount(under profile: ProfileID) -> Int { serviceCount + servicesElsewhere[profile, default: 0] }

    /// What former sessions and others of the same client have left has changed. A detached service that one of them has deleted
    /// is no longer this session's either.
    package mutating func share(_ changed: SharedOwnership) {
        for service in shared.services.subtracting(changed.services) { serviceDeleted(service) }
        shared = changed
    }

    package mutating func serviceDeleted(_ service: ServiceID) {
        services.remove(service)
        descriptors.deleted(service)
    }

    // MARK: Descriptors

    package mutating func fetchRequested(_ fetch: FetchDescriptor) -> DescriptorLedger.Fetch? {
        descriptors.requested(fetch)
    }

    package mutating func fetchEnded(_ fetch: DescriptorLedger.Fetch) { descriptors.ended(fetch) }

    package mutating func took(_ event: ServiceDescriptorEvent) -> Bool {
        descriptors.took(event, isOwnService: owns(event.service))
    }

    package mutating func takeCompletedFetches() -> [DescriptorLedger.Fetch] { descriptors.takeCompleted() }

    /// Whether the client is sent HS_DESC_CONTENT.
    package mutating func subscribed(toContents isSubscribed: Bool) { descriptors.awaitsContents = isSubscribed }

    package mutating func tookContent(of service: ServiceID) -> Bool { descriptors.tookContent(of: service) }

    // MARK: Credentials

    /// Whether the credential is the client's: the address alone says nothing, since another may have put a key of its own there.
    package func owns(_ credential: ClientAuthorization) -> Bool {
        shared.credentials[credential.service]?.isEqual(to: credential.key) ?? false
    }

    /// Whether a credential for the service may be added: there is none, or the client's own.
    package func mayAddCredential(for service: ServiceID) -> Bool {
        switch state(of: service) {
        case .none: true
        case .key(let key): shared.credentials[service]?.isEqual(to: key) ?? false
        case .claimed, .unknown: false
        }
    }

    /// Whether the credential for the service may be removed: it is the client's own, if tor has one at all.
    package func mayRemoveCredential(for service: ServiceID) -> Bool {
        shared.credentials[service] != nil && mayAddCredential(for: service)
    }

    private func state(of service: ServiceID) -> CredentialAtTor.State {
        guard let credentialAtTor, credentialAtTor.service == service else { return .unknown }
        return credentialAtTor.state
    }

    // MARK: Tor

    /// The connection to tor was lost: numbers of streams and circuits begin again, and nothing is on its way any more.
    package mutating func torLost() {
        streams = StreamLedger()
        descriptors.torLost()
    }
}
